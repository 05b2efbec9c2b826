"""Links, plain texts and the order of dates, as feeds write them."""

import pytest

from scheduler.field_values.date_order import find_day_order
from scheduler.field_values.links import join_link
from scheduler.field_values.text_to_html import read_as_html, unescape_typography, unwrap_cdata

HERE = "http://mill.example/f/feed.xml"


@pytest.mark.parametrize(
    ("written", "link"),
    [
        ("d", "http://mill.example/f/d"),
        ("/d?x=1", "http://mill.example/d?x=1"),
        ("//bakery.example/d", "http://bakery.example/d"),
        (" \n http://mill.example/a\tb\r\nc ", "http://mill.example/abc"),
        ("http://mill.example/news/\n      a-b", "http://mill.example/news/a-b"),
        ("http://mill.example/a http://bakery.example/b", "http://mill.example/a"),
        ("http://mill.example/a\n  http://bakery.example/b", "http://mill.example/a"),
        (
            "http://mill.example/?to=http://bakery.example/b",
            "http://mill.example/?to=http://bakery.example/b",
        ),
        ("/a  b", "http://mill.example/a%20%20b"),
        ("/a b", "http://mill.example/a%20b"),
        ("\\d\\e", "http://mill.example/d/e"),
        ("\\\\bakery.example\\d", "http://bakery.example/d"),
        ("http:\\\\bakery.example\\d", "http://bakery.example/d"),
        ("/d?path=\\x#\\y", "http://mill.example/d?path=\\x#\\y"),
        ("http:///bakery.example/d", "http://bakery.example/d"),
        ("https:/bakery.example/d", "https://bakery.example/d"),
        ("https:bakery.example/d", "https://bakery.example/d"),
        ("///bakery.example/d", "http://bakery.example/d"),
        ("http:/d", "http://mill.example/d"),  # the base's own scheme: a path, says the URL Standard
        ("http:/mill.example/d", "http://mill.example/d"),  # but this is the feed's own host
        ("HTTP://Bakery.example/D", "http://Bakery.example/D"),
        ("www.bakery.example/d", "http://www.bakery.example/d"),
        ("mill.example/d", "http://mill.example/d"),
        ("www.mill.example/d", "http://www.mill.example/d"),
        ("mill.example", "http://mill.example"),
        ("shop.example/d", "http://shop.example/d"),  # named as the feed's own, too
        ("bakery.example/d", "http://mill.example/f/bakery.example/d"),  # a path may have a dot
        ("index.php/d", "http://mill.example/f/index.php/d"),
        ("mill.example.html", "http://mill.example/f/mill.example.html"),
        ('<a href="/five">read more</a>', "http://mill.example/five"),
        ("<a class=x href='/five?a=1&amp;b=2'>read</a>", "http://mill.example/five?a=1&b=2"),
        ("<b>five</b>", ""),
        ("mailto:miller@mill.example", "mailto:miller@mill.example"),
    ],
)
def test_a_link_is_read_as_browsers_read_it(written: str, link: str) -> None:
    assert join_link(HERE, written, {"shop.example"}) == link


LONG = (
    "The miller ground the flour for the whole of the\nvillage, and nobody had to wait until evening for\nit."
)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One line.", "One line."),
        ("Tom &amp; Jerry", "Tom &amp; Jerry"),
        ("a\nb", "a<br>b"),
        ("a\n\nb\nc", "<p>a</p><p>b<br>c</p>"),
        ("a\r\n \r\nb".replace("\r", ""), "<p>a</p><p>b</p>"),
        ("To do:\n- paint the <stern>\n- order rope", "To do:<br>- paint the &lt;stern&gt;<br>- order rope"),
        ("where a < b and b > c", "where a &lt; b and b &gt; c"),
        ("std::vector<int> and <T>", "std::vector&lt;int&gt; and &lt;T&gt;"),
        (LONG, LONG.replace("\n", " ")),
        (
            "Speakers of the evening: Anna, Bert and the choir\nTickets at the door",
            "Speakers of the evening: Anna, Bert and the choir<br>Tickets at the door",
        ),
        ("<p>a</p>\n<p>b</p>", "<p>a</p>\n<p>b</p>"),
        ("a<br>b\nc", "a<br>b\nc"),
        ("<b>a</b> < c", "<b>a</b> < c"),
        ("<p>an <odd> word", "<p>an <odd> word"),
        ("<strike>a</strike>\nb", "<strike>a</strike>\nb"),
        ("a <a href=/x>b\nc", "a <a href=/x>b\nc"),
        ("a<o:p></o:p>\nb", "a<o:p></o:p>\nb"),
        ("<i> and <b> are tags\nof old", "&lt;i&gt; and &lt;b&gt; are tags<br>of old"),
        ("<![CDATA[<p>a</p>]]>", "<p>a</p>"),
        ("<![CDATA[<![CDATA[a]]>]]>", "a"),
        ("<p><![CDATA[a]]></p>", "<p>a</p>"),
        ("<p>a</p>]]>", "<p>a</p>"),
        ("&lt;p&gt;a &amp;amp; b&lt;/p&gt;", "<p>a &amp; b</p>"),
        ("a &lt;p&gt;b&lt;/p&gt; &lt;p&gt;c&lt;/p&gt; d", "a <p>b</p> <p>c</p> d"),
        ("&lt;b&gt; makes words bold", "&lt;b&gt; makes words bold"),
        (
            "&lt;p&gt; and &lt;/p&gt; stand around a paragraph",
            "&lt;p&gt; and &lt;/p&gt; stand around a paragraph",
        ),
        ("<p>Write &lt;p&gt;a&lt;/p&gt;</p>", "<p>Write &lt;p&gt;a&lt;/p&gt;</p>"),
        ("In XML <![CDATA[ begins a section", "In XML &lt;![CDATA[ begins a section"),
        ("", ""),
    ],
)
def test_text_becomes_html_without_a_loss(text: str, html: str) -> None:
    assert read_as_html(text) == html


def test_reading_a_text_takes_a_time_that_grows_with_it_only() -> None:
    for piece in ("<![CDATA[", "]]>", "&lt;p&gt;", "<a ", "<a href='", "x\n", "\n \n", "<", "&amp;", "]]>\n"):
        assert isinstance(read_as_html(piece * (400_000 // len(piece))), str)
        assert isinstance(join_link(HERE, piece * (100_000 // len(piece))), str)


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("Q &amp; A", "Q & A"),
        ("It&#8217;s here", "It’s here"),
        ("The &lt;b&gt; element", "The &lt;b&gt; element"),
        ("AT&T", "AT&T"),
        ("?a=1&amp;b", "?a=1&b"),
    ],
)
def test_signs_that_were_escaped_too_often_are_signs(line: str, plain: str) -> None:
    assert unescape_typography(line) == plain


def test_a_title_that_speaks_of_cdata_keeps_it() -> None:
    assert unwrap_cdata("What <![CDATA[ means") == "What <![CDATA[ means"
    assert unwrap_cdata("<![CDATA[Ferry & weir]]>") == "Ferry & weir"


@pytest.mark.parametrize(
    ("dates", "others", "lang", "day_first"),
    [
        (["03/11/2026"], [], None, None),
        (["03/11/2026", "25/10/2026"], [], None, True),
        (["03/11/2026", "10/25/2026"], [], "de", False),
        (["25/10/2026", "10/25/2026"], [], None, None),  # they contradict each other
        (["Tue, 03/11/2026", "04/11/2026"], [], None, True),
        (["03/11/2026"], ["Tue, 03 Nov 2026 10:00:00 GMT"], None, True),
        (["03/11/2026"], ["Wed, 11 Mar 2026 10:00:00 GMT"], "fr", False),
        (["04/11/2026", "03/11/2026", "01/11/2026"], [], None, None),  # ordered either way
        (["02/12/2026", "12/11/2026", "05/11/2026"], [], None, True),
        (["12/02/2026", "11/12/2026", "11/05/2026"], [], "pt-BR", False),
        (["03/11/2026"], [], "pt-BR", True),
        (["03/11/2026"], [], "en-US", False),
        (["03/11/2026"], [], "en-GB", True),
        (["03/11/2026"], [], "en", None),
        (["2026-11-03"], [], "fr", None),
        ([], [], "fr", None),
    ],
)
def test_the_order_of_day_and_month_is_that_of_the_whole_document(
    dates: list[str], others: list[str], lang: str | None, day_first: bool | None
) -> None:
    assert find_day_order(dates, others, lang) == day_first
