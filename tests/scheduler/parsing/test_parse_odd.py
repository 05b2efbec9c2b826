"""Feeds as they are met: broken, mislabeled, wrapped and dated as people date things."""

from datetime import UTC, datetime

import pytest

from feedmill._ledger.core.records import Entry
from scheduler.field_values.date_parser import parse_date
from scheduler.parsing.document_models import MalformedDocument, Paging, ParsedFeed
from scheduler.parsing.document_parser import parse_document
from scheduler.parsing.xml_repair import repair_xml

HERE = "http://mill.example/f/feed.xml"
TITLE, LINK = "<title>Flour</title>", "<link>http://mill.example/1</link>"
ATOM = "xmlns='http://www.w3.org/2005/Atom'"
RDF = "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'"


def rss(item: str = TITLE + LINK, *, declared: str = "<?xml version='1.0'?>") -> str:
    return f"{declared}<rss version='2.0'><channel><title>Mill</title><item>{item}</item></channel></rss>"


def parsed(document: str | bytes, encoding: str = "utf-8") -> ParsedFeed:
    body = document.encode(encoding) if isinstance(document, str) else document
    result = parse_document(body, None, HERE)
    assert isinstance(result, ParsedFeed), result
    return result


def only(document: str | bytes, encoding: str = "utf-8") -> Entry:
    (entry,) = parsed(document, encoding).entries
    return entry


def declares(name: str) -> str:
    return f"<?xml version='1.0' encoding='{name}'?>"


@pytest.mark.parametrize(
    "document",
    [
        "<br />\n<b>Warning</b>: no such index in <b>/srv/x.php</b> on line <b>3</b><br />\n" + rss(),
        "Notice: no such index in /srv/x.php on line 3\n" + rss(),
        "\n \n" + rss(),
        "\ufeff\ufeff\n" + rss(),
        "<html><body><pre>" + rss(declared="") + "</pre></body></html>",
        "<!doctype html><html><head></head><body><pre style='white-space: pre'>"
        + rss().replace("<", "&lt;").replace(">", "&gt;")
        + "</pre></body></html>",
        rss() + "<script>count()</script><!-- kept 3 s -->",
        rss(declared="<?xml version='1.0' encoding='UTF-8' ?"),
        "<data><part>" + rss(declared="") + "</part></data>",
        rss(declared=declares("no-such-set")),
        rss(TITLE + LINK + "<odd:thing>unbound</odd:thing>"),
        rss(TITLE + LINK + "<guid isPermaLink=false>7</guid>"),
        f"<rdf:RDF {RDF}><channel/><item rdf:about='http://mill.example/1'>{TITLE}</item></rdf:RDF>",
        (
            f"<feed {ATOM}><entry>{TITLE}<link href='http://mill.example/1.pdf' type='application/pdf'/>"
            "<link href='http://mill.example/1' type='text/html'/></entry></feed>"
        ),
        f"<feed {ATOM}><entry>{TITLE}<content type='text/html' src='http://mill.example/1'/></entry></feed>",
        "<CHANNEL BASE='http://mill.example/'><ITEM HREF='1'><TITLE>Flour</TITLE></ITEM></CHANNEL>",
    ],
)
def test_a_feed_is_found_in_what_surrounds_it(document: str) -> None:
    entry = only(document)
    assert (entry.title, entry.link) == ("Flour", "http://mill.example/1")


def test_a_page_that_shows_a_feed_among_other_things_is_a_page() -> None:
    shown = rss().replace("<", "&lt;").replace(">", "&gt;")
    result = parse_document(
        f"<html><body><h1>How to</h1><pre>{shown}</pre></body></html>".encode(), None, HERE
    )
    assert isinstance(result, MalformedDocument)
    assert result.outcome == "html"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-16", "utf-32"])
@pytest.mark.parametrize("before", ["", "\n"])
def test_wide_characters_need_no_mark(encoding: str, before: str) -> None:
    assert only(before + rss(declared=declares("utf-16")), encoding).title == "Flour"


@pytest.mark.parametrize(
    ("name", "encoding", "title"),
    [
        ("utf-16", "utf-8", "Müller & Söhne"),
        ("utf-8", "latin-1", "Müller"),
        ("iso-8859-1", "cp1252", "“Mehl” – wie früher"),
        ("x-sjis", "shift_jis", "小麦粉の話"),
        ("ks_c_5601-1987", "cp949", "밀가루 이야기"),
        ("utf8mb4", "utf-8", "Mühle"),
    ],
)
def test_a_wrong_or_unknown_label_spoils_no_text(name: str, encoding: str, title: str) -> None:
    escaped = title.replace("&", "&amp;")
    assert only(rss(f"<title>{escaped}</title>{LINK}", declared=declares(name)), encoding).title == title


def test_without_a_label_the_character_set_is_guessed() -> None:
    words = "Мельница снова открыта, и мука стала дешевле, чем была весной"
    assert only(rss(f"<title>{words}</title>{LINK}"), "cp1251").title == words


def test_one_broken_character_spoils_no_other() -> None:
    body = rss(f"<title>M@hle: Öffnung für Müller, Bäcker und Käufer</title>{LINK}").encode()
    assert only(body.replace(b"@", b"\xff")).title == "M\ufffdhle: Öffnung für Müller, Bäcker und Käufer"


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Fish &amp;amp; Chips", "Fish & Chips"),
        ("It&amp;#8217;s", "It’s"),
        ("Q&A and R&D", "Q&A and R&D"),
        ("Caf&eacute;&nbsp;&hellip;", "Café …"),
        ("&#55357;&#56832; and &#xD83D;&#xDE00;", "😀 and 😀"),
        ("half &#55357; and &#99999999999; and &#0;", "half \ufffd and \ufffd and"),
        ("no\0thing \x08here", "nothing here"),
        ("<![CDATA[Bread & <butter>]]>", "Bread & <butter>"),
        ("1 &lt; 2", "1 < 2"),
    ],
)
def test_titles_of_any_making(written: str, title: str) -> None:
    assert only(rss(f"<title>{written}</title>{LINK}")).title == title


@pytest.mark.parametrize(
    ("item", "link"),
    [
        ("<link>\n http://mill.example/a b/c \n</link>", "http://mill.example/a%20b/c"),
        ("<link>http://mill.example/\n1</link>", "http://mill.example/1"),
        ("<link>www.mill.example/1</link>", "http://www.mill.example/1"),
        ("<link>http://https://mill.example/1</link>", "https://mill.example/1"),
        ("<link>&lt;a href='x'&gt;</link>", "http://mill.example/f/x"),
        ("<link>http://mill.example/1?a=1&b=2</link>", "http://mill.example/1?a=1&b=2"),
        ("<link><![CDATA[http://mill.example/1?a=1&b=2]]></link>", "http://mill.example/1?a=1&b=2"),
        ("<guid>grain 17</guid>", None),
        ("<guid>17</guid>", None),
        ("<guid>/2026/flour</guid>", "http://mill.example/2026/flour"),
        ("<link></link><guid>http://mill.example/g</guid>", "http://mill.example/g"),
        ("<guid isPermaLink='false'>http://mill.example/g</guid>", "http://mill.example/g"),  # all it has
        ("<guid isPermaLink='false'>http://mill.example/g</guid><description>Words</description>", None),
        ("<guid isPermaLink='false'>grain 17</guid>", None),
    ],
)
def test_links_of_any_making(item: str, link: str | None) -> None:
    assert only(rss(TITLE + item)).link == link


ITUNES = "xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'"
PLAY = "xmlns:googleplay='http://www.google.com/schemas/play-podcasts/1.0'"


@pytest.mark.parametrize("named", ["<link>{}</link>", "<guid>{}</guid>", "<guid>g</guid><link>{}</link>"])
def test_a_file_that_an_episode_encloses_is_no_page(named: str) -> None:
    sound = "http://mill.example/7.mp3"
    enclosed = f"<description>d</description><enclosure url='{sound}' type='{{}}'/>"
    item = f"<item>{TITLE}{named.format(sound)}{enclosed}</item>"
    document = f"<rss version='2.0'><channel>{item}</channel></rss>"
    assert only(document.format("audio/mpeg")).link is None
    assert only(document.format("audio/mpeg").replace("<description>d</description>", "")).link is None
    assert only(document.format("text/html")).link == sound
    assert only(document.format("")).link == sound


def test_a_podcasts_own_words_stand_in_for_those_that_are_missing() -> None:
    told = "<itunes:title>The lock</itunes:title><itunes:subtitle>On water</itunes:subtitle>"
    document = f"<rss version='2.0' {ITUNES} {PLAY}><channel><item>{{}}{told}</item></channel></rss>"
    bare = only(document.format(""))
    assert (bare.title, bare.summary) == ("The lock", "On water")
    played = only(
        document.format("<title>Locks</title><googleplay:description>Of water</googleplay:description>")
    )
    assert (played.title, played.summary) == ("Locks", "Of water")


MEDIA = "xmlns:media='http://search.yahoo.com/mrss/'"
CAPTIONED = (
    "<media:content url='/a.jpg'><media:description type='html'>A gull.</media:description></media:content>"
)


@pytest.mark.parametrize("item", ["<description>News.</description>{}", "{}<description>News.</description>"])
def test_a_caption_is_no_summary_where_there_is_one(item: str) -> None:
    document = (
        f"<rss version='2.0' {MEDIA}><channel><item>{TITLE}{item.format(CAPTIONED)}</item></channel></rss>"
    )
    entry = only(document)
    assert (entry.summary, entry.content) == ("News.", None)


def test_a_caption_is_the_summary_where_there_is_no_other() -> None:
    channel = f"<description>All.</description><item>{TITLE}{CAPTIONED}</item>"
    assert only(f"<rss version='2.0' {MEDIA}><channel>{channel}</channel></rss>").summary == "A gull."
    film = "<media:group><media:description>A film.</media:description></media:group>"
    assert only(f"<feed {ATOM} {MEDIA}><entry>{TITLE}{film}</entry></feed>").summary == "A film."


@pytest.mark.parametrize("base", ["", "#top", " "])
def test_a_base_that_says_nothing_is_none(base: str) -> None:
    document = f"<feed {ATOM} xml:base='{base}'><entry>{TITLE}<link href='d'/></entry></feed>"
    assert only(document).link == "http://mill.example/f/d"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Di, 05 März 2024 10:00:00 +0100", "2024-03-05T09:00"),
        ("05. Dezember 2024 10:00", "2024-12-05T10:00"),
        ("mar., 05 août 2024 10:00:00 +0200", "2024-08-05T08:00"),
        ("5 de marzo de 2024", "2024-03-05T00:00"),
        ("Пн, 05 авг 2024 10:00:00 +0300", "2024-08-05T07:00"),
        ("Tue, 05 Mar 19 10:00:00 GMT+0200", "2019-03-05T08:00"),
        ("Tue, 05 Mar 2024 10:00:00 CEST", "2024-03-05T08:00"),
        ("Tuesday, March 5th, 2024 at 10:00 pm EST", "2024-03-06T03:00"),
        ("3/25/2024 10:00:00 PM", "2024-03-25T22:00"),
        ("25/3/2024", "2024-03-25T00:00"),
        ("5.3.2024, 10:00", "2024-03-05T10:00"),
        ("Tue, 05 Mar 2024 24:00:00 GMT", "2024-03-06T00:00"),
        ("Tue, 05 Mar 2024 10:00:00 +9900", "2024-03-05T10:00"),
        ("2024/03/05 10:00:00", "2024-03-05T10:00"),
        ("2024.3.5", "2024-03-05T00:00"),
        ("2024年3月5日 10:00", "2024-03-05T10:00"),
        ("Tue,05 Mar 2024 10:00:00GMT", "2024-03-05T10:00"),
        ("Tue, 05 Mar 2024 10:00:00 America/New_York", "2024-03-05T15:00"),
        ("5 August 2024, 10:00 Europe/Paris", "2024-08-05T08:00"),
        ("Tue, 05 Mar 2024 10:00:00 Middle/Nowhere", None),
        ("Tuesday, March 5, 2024 - 3:09pm", "2024-03-05T15:09"),
        ("Mardi, 5. Mars 2024 - 15:09", "2024-03-05T15:09"),
        ("Tue, 03/05/2024 - 15:09", "2024-03-05T15:09"),
        ("2024-03-05 10:00:00 UTC", "2024-03-05T10:00"),
        ("2024-03-05T10:00:00-05:00Z", "2024-03-05T15:00"),
        ("20240305T100000Z", "2024-03-05T10:00"),
        ("05-03-2024", "2024-03-05T00:00"),
        ("25.3.24", "2024-03-25T00:00"),
        ("Tue Mar 05 10:00:00 CET 2024", "2024-03-05T09:00"),
        ("2024/25/03", None),
        ("1709632800", "2024-03-05T10:00"),
        ("1709632800000", "2024-03-05T10:00"),
        ("Mon, 01 Jan 2035 00:00:00 GMT", "2035-01-01T00:00"),
        ("Fri, 30 Feb 2024 10:00:00 GMT", None),
        ("12", None),
        ("05 Frumentum 2024", None),
        ("99999999999999999999", None),
        ("", None),
    ],
)
def test_dates_as_people_write_them(written: str, read: str | None) -> None:
    moment = datetime.fromisoformat(read).replace(tzinfo=UTC) if read else None
    assert parse_date(written) == moment


@pytest.mark.parametrize(
    ("item", "read"),
    [
        ("<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>", None),
        ("<pubDate>0000-00-00 00:00:00</pubDate>", None),
        ("<pubDate>2024, in spring</pubDate>", None),  # no month of ours is put in
        ("<pubDate>2024-03-05 10:00:00 +0100</pubDate>", datetime(2024, 3, 5, 9, tzinfo=UTC)),
        ("<dc:date>2024-03-05T10:00:00Z</dc:date>", datetime(2024, 3, 5, 10, tzinfo=UTC)),
    ],
)
def test_a_date_that_says_nothing_is_none_and_any_other_counts(item: str, read: datetime | None) -> None:
    assert only(rss(TITLE + LINK + item)).published_at == read


ONE = '{"id": "1", "url": "http://mill.example/1", "title": "Flour", "content_text": "x"}'


@pytest.mark.parametrize(
    ("document", "outcome"),
    [
        ('{"version": "https://jsonfeed.org/version/1.1", "title": "M", "items": [%s,]}', "ok"),
        (
            '{"version": "https://jsonfeed.org/version/1.1", "title": "M", "items": [%s, {"id": "2"',
            "truncated",
        ),
        ('{"title": "M", "items": [%s]}', "ok"),
        ('{"version": 1.1, "title": "M", "items": [%s]}', "ok"),
        ('{"version": "https://jsonfeed.org/version/1", "title": "M\nill", "items": [[1], "x", %s]}', "ok"),
        ('{"version": "https://jsonfeed.org/version/1", "title": "M\\ud83d", "items": [%s]}', "ok"),
    ],
)
def test_a_json_feed_with_flaws_is_a_feed(document: str, outcome: str) -> None:
    result = parsed(document % ONE)
    assert (result.outcome, result.entries[0].link) == (outcome, "http://mill.example/1")


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-8-sig"])
def test_a_json_feed_may_be_in_another_character_set(encoding: str) -> None:
    text = '{"version": "https://jsonfeed.org/version/1", "items": [' + ONE.replace("Flour", "Mühle") + "]}"
    assert only(text, encoding).title == "Mühle"


@pytest.mark.parametrize("text", ['{"items": [1, 2]}', '{"title": "M", "items": [{"id": 1, "price": 3}]}'])
def test_other_json_is_no_feed(text: str) -> None:
    assert isinstance(parse_document(text.encode(), None, HERE), MalformedDocument)


@pytest.mark.parametrize(
    ("document", "paging"),
    [
        (f"<feed {ATOM}><link rel='next' href='?page=2'/></feed>", Paging(next=HERE + "?page=2")),
        (
            f"<feed {ATOM}><link rel='prev-archive' href='http://mill.example/2'/></feed>",
            Paging(prev_archive="http://mill.example/2"),
        ),
        (
            '{"version": "https://jsonfeed.org/version/1", "next_url": "/2.json", "items": []}',
            Paging(next="http://mill.example/2.json"),
        ),
        (rss(), Paging()),
    ],
)
def test_a_document_says_where_the_older_entries_are(document: str, paging: Paging) -> None:
    assert parsed(document).paging == paging


def test_mending_takes_a_time_that_grows_with_the_document_only() -> None:
    for piece in (b"<![CDATA[", b"&", b"&#55357;", b" xml:base='", b"&#x"):
        body = piece * (1_000_000 // len(piece))
        assert len(repair_xml(body)) >= len(body) / 2


@pytest.mark.parametrize(
    "item",
    [
        f"<title>Flour{LINK}<description>Of rye.</description>",
        f"<title><![CDATA[Flour]]>{LINK}<description>Of rye.</description>",
        f"<title type='text'>Flour\n  {LINK}<description>Of rye.</description>",
        f"<guid>f-1{TITLE}{LINK}<description>Of rye.</description>",
        f"{TITLE}<link>http://mill.example/1<description>Of rye.</description>",
        f"{LINK}<description>Of rye.</description><title>Flour",
        f"{TITLE}{LINK}<pubDate>Mon, 02 Nov 2026 10:00:00 GMT<description>Of rye.</description>",
    ],
)
def test_a_title_a_link_or_a_date_that_is_left_open_costs_no_entry(item: str) -> None:
    listed = f"<item>{item}</item><item><title>Oats</title><link>http://mill.example/2</link></item>"
    one, other = parsed(rss(listed.removeprefix("<item>").removesuffix("</item>"))).entries
    assert (one.title, one.link, one.summary) == ("Flour", "http://mill.example/1", "Of rye.")
    assert (other.title, other.link) == ("Oats", "http://mill.example/2")


@pytest.mark.parametrize(
    "markup",
    ["<p>The head of a page: <title>Flour<link>of</p>", "<title>Flour</title><link>http://a.example</link>"],
)
def test_markup_in_cdata_is_left_as_it_is(markup: str) -> None:
    assert only(rss(f"{TITLE}{LINK}<description><![CDATA[{markup}]]></description>")).summary == markup


@pytest.mark.parametrize(
    ("name", "space"),
    [
        ("yandex:full-text", "xmlns:yandex='http://news.yandex.ru'"),
        ("turbo:content", "xmlns:turbo='http://turbo.yandex.ru'"),
    ],
)
def test_an_elements_whole_text_is_the_content(name: str, space: str) -> None:
    text = "<p>Of rye, and of wheat that was left to dry.</p><p>Both are milled here.</p>"
    item = f"{TITLE}{LINK}<description>Of rye.</description>"
    for written in (f"<![CDATA[{text}]]>", text.replace("<", "&lt;")):
        entry = only(rss(f"{item}<{name}>{written}</{name}>").replace("<rss ", f"<rss {space} "))
        assert (entry.summary, entry.content) == ("Of rye.", text)


@pytest.mark.parametrize(
    "authors",
    [
        "<author>jane.roe@paper.museum (Jane Roe)</author>",
        "<author>Jane Roe &lt;jane.roe@paper.museum&gt;</author>",
        "<author>Jane Roe (jane.roe@paper.museum)</author>",
        "<author>jane.roe@paper.photography(Jane Roe)</author>",
        "<dc:creator>jane.roe@paper.museum (Jane Roe)</dc:creator>",
        "<dc:creator>Jane Roe &lt;jane.roe@paper.museum&gt;</dc:creator>",
    ],
)
def test_authors_are_named_without_their_addresses(authors: str) -> None:
    space = "xmlns:dc='http://purl.org/dc/elements/1.1/'"
    assert only(rss(TITLE + LINK + authors).replace("<rss ", f"<rss {space} ")).authors == ("Jane Roe",)
    both = authors + authors.replace("Jane Roe", "Ann Doe").replace("jane.roe", "ann")
    assert only(rss(TITLE + LINK + both).replace("<rss ", f"<rss {space} ")).authors == (
        "Jane Roe",
        "Ann Doe",
    )
