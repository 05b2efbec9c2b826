"""Pages that only send their reader on, and pages that only look like it."""

import re

import pytest

from feedmill._net.client import jump_pages
from feedmill._net.client.jump_pages import find_feed_jump, find_jump, left_site_by_jump
from feedmill._net.client.response import JUMP, HttpResponse, Redirect

HERE = "https://way.example/url?rct=j&url=https://news.example/1&usg=AF"
THERE = "https://news.example/1"
LONG = "<p>" + "The miller ground the flour for the whole of the village. " * 60


def script(words: str, around: str = "") -> str:
    return f"<!doctype html><html><head><script>{words}</script></head><body>{around}</body></html>"


@pytest.mark.parametrize(
    "page",
    [
        f"<meta http-equiv='refresh' content='0; url={THERE}'>Click <a href='{THERE}'>here</a>.",
        f'<META CONTENT="0;URL=\'{THERE}\'" HTTP-EQUIV="Refresh">',
        f"<html><head><meta http-equiv=refresh content='3;{THERE}'></head></html>",
        f"<meta http-equiv='refresh' content='.5, url=\"{THERE}\"'>Sie werden weitergeleitet.",
        "<meta http-equiv='refresh' content='0; url=https://news.example/1&#10;'>",
        script(f'window.location.replace("{THERE}")', f'sending you to <a href="{THERE}">{THERE}</a>.'),
        script(f"location.href = '{THERE}';"),
        script(f"document.location='{THERE}'"),
        script(f"top.location.assign( '{THERE}' );"),
        script("location = 'https:\\/\\/news.example\\/1'"),
        script('window.location.replace("https\\x3a//news.example/1")'),
        script(f"setTimeout(function () {{ window.location.href = '{THERE}'; }}, 500)", "Un moment"),
        script(f"(() => {{ location.replace('{THERE}') }})()"),
        script(f"var u = '{THERE}'; window.location.href = u;"),
        script(f"const to='{THERE}';\nlocation.replace(to)"),
        f"<html><body onload=\"location.replace('{THERE}')\"><p>One moment</body></html>",
        f"<title>{THERE}</title><script>window.opener = null; location.replace('{THERE}')</script>",
        script(f"var n = 1; location.replace('{THERE}')", f"<noscript><a href='{THERE}'>x</a></noscript>"),
        f"<html><body><h1>Leaving</h1><p>You go to <a href='{THERE}'>{THERE}</a></p></body></html>",
    ],
)
def test_a_page_that_only_jumps_is_found_out(page: str) -> None:
    assert find_jump(HERE, {}, page.encode()) == THERE


@pytest.mark.parametrize(
    ("header", "target"),
    [
        (f"0; url={THERE}", THERE),
        (f"0;url='{THERE}'", THERE),
        ("1; URL=/next", "/next"),
        ("300", None),
        ("0", None),
        (f"300; url={THERE}", None),
        ("0; url=https://way.example/url?refresh=1", None),
        ("soon; url=/x", None),
    ],
)
def test_a_header_jumps_as_a_page_does(header: str, target: str | None) -> None:
    assert find_jump(HERE, {"refresh": header}, LONG.encode()) == target


@pytest.mark.parametrize(
    "page",
    [
        "",
        "plain words",
        f"<meta http-equiv='refresh' content='300; url={THERE}'>News of the day",
        "<meta http-equiv='refresh' content='0'>",
        f"<meta http-equiv='refresh' content='0; url={HERE}'>",
        f"<!-- <meta http-equiv='refresh' content='0; url={THERE}'> -->words",
        f"<noscript><meta http-equiv='refresh' content='0; url={THERE}'></noscript><p>words",
        f"<meta http-equiv='refresh' content='0; url={THERE}'>{LONG}",
        script(f"location.replace('{THERE}')", LONG),
        script(f"if (navigator.userAgent.match(/Mobile/)) location.href = '{THERE}'", "<p>words"),
        script(f"function go() {{ location.href = '{THERE}' }}", "<button onclick='go()'>go</button>"),
        script(f"mobile && location.replace('{THERE}')", "<p>words"),
        script("var x = window.location.href;", "<p>words"),
        script(f"var u = '{THERE}'; u = '/x'; window.location = u;", "<p>words"),
        script("window.location = next;", "<p>words"),
        f"<html><body onload='start()'><p>words <a href='{THERE}'>x</a> <a href='/y'>y</a></body></html>",
        script("location.hash = '#top'; if (location.href == 'x') {}", "<p>words"),
        script(f"location.replace('{THERE}')", "<form><input name=q></form>"),
        f"<script src='x.js'>location.replace('{THERE}')</script>words",
        "<p>You go to <a href='https://other.example/'>other</a></p>",
        f"<p>Two: <a href='{THERE}'>1</a> <a href='https://other.example/'>2</a></p>",
    ],
)
def test_a_page_with_something_to_say_is_no_jump(page: str) -> None:
    assert find_jump(HERE, {}, page.encode()) is None


def test_a_large_page_is_not_looked_through() -> None:
    page = f"<meta http-equiv='refresh' content='0; url={THERE}'>" + " " * 70_000
    assert find_jump(HERE, {}, page.encode()) is None


@pytest.mark.parametrize(
    ("piece", "opening"),
    [
        ("<script>", jump_pages._SCRIPT),
        ("<!--", jump_pages._COMMENT),
        ("<noscript>", jump_pages._NOSCRIPT),
        ("<style>", jump_pages._UNSEEN),
    ],
)
def test_of_what_is_never_closed_the_end_is_looked_for_once(
    monkeypatch: pytest.MonkeyPatch, piece: str, opening: re.Pattern[str]
) -> None:
    looked: list[int] = []

    class NoClosing:
        def search(self, _text: str, at: int) -> None:
            looked.append(at)

    monkeypatch.setitem(jump_pages._CLOSINGS, piece.strip("<>"), NoClosing())
    assert list(jump_pages._find_elements(piece * 4000, opening)) == []
    assert looked == [len(piece)]


@pytest.mark.parametrize(
    ("way", "left"),
    [
        ([], False),
        ([Redirect(302, THERE)], False),
        ([Redirect(JUMP, THERE)], True),
        ([Redirect(JUMP, "https://m.way.example/x")], False),
        ([Redirect(302, "https://m.way.example/x"), Redirect(JUMP, THERE)], True),
        ([Redirect(302, THERE), Redirect(JUMP, "https://news.example/2")], False),
    ],
)
def test_only_a_jump_to_another_site_proves_no_name(way: list[Redirect], left: bool) -> None:
    found = HttpResponse(url=THERE, status=200, headers={}, body=b"", redirects=tuple(way), elapsed_s=0)
    assert left_site_by_jump(HERE, found) is left


def test_a_page_in_the_place_of_a_feed_is_followed() -> None:
    for page in (
        f"<!-- x --><html><meta http-equiv='refresh' content='0;url={THERE}'></html>",
        f"<!doctype html><script>location.href='{THERE}'</script>",
        f"<script>location.replace('{THERE}')</script>",
    ):
        assert find_feed_jump(HERE, {}, page.encode()) == THERE
    assert find_feed_jump(HERE, {"refresh": f"0;url={THERE}"}, b"<html></html>") == THERE


@pytest.mark.parametrize(
    "document",
    [
        f"<rss><channel><item><description><![CDATA[<script>location='{THERE}'</script>]]></description></item>",
        f"<html><meta http-equiv='refresh' content='0;url={THERE}'><p>&lt;rss version='2'&gt;</html>",
        f"<html><meta http-equiv='refresh' content='0;url={THERE}'><rss><channel/></rss></html>",
        f'{{"items": [{{"content_html": "<script>location=\'{THERE}\'</script>"}}]}}',
        f"<html><meta http-equiv='refresh' content='60;url={THERE}'></html>",
        f"<html><script>if (x) location.href='{THERE}'</script>",
    ],
)
def test_a_feed_is_no_jump(document: str) -> None:
    header = {"refresh": f"0;url={THERE}"} if document.startswith(("<rss", "{")) else {}
    assert find_feed_jump(HERE, header, document.encode()) is None
