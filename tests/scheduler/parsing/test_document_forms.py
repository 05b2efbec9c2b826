"""Whole documents as they are met: long ones in any order, nested bases, wrong character sets, texts."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from feedmill._ledger.core.records import Entry
from scheduler.parsing.document_models import MAX_ENTRIES, ParsedFeed
from scheduler.parsing.document_parser import parse_document
from scheduler.parsing.entry_selection import choose_newest, without_older_entries
from scheduler.parsing.xml_bases import resolve_nested_bases

HERE = "http://mill.example/log/feed"
ATOM = "xmlns='http://www.w3.org/2005/Atom'"
START = datetime(2020, 1, 1, tzinfo=UTC)


def parsed(document: str | bytes, content_type: str | None = None) -> ParsedFeed:
    body = document.encode() if isinstance(document, str) else document
    result = parse_document(body, content_type, HERE)
    assert isinstance(result, ParsedFeed), result
    return result


def only(document: str | bytes, content_type: str | None = None) -> Entry:
    (entry,) = parsed(document, content_type).entries
    return entry


def rss(items: str) -> str:
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>Mill</title>{items}</channel></rss>"


def numbered(form: str, number: int) -> str:
    day = START + timedelta(days=number)
    if form == "atom":
        return (
            f"<entry><id>u:{number}</id><title>{number}</title><updated>{day.isoformat()}</updated></entry>"
        )
    dates = {
        "rss": f"<pubDate>{day:%a, %d %b %Y %H:%M:%S} GMT</pubDate>",
        "dc": f"<dc:date>{day:%Y-%m-%d}</dc:date>",
    }
    return f"<item><guid>{number}</guid><title>{number}</title>{dates.get(form, '')}</item>"


def long_document(form: str, numbers: list[int]) -> str:
    entries = "".join(numbered(form, number) for number in numbers)
    if form == "atom":
        return f"<feed {ATOM}><title>Mill</title>{entries}</feed>"
    if form == "json":
        items = [
            {
                "id": str(number),
                "title": str(number),
                "date_published": (START + timedelta(number)).isoformat(),
            }
            for number in numbers
        ]
        return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Mill", "items": items})
    return rss(entries).replace("<rss", "<rss xmlns:dc='http://purl.org/dc/elements/1.1/'")


MORE = MAX_ENTRIES + 5


@pytest.mark.parametrize("form", ["rss", "dc", "atom", "json"])
@pytest.mark.parametrize("order", ["oldest first", "newest first", "oldest first with some to the top"])
def test_of_a_long_document_the_newest_entries_are_read(form: str, order: str) -> None:
    numbers = list(range(MORE))
    if order == "newest first":
        numbers.reverse()
    if order.endswith("top"):
        numbers = [*numbers[-3:], *numbers[:-3]]
    result = parsed(long_document(form, numbers))
    assert (len(result.entries), result.listed) == (MAX_ENTRIES, MORE)
    kept = [int(entry.title or "") for entry in result.entries]
    assert set(kept) == set(range(MORE - MAX_ENTRIES, MORE))
    assert kept == [number for number in numbers if number in set(kept)]  # in the document's order


def test_without_dates_the_first_entries_are_read() -> None:
    result = parsed(long_document("undated", list(range(MORE))))
    assert [entry.title for entry in result.entries[:2]] == ["0", "1"]
    assert (len(result.entries), result.listed) == (MAX_ENTRIES, MORE)


@pytest.mark.parametrize(
    ("dates", "chosen"),
    [
        ([1.0, 2.0, 3.0], [1, 2]),
        ([3.0, 2.0, 1.0], [0, 1]),
        ([1.0, None, 3.0], [0, 2]),
        ([None, None, None], [0, 1]),
        ([None, 1.0, 5.0, None], [2, 3]),
        ([1.0, 1.0, 1.0], [0, 1]),
    ],
)
def test_an_entry_without_a_date_goes_with_the_one_before_it(
    dates: list[float | None], chosen: list[int]
) -> None:
    assert choose_newest(dates, 2) == chosen


@pytest.mark.parametrize(
    "odd",
    [
        "<item><item></item>",
        "<item></item></item>",
        "<!-- <item>",
        "<![CDATA[ <item>",
        "<item>",
        "<item></item of=more>",
    ],
)
def test_what_does_not_nest_as_it_should_is_not_cut(odd: str) -> None:
    body = (odd + numbered("rss", 1) * 3).encode()
    assert without_older_entries(body, 2) == (body, 0)


def test_entries_in_comments_and_cdata_are_none() -> None:
    inner = "<!-- <item> --><description><![CDATA[</item><item>]]></description>"
    body = f"<item>{inner}</item><item>2</item><item>3</item>".encode()
    assert without_older_entries(body, 2) == (body.replace(b"<item>3</item>", b""), 3)


@pytest.mark.parametrize(
    ("feed", "entry", "href", "link"),
    [
        ("", "xml:base='2026/11/'", "one", "http://mill.example/log/2026/11/one"),
        ("xml:base='/log/'", "xml:base='2026/11/'", "two", "http://mill.example/log/2026/11/two"),
        ("xml:base='/log/'", "xml:base='/other/'", "x", "http://mill.example/other/x"),
        ("xml:base='/log/'", "xml:base='?page=2'", "x", "http://mill.example/log/x"),
        ("xml:base='entries/'", "", "three", "http://mill.example/log/entries/three"),
        ("xml:base='entries/'", "xml:base='../up/'", "x", "http://mill.example/log/up/x"),
        (
            "xml:base='http://bakery.example/log/'",
            "xml:base='2026/'",
            "four",
            "http://bakery.example/log/2026/four",
        ),
        ("xml:base='/log/'", "xml:base='http://bakery.example/'", "x", "http://bakery.example/x"),
        ("xml:base='//bakery.example/log/'", "", "six", "http://bakery.example/log/six"),
        ("xml:base='//bakery.example/log/'", "xml:base='2026/'", "x", "http://bakery.example/log/2026/x"),
        ("", "", "five", "http://mill.example/log/five"),
        *(
            (f"xml:base='{nowhere}'", "", "x", "http://mill.example/log/x")
            for nowhere in (
                "http://",
                "https:///",
                "http://[bad",
                "http://%s/",
                "http://{{ site.url }}/",
                "http://a b.example/",
                "http://site.example:port/",
                "http://http://site.example/",
                "file:///home/me/log/",
            )
        ),
        ("xml:base='http://'", "xml:base='2026/'", "x", "http://mill.example/log/2026/x"),
        ("xml:base='http://bakery.example/log/'", "xml:base='http://'", "x", "http://bakery.example/log/x"),
        ("xml:base='/log/2/'", "xml:base='http://%s/'", "x", "http://mill.example/log/2/x"),
        ("xml:base='http://'", "xml:base='http://bakery.example/'", "x", "http://bakery.example/x"),
    ],
)
def test_bases_stand_against_the_ones_around_them(feed: str, entry: str, href: str, link: str) -> None:
    document = (
        f"<feed {ATOM} {feed}><entry {entry}><id>u:1</id><title>x</title><link href='{href}'/></entry></feed>"
    )
    assert (only(document).link, only(document).guid) == (link, "u:1")


@pytest.mark.parametrize(
    "document",
    [
        "<feed xml:base='/log/'><entry><content xml:base='http://a.example/'/></entry></feed>",
        "<feed xml:base='http://a.example/'><entry xml:base='b/'/><entry xml:base='c/'/></feed>",
        "<feed><entry xml:base='b/'></entry><entry xml:base='c/'></entry></feed>",
        "<feed xml:base='b/'><![CDATA[<entry xml:base='c/'>]]><!-- <x xml:base='d/'> --></feed>",
        "<a xml:base='x/'>" * 300,
        *(
            f"<feed xml:base='{base}'><entry xml:base='http://a.example/'/></feed>"
            for base in (
                "http://a.example",
                "HTTP://A.example:80/x",
                "http://me:pw@a.example/",
                "http:/a.example/",
                "https://bücher.example/",
                "http://[::1]:80/",
                "http://under_score.example?x",
                "http:\\\\a.example\\",
                "http://localhost",
                "http://127.0.0.1/",
            )
        ),
    ],
)
def test_bases_that_do_not_nest_are_left_as_they_are(document: str) -> None:
    assert resolve_nested_bases(document.encode(), HERE) == document.encode()


def test_bases_are_resolved_in_a_time_that_grows_with_the_document_only() -> None:
    for piece in (b"<a xml:base='x/'>", b"<", b"<a ", b"<!--", b"<![CDATA[", b"</a>"):
        body = piece * (2_000_000 // len(piece))
        assert resolve_nested_bases(b"<b xml:base='y/'><c xml:base='z/'/>" + body, HERE)


RUSSIAN = "Паром снова ходит по вечерам, и старый колокол звонит дважды перед каждым рейсом"
POLISH = "Łódź i żółte światła: prom znów pływa wieczorami, a stary dzwon dzwoni dwa razy"
FRENCH = "Été à la mer : l’œuvre d’un garçon où l’on naît – c’est déjà ça"
GERMAN = "Größere Fähre fährt über den Fluß, Öffnung für Müller und Bäcker"
JAPANESE = "夜の渡し船が第二桟橋から再び出ます。古い鐘は出航の前に二度鳴ります"
CHINESE = "夜间渡轮从二号码头恢复开行，旧钟在每次开船前敲响两次"
GREEK = "Το νυχτερινό φέρι φεύγει ξανά από τη δεύτερη προβλήτα"
HEBREW = "המעבורת שוב יוצאת בערבים והפעמון הישן מצלצל פעמיים מעל המים"
LITHUANIAN = (
    "Naktinis keltas vėl išplaukia iš antrosios prieplaukos, senas varpas skamba dukart prieš išvykimą"
)
TURKISH = (
    "Türkiye'de akşam vapurları yeniden başlıyor: İstanbul'un eski çanı her seferden önce çalıyor, ışık yok"
)
ICELANDIC = (
    "Ný ferja siglir á kvöldin og gömul klukka hringir tvisvar: þoka við ströndina, Þorsteinn og Guðrún"
)
FAROESE = "Nýggj ferja siglir um kvøldið, og gamla klokkan ringir tvær ferðir; Ýmsar ferðir í dag"
CZECH = "Nový přívoz zase jezdí večer a starý zvon zvoní dvakrát před každou jízdou"
KOREAN = "밤 나룻배가 두 번째 부두에서 다시 출발합니다"


@pytest.mark.parametrize(
    ("words", "encoding", "declared", "header"),
    [
        (RUSSIAN, "cp1251", "windows-1251", "ISO-8859-1"),
        (RUSSIAN, "cp1251", "windows-1251", "UTF-8"),
        (RUSSIAN, "cp1251", "windows-1251", "us-ascii"),
        (RUSSIAN, "cp1251", None, "ISO-8859-1"),
        (RUSSIAN, "cp1251", "utf-8", None),
        (RUSSIAN, "koi8-r", "koi8-r", "windows-1251"),
        (RUSSIAN, "koi8-r", None, "windows-1251"),
        (RUSSIAN, "utf-8", "utf-8", "gbk"),
        (POLISH, "iso8859-2", "iso-8859-2", "ISO-8859-1"),
        (POLISH, "cp1250", "windows-1250", None),
        (FRENCH, "cp1252", None, "ISO-8859-1"),
        (FRENCH, "cp1252", "iso-8859-1", "utf-8"),
        (GERMAN, "latin-1", "utf-8", "iso-8859-1"),
        (GERMAN, "latin-1", "iso-8859-1", None),
        (GERMAN, "latin-1", "windows-1251", "iso-8859-1"),
        ("Café", "latin-1", None, "ISO-8859-1"),
        (JAPANESE, "shift_jis", "Shift_JIS", "ISO-8859-1"),
        (JAPANESE, "euc_jp", "EUC-JP", "us-ascii"),
        (CHINESE, "gb2312", "gb2312", "ISO-8859-1"),
        (CHINESE, "gb2312", None, "ISO-8859-1"),
        (GREEK, "iso8859-7", "iso-8859-7", "iso-8859-1"),
        (GREEK, "cp1253", None, "windows-1252"),
        (KOREAN, "euc_kr", "euc-kr", "utf-8"),
        (FRENCH, "cp1252", None, None),
        (FRENCH, "cp1252", "utf-8", None),
        (GERMAN, "cp1252", None, "utf-8"),
        (POLISH, "cp1250", None, None),
        (POLISH, "cp1250", "iso-8859-2", None),
        (GREEK, "cp1253", "iso-8859-7", None),
        (HEBREW, "cp1255", None, None),
        (LITHUANIAN, "cp1257", None, None),
        (JAPANESE, "euc_jp", "Shift_JIS", None),
        (JAPANESE, "shift_jis", None, None),
        (JAPANESE, "shift_jis", None, "euc-kr"),
        (JAPANESE, "shift_jis", "euc-jp", None),
        (KOREAN, "euc_kr", None, None),
        (TURKISH, "cp1254", "iso-8859-1", None),
        (TURKISH, "cp1254", "windows-1252", None),
        (TURKISH, "iso8859-9", "iso-8859-15", "iso-8859-1"),
        (TURKISH, "cp1254", None, "iso-8859-1"),
        (TURKISH, "cp1254", None, None),
        (TURKISH, "cp1254", None, "utf-8"),
        (TURKISH, "cp1254", "windows-1254", None),
        (f"<![CDATA[{TURKISH}]]>", "cp1254", "iso-8859-1", None),
        (ICELANDIC, "latin-1", "iso-8859-1", None),
        (f"{ICELANDIC} über Çelik", "latin-1", "iso-8859-1", None),
        (ICELANDIC, "cp1252", "windows-1252", None),
        (FAROESE, "latin-1", None, "iso-8859-1"),
        (CZECH, "iso8859-2", "iso-8859-2", None),
        (f"{GERMAN}: Þingvellir, Sigurðsson, Nýr", "latin-1", "iso-8859-1", None),
    ],
)
def test_of_what_header_and_document_say_the_one_that_fits_counts(
    words: str, encoding: str, declared: str | None, header: str | None
) -> None:
    said = f" encoding='{declared}'" if declared else ""
    document = rss(
        f"<item><title>{words}</title><guid>1</guid><description>{words} {words}</description></item>"
    )
    body = document.replace("version='1.0'", f"version='1.0'{said}").encode(encoding)
    read = only(body, f"text/xml; charset={header}" if header else None)
    assert read.title == words.removeprefix("<![CDATA[").removesuffix("]]>")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_a_json_feed_is_read_in_the_set_that_it_is_in(encoding: str) -> None:
    item = {"id": "1", "title": RUSSIAN, "content_text": RUSSIAN}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [item]}
    body = json.dumps(feed, ensure_ascii=False).encode(encoding)
    assert only(body, "application/json; charset=windows-1251").title == RUSSIAN
    assert only(body, "application/json").title == RUSSIAN


PLAIN = "Minutes.\n\nWhere a < b:\n- paint the <stern>\n- order rope"
HTML = "<p>Minutes.</p><p>Where a &lt; b:<br>- paint the &lt;stern&gt;<br>- order rope</p>"
WRITTEN = PLAIN.replace("<", "&lt;")


@pytest.mark.parametrize(
    "document",
    [
        f"<feed {ATOM}><entry><title>x</title><content type='text'>{WRITTEN}</content></entry></feed>",
        f"<feed {ATOM}><entry><title>x</title><content>{WRITTEN}</content></entry></feed>",
        f"<feed {ATOM}><entry><title>x</title><summary>{WRITTEN}</summary></entry></feed>",
        rss(f"<item><title>x</title><description>{WRITTEN}</description></item>"),
        rss(f"<item><title>x</title><description><![CDATA[{PLAIN}]]></description></item>"),
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1",
                "title": "m",
                "items": [{"id": "1", "url": "/1", "content_text": PLAIN}],
            }
        ),
    ],
)
def test_plain_text_keeps_its_lines_and_its_brackets(document: str) -> None:
    entry = only(document)
    assert (entry.content or entry.summary) == HTML


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Write <br> here.\nAnd <b>x</b>.", "Write &lt;br&gt; here.<br>And &lt;b&gt;x&lt;/b&gt;."),
        ("Write <br> for a break.", "Write &lt;br&gt; for a break."),
        ("Write &lt;br> or <br>.\nSo.", "Write &amp;lt;br&gt; or &lt;br&gt;.<br>So."),
        ("One<br>Two<br>Three", "One<br>Two<br>Three"),
        ("<p>One\n<p>Two", "<p>One\n<p>Two"),
        ("One\n<a href='/x'>two</a>", "One\n<a href='/x'>two</a>"),
        ("One</p>\nTwo", "One</p>\nTwo"),
        ("", None),
    ],
)  # fmt: skip
def test_tags_in_a_text_declared_as_plain_are_words_unless_it_is_html(text: str, html: str | None) -> None:
    item = {"id": "1", "title": "x", "content_text": text}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [item]}
    assert only(json.dumps(feed)).content == html


def test_the_dates_of_a_document_decide_together() -> None:
    days = ["03/11/2026", "25/10/2026", "10/10/2026"]
    items = "".join(
        f"<item><guid>{day}</guid><title>x</title><pubDate>{day}</pubDate></item>" for day in days
    )
    found = [entry.published_at for entry in parsed(rss(items)).entries]
    assert found == [
        datetime(2026, 11, 3, tzinfo=UTC),
        datetime(2026, 10, 25, tzinfo=UTC),
        datetime(2026, 10, 10, tzinfo=UTC),
    ]


@pytest.mark.parametrize("written", ["2026-11-20 13:55:44 half past Tuesday", "20:15 2026", "Friday at 10"])
def test_a_date_that_only_half_is_understood_is_none(written: str) -> None:
    assert (
        only(rss(f"<item><guid>1</guid><title>x</title><pubDate>{written}</pubDate></item>")).published_at
        is None
    )


def test_the_host_of_the_feeds_site_needs_no_scheme_in_links() -> None:
    item = "<link>http://bakery.example/</link><item><title>x</title><link>bakery.example/one</link></item>"
    assert only(rss(item)).link == "http://bakery.example/one"
    item = "<link>http://bakery.example/</link><item><title>x</title><link>pages.example/one</link></item>"
    assert only(rss(item)).link == "http://mill.example/log/pages.example/one"


ITUNES = "xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' xmlns:atom='http://www.w3.org/2005/Atom'"


@pytest.mark.parametrize(
    ("said", "announced"),
    [
        ("<itunes:new-feed-url>http://new.example/f</itunes:new-feed-url>", "http://new.example/f"),
        ("<itunes:new-feed-url> /new </itunes:new-feed-url>", "http://mill.example/new"),
        (f"<itunes:new-feed-url>{HERE}/</itunes:new-feed-url>", ""),
        ("<atom:link rel='self' href='http://new.example/f'/>", "http://new.example/f"),
        ("<atom:link rel='self' href='https://www.mill.example/other'/>", ""),
        ("<atom:link rel='alternate' href='http://new.example/'/>", ""),
        ("<link>http://new.example/</link>", ""),
    ],
)
def test_a_document_may_name_another_address_as_its_own(said: str, announced: str) -> None:
    document = rss(f"{said}<item><title>x</title><guid>1</guid></item>").replace("<rss", f"<rss {ITUNES}")
    assert parsed(document).announced == announced


@pytest.mark.parametrize(
    ("lang", "links", "link"),
    [
        ("en", "<link hreflang='de' href='/de/1'/><link hreflang='en-GB' href='/en/1'/>", "/de/1"),
        ("fr", "<link hreflang='de' href='/de/1'/><link href='/1'/>", "/de/1"),
        (
            "en",
            "<link type='application/pdf' hreflang='en' href='/1.pdf'/><link hreflang='de' href='/1'/>",
            "/1",
        ),
        ("en", "<link rel='http://www.iana.org/assignments/relation/alternate' href='/1'/>", "/1"),
        ("en", "<link rel='related' href='/2'/><link rel='Alternate' href='/1'/>", "/1"),
        ("en", "<link href='/1'/><link href='/2'/>", "/1"),
    ],
)
def test_of_several_pages_the_first_is_the_entrys_own_in_whatever_language(
    lang: str, links: str, link: str
) -> None:
    entry = f"<entry><id>u:1</id><title>x</title>{links}</entry>"
    document = f"<feed {ATOM} xml:lang='{lang}' xml:base='http://mill.example/'>{entry}</feed>"
    assert only(document).link == f"http://mill.example{link}"
