"""What a robots.txt says, as tables (RFC 9309)."""

import gc
import tracemalloc

import pytest
from support.growth import FACTOR, LINEAR, growth

from feedmill._ledger.politeness.robots_cache import classify_robots_answer
from feedmill._net.client.response import HttpResponse
from feedmill._net.robots_rules import MAX_FILE_BYTES, parse_robots
from feedmill._site_credentials.origins import find_origin


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /a", "/a/b", False),
        ("user-AGENT : *  # all\n disallow: /a # no", "/a", False),
        ("User-agent: *\nDisallow: /\nUser-agent: feedmill\nDisallow: /x", "/a", True),
        ("User-agent: *\nDisallow: /\nUser-agent: feedmill\nDisallow: /x", "/x", False),
        ("User-agent: FeedMill/2.0 (news)\nDisallow: /a", "/a", False),
        ("User-agent: feedmillion\nDisallow: /a", "/a", True),
        ("User-agent: other\nUser-agent: feedmill\n\nDisallow: /a", "/a", False),
        (("User-agent: feedmill\nDisallow: /a\nUser-agent: other\nDisallow: /b\nUser-agent: feedmill\n"
         "Disallow: /c"), "/c", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nAllow: /a\nDisallow: /a/b", "/a/b", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf?z", True),
        ("Disallow: /a", "/a", True),
        ("<html><body>Not found</body></html>", "/a", True),
        ("\ufeffUser-agent: *\r\nDisallow: /a\r\n", "/a", False),
        ("User-agent: *\nSitemap: http://a/s.xml\nDisallow: /a", "/a", False),
        ("User-agent: *\nDisallow: /%E4%B8%AD", "/中", False),
        ("Useragent: *\nDisalow: /a", "/a", False),
        ("User agent: *\nDis allow: /a\nDisallow: /b", "/b", False),
    ],
)  # fmt: skip
def test_a_file_allows_and_forbids(text: str, path: str, allowed: bool) -> None:
    assert parse_robots(text.encode()).allows_url(f"https://site.example{path}") is allowed


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 7", 7),
        ("User-agent: *\nCrawl-delay: 0.5\nUser-agent: feedmill\nCrawl-delay: 3", 3),
        ("User-agent: *\nCrawl-delay: 99999999999", 86400),
        ("User-agent: *\nCrawl-delay: soon", 0),
        ("User-agent: *\nCrawl-delay: nan", 0),
        ("User agent: *\nCrawl delay: 10s", 10),
        ("User-agent: *\nCrawl-delay: 2,5 seconds", 2.5),
        ("User-agent: *\nCrawl-delay: -5", 0),
        ("User-agent: other\nCrawl-delay: 7", 0),
    ],
)
def test_a_crawl_delay_is_read(text: str, seconds: float) -> None:
    assert parse_robots(text.encode()).crawl_delay_s == seconds


def test_so_much_of_a_file_is_read_and_no_half_line() -> None:
    filler = "# " + "x" * 998 + "\n"
    text = "User-agent: *\nDisallow: /early\n" + filler * (MAX_FILE_BYTES // 1000) + "Disallow: /late\n"
    rules = parse_robots(text.encode())
    assert not rules.allows_url("http://a.example/early")
    assert rules.allows_url("http://a.example/late")
    assert len(rules.text) < 100


def test_rules_for_thousands_of_names_are_held_once() -> None:
    names = (f"user-agent: {'ab' * (number // 26 % 40)}{chr(97 + number % 26)}\n" for number in range(1000))
    text = f"{''.join(names)}user-agent: feedmill\n" + "".join(f"disallow: /{n}\n" for n in range(2000))
    tracemalloc.start()
    try:
        assert not parse_robots(text.encode()).allows_url("http://a.example/1999")
        assert tracemalloc.get_traced_memory()[1] < 20 << 20
    finally:
        tracemalloc.stop()


def test_long_files_of_many_origins_do_not_fill_memory() -> None:
    tracemalloc.start()
    try:
        for origin in range(10):
            rules = "".join(f"disallow: /{origin}/{number}\n" for number in range(5000))
            assert parse_robots(f"user-agent: *\n{rules}".encode()).allows_url("http://a.example/")
        gc.collect()
        assert tracemalloc.get_traced_memory()[0] < 10 << 20  # 14 where each is kept
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("unit", ["a", "a ", " ", "-", "a-", "user-agent ", "*", "$"])
def test_a_line_of_any_length_is_soon_read(unit: str) -> None:
    def read(length: int) -> None:
        line = unit * (length // len(unit) - 100)
        rules = parse_robots(f"user-agent: *\n{line}\ndisallow: /{line}x".encode())
        assert rules.text
        assert rules.allows_url("http://a.example/b")

    assert growth(read, MAX_FILE_BYTES // 2 // FACTOR) < LINEAR


def test_what_is_kept_is_small_whatever_the_file_says_to_others() -> None:
    others = "".join(f"User-agent: bot{n}\nDisallow: /{n}\n" for n in range(2000))
    assert len(parse_robots((others + "User-agent: *\nDisallow: /a\n").encode()).text) < 60


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (200, "rules"),
        (404, "all"),
        (401, "all"),
        (403, "all"),
        (429, "unreachable"),
        (500, "unreachable"),
        (503, "unreachable"),
        ("timeout", "unreachable"),
        ("dns", "unreachable"),
        ("tls", "unreachable"),
        ("redirect_loop", "all"),
    ],
)
def test_other_answers_allow_all_or_nothing_for_now(answer: int | str, verdict: str) -> None:
    if isinstance(answer, int):
        given = HttpResponse(url="u", status=answer, headers={}, body=b"", redirects=(), elapsed_s=0)
        assert classify_robots_answer(given)[0] == verdict
    else:
        assert classify_robots_answer(answer)[0] == verdict


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://News.example/a/b?c", "https://news.example"),
        ("http://news.example:8080/", "http://news.example:8080"),
        ("https://news.example:443/", "https://news.example"),
        ("https://reader:secret@news.example/a", "https://news.example"),
        ("https://n\u00e9ws.example/", "https://xn--nws-bma.example"),
        ("mailto:editor@news.example", ""),
    ],
)
def test_a_file_speaks_for_its_origin(url: str, origin: str) -> None:
    assert find_origin(url) == origin


def test_sitemaps_are_kept_and_forbid_nothing() -> None:
    rules = parse_robots(b"Sitemap: https://x.example/map\nUser-agent: *\nDisallow: /no\n")
    assert "sitemap: https://x.example/map" in rules.text.splitlines()
    assert not rules.allows_url("https://x.example/no")
    alone = parse_robots(b"Sitemap: https://x.example/map\n" * 99)
    assert alone.allows_url("https://x.example/any")
    assert alone.crawl_delay_s == 0
    assert alone.text.count("sitemap") == 1
