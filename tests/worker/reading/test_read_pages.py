"""Reading a page: character sets, metadata, walls, the feed's own text, the form of the text."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from support.growth import LINEAR, growth

from feedmill._ledger.core.records import Entry
from worker.document.block_walker import list_page_blocks
from worker.document.html_parsing import parse_html
from worker.document.page_decoding import decode_page
from worker.document.text_rendering import count_words
from worker.extraction.page_reader import read_page
from worker.extraction.recovery.block_recovery import insert_recovered
from worker.metadata.date_parser import parse_time
from worker.page_models import CleanedArticle, FetchedPage, RejectedPage
from worker.publishing.fingerprints import compute_fingerprint

URL = "https://daily.example/2025/06/harbour"
TEXT = [
    f"Paragraph {number} of the report says what the council decided about the old harbour, how much it will "
    f"cost, who pays for it and when the work on quay number {number} is to begin."
    for number in range(1, 8)
]
BODY = "".join(f"<p>{text}</p>" for text in TEXT)


def page(body: str, head: str = "", *, title: str = "Harbour plan agreed") -> bytes:
    head = f"<title>{title}</title>{head}"
    return f"<html lang='en-GB'><head>{head}</head><body><article>{body}</article></body></html>".encode()


def cleaned(body: bytes, entry: Entry | None = None) -> CleanedArticle:
    found = read_page(FetchedPage(URL, body), entry)
    assert isinstance(found, CleanedArticle), found
    return found


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        (b"\xef\xbb\xbfcaf\xc3\xa9", None, "café"),
        ("café".encode("utf-16"), None, "café"),
        (b"caf\xe9", "text/html; charset=iso-8859-1", "café"),
        (b"caf\xc3\xa9", "text/html; charset=iso-8859-1", "café"),
        (
            b"<meta charset=windows-1251>" + "Гавань".encode("cp1251"),
            None,
            "<meta charset=windows-1251>Гавань",
        ),
        ("港口".encode("gbk"), "text/html; charset=gb2312", "港口"),
        ("港".encode("shift_jis"), "text/html; charset=Shift_JIS", "港"),
        (b"caf\xe9", "text/html; charset=zlib_codec", "café"),
        (b"\x93quoted\x94", "text/html; charset=ascii", "“quoted”"),
        ("é, cut café".encode()[:-1], None, "é, cut caf"),
        # a few broken characters, where the page says UTF-8 or most of it is
        (
            "Straße \xff für".encode("latin-1")
            .replace(b"\xdf", "ß".encode())
            .replace(b"\xfc", "ü".encode())
            .replace(b"\xff", "🎉".encode()[:2]),
            "text/html; charset=utf-8",
            "Straße \ufffd für",
        ),
        (
            b"<meta charset=utf-8>\xf0\x9f\x8e " + "Müller öffnet".encode(),
            None,
            "<meta charset=utf-8>\ufffd Müller öffnet",
        ),
        (
            b"<meta charset=utf-8>\xe9 " + "Гавань".encode(),
            "text/html; charset=iso-8859-1",
            "<meta charset=utf-8>\ufffd Гавань",
        ),
        ("Гавань и маяк".encode() + b" \x93 " + "港".encode(), None, "Гавань и маяк \ufffd 港"),
        (
            "日本の港".encode() + b" \xe6\x9c. " + "秋の港".encode(),
            "text/html; charset=UTF-8",
            "日本の港 \ufffd. 秋の港",
        ),
        ("Ça va ".encode() + b"\xa0 " + "été".encode(), "text/html;charset=utf8", "Ça va \ufffd été"),
        # what says UTF-8 and is none
        (b"caf\xe9 d'\xe9t\xe9", "text/html; charset=utf-8", "café d'été"),
        (
            b"<meta charset=utf-8>" + "Fähre für Füße".encode("latin-1"),
            None,
            "<meta charset=utf-8>Fähre für Füße",
        ),
        (
            "<meta charset=windows-1251>Гавань и маяк".encode("cp1251"),
            "text/html; charset=utf-8",
            "<meta charset=windows-1251>Гавань и маяк",
        ),
    ],
)
def test_bytes_are_decoded_by_what_they_are_first(body: bytes, content_type: str | None, text: str) -> None:
    assert decode_page(body, content_type) == text


def encode_twice(text: str) -> bytes:
    return text.encode().decode("latin-1").encode()


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            encode_twice("The harbour’s gate – “shut”, he said, naïve"),
            "The harbour’s gate – “shut”, he said, naïve",
        ),
        (encode_twice("Гавань и маяк"), "Гавань и маяк"),
        (encode_twice("日本の港"), "日本の港"),
        # letters of its own beside doubled ones: what may be either stays
        (
            "É\xa0tous, ".encode() + encode_twice("l’été “d’ici”") + " là".encode(),
            "É\xa0tous, l’Ã©tÃ© “d’ici” là",
        ),
        # what only looks so: printed characters of windows-1252, and a control that is part of nothing
        ("It printed â€™ for ’ in each line".encode(), "It printed â€™ for ’ in each line"),
        ("Ã© and Ã¼ for é and ü".encode(), "Ã© and Ã¼ for é and ü"),
        (encode_twice("l’été") + " \x85 là".encode(), "lâ\x80\x99Ã©tÃ© \x85 là"),
    ],
)
def test_utf8_that_was_encoded_twice_is_read_once_by_its_controls(body: bytes, text: str) -> None:
    assert decode_page(body, "text/html; charset=utf-8") == text


@pytest.mark.parametrize(
    ("body", "content_type", "outcome"),
    [
        (b"", None, "empty"),
        (b"  \n", "text/html", "empty"),
        (b"%PDF-1.7 ...", "text/html", "pdf"),
        (b"<html></html>", "application/pdf", "pdf"),
        (b"\x89PNG\r\n\x1a\n....", "image/png", "binary"),
        (b'{"a": 1}', "application/json", "not_html"),
        (b"<?xml version='1.0'?><rss version='2.0'></rss>", "text/html", "not_html"),
        (b"<html><body><div id='app'></div><script src='a.js'></script></body></html>", "text/html", "empty"),
        (
            page("<p>The page you are looking for is gone.</p>", title="404 - Page not found"),
            "text/html",
            "not_found",
        ),
        (
            page(
                "<h1>Log in</h1><form><input name=u><input type=password></form><p>Please log in.</p>",
                title="Log in",
            ),
            "text/html",
            "login",
        ),
        (
            page(
                "<h1>Just a moment...</h1><p>Enable JavaScript and cookies to continue</p>",
                title="Just a moment...",
            ),
            "text/html",
            "challenge",
        ),
        (
            page(
                "<h1>We value your privacy</h1><p>We and our 812 partners store cookies. Your consent covers "
                "this site and its partners; see the privacy policy for what each partner does with it.</p>",
                title="Before you continue",
            ),
            "text/html",
            "consent",
        ),
        (
            page(
                f"<p>{TEXT[0]}</p><p>Subscribe to continue reading this story.</p>",
                '<script type="application/ld+json">{"@type":"Article","isAccessibleForFree":false}</script>',
            ),
            "text/html",
            "paywall",
        ),
    ],
)
def test_what_is_no_article_is_rejected_by_name(body: bytes, content_type: str, outcome: str) -> None:
    found = read_page(FetchedPage(URL, body, content_type), None)
    assert isinstance(found, RejectedPage)
    assert found.outcome == outcome


def test_front_page_of_links_is_an_index() -> None:
    links = "".join(f"<h3><a href='/{n}'>Headline number {n} about one thing</a></h3>" for n in range(30))
    found = read_page(FetchedPage("https://daily.example/", page(links)), None)
    assert isinstance(found, RejectedPage)
    assert found.outcome in {"index", "empty"}


def test_the_feeds_own_text_stands_in_for_a_walled_page() -> None:
    wall = page("<h1>Just a moment...</h1><p>Checking your browser</p>", title="Just a moment...")
    found = cleaned(wall, Entry(title="Harbour plan agreed", link=URL, content=BODY))
    assert found.text_from == "feed"
    assert found.text.split("\n\n") == TEXT
    assert found.title == "Harbour plan agreed"


def test_metadata_comes_from_json_ld_then_meta_then_feed() -> None:
    head = (
        '<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"Person","@id":"#p",'
        '"name":"Jane Doe"},{"@type":"NewsArticle","headline":"Harbour plan agreed","author":{"@id":"#p"},'
        '"datePublished":"2025-06-26T09:14:00+05:00","dateModified":"2025-06-26T11:00:00Z"}]}</script>'
        '<meta property="og:title" content="Harbour plan agreed | The Daily Example">'
        '<meta property="og:site_name" content="The Daily Example">'
        '<meta name="author" content="The Daily Example">'
        '<meta property="og:image" content="/quay.jpg"><link rel="canonical" href="/2025/06/harbour/">'
        '<meta name="description" content="The council chose the cheaper plan.">'
    )
    found = cleaned(
        page(f"<h1>Harbour plan agreed</h1>{BODY}", head), Entry(title="HARBOUR!", authors=("Someone",))
    )
    assert found.title == "Harbour plan agreed"
    assert found.authors == ("Jane Doe",)
    assert found.published_at == datetime(2025, 6, 26, 9, 14, tzinfo=timezone(timedelta(hours=5)))
    assert found.updated_at == datetime(2025, 6, 26, 11, tzinfo=UTC)
    assert found.image == "https://daily.example/quay.jpg"
    assert found.canonical_url == "https://daily.example/2025/06/harbour/"
    assert found.standfirst == "The council chose the cheaper plan."
    assert found.lang == "en"
    assert found.text.split("\n\n") == TEXT


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-06-26", datetime(2025, 6, 26, tzinfo=UTC)),
        ("2025-06-26T09:14:00Z", datetime(2025, 6, 26, 9, 14, tzinfo=UTC)),
        (
            "2025-06-26T09:14:00.123-0330",
            datetime(2025, 6, 26, 9, 14, tzinfo=timezone(-timedelta(hours=3.5))),
        ),
        ("2025-06-26 09:14", datetime(2025, 6, 26, 9, 14, tzinfo=UTC)),
        (
            "Thu, 26 Jun 2025 09:14:00 +0200",
            datetime(2025, 6, 26, 9, 14, tzinfo=timezone(timedelta(hours=2))),
        ),
        ("1750929240", datetime(2025, 6, 26, 9, 14, tzinfo=UTC)),
        ("2025-13-45", None),
        ("yesterday", None),
        ("", None),
        ("0001-01-01", None),
    ],
)
def test_times_for_machines_are_read_with_their_zone(text: str, moment: datetime | None) -> None:
    assert parse_time(text) == moment


def test_text_is_composed_and_free_of_controls_and_overrides() -> None:
    dirty = f"<p>Cafe\u0301 \u202eedirrevo\u202c zero\u200bwidth soft\u00adhyphen. {TEXT[0]}</p>" + BODY
    text = cleaned(page(dirty)).text
    assert text.startswith("Café edirrevo zerowidth softhyphen.")


def test_structure_survives_in_text_and_markdown() -> None:
    body = (
        f"<p>{TEXT[0]}</p><h2>Costs</h2><ul><li>Quay: two million</li><li>Ferry: one million</li></ul>{BODY}"
    )
    found = cleaned(page(body))
    assert "Costs\n\n- Quay: two million\n- Ferry: one million\n\n" in found.text
    assert "## Costs\n\n- Quay: two million\n" in found.markdown


def test_subheadings_and_quotes_that_the_extractor_loses_come_back() -> None:
    body = "".join(f"<h3><a href='#{n}'>Step {n}</a></h3><p>{text}</p>" for n, text in enumerate(TEXT))
    found = cleaned(page(body))
    assert [f"Step {n}" in found.text.split("\n\n") for n in range(1, 7)] == [True] * 6


@pytest.mark.parametrize(
    ("text", "count"),
    [("Two words", 2), ("It’s a state-of-the-art quay", 4), ("港口计划", 4), ("항구 계획", 2), ("", 0)],
)
def test_words_are_counted_in_scripts_without_spaces_too(text: str, count: int) -> None:
    assert count_words(text) == count


def test_lists_that_the_extractor_loses_come_back_and_lists_of_links_do_not() -> None:
    home = parse_html(
        "<html><body><div>"
        "<p>One paragraph that is long enough to be taken for the article's own running text.</p>"
        "<ul><li>Bread<li>Salt, and <a href=/w>water</a> from the well</ul>"
        "<ul><li><a href=/1>Ferry fares rise</a><li><a href=/2>Quay closed</a></ul>"
        "<ul class=share><li>Print this<li>Send this</ul>"
        "<p>Another paragraph that is long enough to be taken for the article's running text.</p>"
        "</div></body></html>"
    )
    assert home is not None
    everything = list_page_blocks(home)
    kept = [everything[0], everything[-1]]
    found = [block.text for block in insert_recovered(kept, everything)]
    assert found[1:-1] == ["Bread", "Salt, and water from the well"]


def test_lists_come_back_among_lines_that_only_breaks_part() -> None:
    lines = "<br><br>".join(TEXT)
    cell = parse_html(
        f"<table><tr><td>{lines}<ul><li>Bread<li>Salt</ul>{TEXT[0]} Again.<br></td></tr></table>"
    )
    assert cell is not None
    everything = list_page_blocks(cell)
    kept = [block for block in everything if block.kind == "paragraph"]
    assert len(kept) == len(TEXT) + 1
    assert [block.text for block in insert_recovered(kept, everything)][-3:-1] == ["Bread", "Salt"]


@pytest.mark.parametrize(
    "late",
    [
        '<main><template id="B:0"></template><p>End.</p></main><div hidden id="S:0"><p>Late.</p></div>',
        '<main><template id="P:0"></template><p>End.</p></main><div hidden="" id="S:0"><p>Late.</p></div>',
    ],
)
def test_what_is_sent_late_is_read_in_its_place(late: str) -> None:
    tree = parse_html(f"<html><body><p>First.</p>{late}<div hidden><p>Unseen.</p></div></body></html>")
    assert tree is not None
    assert [block.text for block in list_page_blocks(tree)] == ["First.", "Late.", "End."]


def test_thousands_of_late_pieces_are_soon_in_their_places() -> None:
    def read(many: int) -> None:
        places = "".join(f'<template id="B:{number}"></template>' for number in range(many))
        pieces = "".join(
            f'<div hidden id="S:{number}"><p>{number}</p></div>' for number in range(many, 0, -1)
        )
        tree = parse_html(f"<html><body>{places}{pieces}</body></html>")
        assert tree is not None
        assert [block.text for block in list_page_blocks(tree)][:3] == ["1", "2", "3"]

    assert growth(read, 500) < LINEAR


def test_what_follows_an_early_end_of_the_page_is_read() -> None:
    tree = parse_html(
        "<html><head></head><body><p>One.</p></body></html><html><body><p>Two.</p></body></html>"
    )
    assert tree is not None
    assert [block.text for block in list_page_blocks(tree)] == ["One.", "Two."]


def test_fingerprint_is_of_the_substance() -> None:
    one = cleaned(page(BODY))
    again = cleaned(page(BODY.replace("<p>", "<p>\n  "), "<meta name=generator content=x>"))
    other = cleaned(page(BODY.replace("council", "parliament")))
    assert compute_fingerprint(one) == compute_fingerprint(again) != compute_fingerprint(other)


def test_a_page_of_very_deep_markup_is_read_without_a_crash() -> None:
    found = read_page(FetchedPage(URL, b"<html><body>" + b"<div>" * 50_000 + b"x" + b"</div>" * 50_000), None)
    assert isinstance(found, RejectedPage)


def test_a_cell_that_lays_out_the_page_holds_paragraphs_and_one_of_data_cells() -> None:
    table = "<table><tr><td><p>Quay</p></td><td><p>two million</p></td></tr></table>"
    found = cleaned(page(f"<table><tr><td>{BODY}</td></tr></table>"))
    assert {line.kind for line in found.lines} == {"paragraph"}
    assert "Quay | two million" in cleaned(page(BODY + table + BODY)).text


def test_parts_of_an_article_that_the_extractor_leaves_out_come_back() -> None:
    parts = "".join(
        f"<section><div class='chunk body'>{''.join(f'<p>{text} Part {n}.</p>' for text in TEXT)}</div>"
        "<aside><p>A box of its own.</p></aside></section>"
        for n in range(3)
    )
    text = cleaned(page(parts)).text
    assert [f"{TEXT[0]} Part {n}." in text for n in range(3)] == [True] * 3
    assert "A box of its own." not in text


def test_a_container_named_a_footer_that_holds_the_article_is_none() -> None:
    places = "".join(
        f"<h3>Quay number {number}</h3><p>{TEXT[0]} Boats there carry {number} tons each.</p>"
        for number in range(50)
    )
    lede = f"<div class='entry-content'><p>{TEXT[1]}</p><p>{TEXT[2]}</p></div>"
    whole = cleaned(page(f"{lede}<div class='page1-footer'>{places}</div>"))
    assert "there carry 0 tons" in whole.text
    assert "there carry 49 tons" in whole.text
    foot = "".join(f"<p>{text}</p>" for text in TEXT)
    short = cleaned(
        page(f"{BODY}</article><div class='page-footer'>{foot.replace('Paragraph', 'Note')}</div>")
    )
    assert "Note" not in short.text
