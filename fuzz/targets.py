"""What is fuzzed: each target takes bytes, and raises when feedmill would break a promise on them."""

import re
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from random import Random
from xml.etree.ElementTree import fromstring

import msgspec
from lxml.html import Element
from markdown_it import MarkdownIt

from config.errors import ConfigError
from config.load import load_config
from config.sections.feed_tables import is_feed_url
from daemon.errors import InvalidRequestError
from daemon.feeds.discovery import find_candidates
from daemon.feeds.opml import read_opml, write_opml
from feedmill._ledger.core.records import Entry, LeasedPage
from feedmill._ledger.identity.entry_identity import list_aliases, name_article
from feedmill._ledger.identity.registrable_domain import find_site
from feedmill._ledger.identity.url_normalization import normalize_url
from feedmill._net.access import url_and_redirects
from feedmill._net.cache_and_retry_headers import read_max_age, read_retry_after_s
from feedmill._net.client.content_decoding import ContentDecoder
from feedmill._net.errors import NetError
from feedmill._net.robots_rules import parse_robots
from feedmill._text_safety import make_line_printable, plain_line, plain_text
from feedmill.article import Article, decode, encode
from scheduler.field_values.links import MAX_URL_CHARS
from scheduler.parsing.document_models import MAX_ENTRIES, MAX_TITLE_CHARS, MalformedDocument, ParsedFeed
from scheduler.parsing.document_parser import parse_document
from web.rendering.atom_and_json_feed import FeedHead, SyndicationItem, render_atom, render_json_feed
from worker.extraction.page_reader import read_page
from worker.fetching.retry_policy import FailureRun, after_status
from worker.metadata.jsonld import find_article
from worker.page_models import CleanedArticle, FetchedPage
from worker.publishing.article_builder import build_article
from worker.publishing.article_sanitizer import MAX_TEXT_CHARS

URL = "https://mill.example/news/one"
LEASE = {"failures": 0, "first_failed_at": None, "attempts": 0, "known_rev": 0, "known_print": ""}
PROSE = "<p>The council met on Tuesday to talk about the old bridge, shut since the spring floods.</p>" * 4
WRITTEN = MarkdownIt("commonmark")
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def parse(data: bytes) -> None:
    """A feed document, its Content-Type in the first line."""
    kind, _, body = data.partition(b"\n")
    read = parse_document(body, kind.decode("latin-1"), URL)
    if isinstance(read, MalformedDocument):
        return
    assert isinstance(read, ParsedFeed)
    assert len(read.entries) <= min(MAX_ENTRIES, read.listed)
    for entry in read.entries:
        for text in (entry.title, entry.guid, entry.content, entry.summary, *entry.authors, *entry.tags):
            assert text is None or text == plain_text(text), ascii(text)
        assert len(entry.title or "") <= MAX_TITLE_CHARS
        for link in (entry.link, entry.image):
            assert link is None or (
                link.lower().startswith(("http://", "https://")) and len(link) <= MAX_URL_CHARS
            )
        list_aliases(URL, entry)
        name_article(URL, entry)


def clean(data: bytes) -> None:
    """A page, its Content-Type in the first line."""
    kind, _, body = data.partition(b"\n")
    entry = Entry(guid="g", link=URL, title="Mill", content=body[:2000].decode("utf-8", "replace"))
    read = read_page(FetchedPage(URL, body, kind.decode("latin-1")), entry)
    if not isinstance(read, CleanedArticle):
        return
    assert 0 < len(read.text) <= MAX_TEXT_CHARS
    article = _article(read)
    assert article.text == plain_text(article.text)
    assert decode(encode(article)) == article
    for link in (article.image, article.canonical_url):
        assert link is None or link.startswith(("http://", "https://"))


def headers(data: bytes) -> None:
    """What stands in header fields: addresses, times, directives, and coded bodies."""
    first, _, rest = data.partition(b"\n")
    text = first.decode("latin-1")
    for address in (text, first.decode("utf-8", "replace")):
        with suppress(NetError):
            target = url_and_redirects.resolve_redirect(URL, address)
            assert target.startswith("https://")
            assert target.isprintable()
        find_site(address)
        normalize_url(address)
    fields = {"retry-after": text, "cache-control": text, "expires": text, "date": text, "age": text}
    for status in (200, 404, 429, 503):
        after_status(status, fields, FailureRun(0, None), now=NOW, rng=Random(1))  # noqa: S311
    read_retry_after_s({"retry-after": text}, NOW)
    read_max_age(fields, NOW)
    with suppress(NetError):
        coded = ContentDecoder(URL, text[:20], limit=1 << 16)
        for start in range(0, len(rest), 7):
            coded.feed_bytes(rest[start : start + 7])
        assert len(coded.finish()) <= 1 << 16


def robots(data: bytes) -> None:
    """A robots.txt, the path asked for in the first line."""
    path, _, body = data.partition(b"\n")
    rules = parse_robots(body)
    rules.allows_url("https://mill.example/" + path.decode("latin-1"))
    assert rules.crawl_delay_s >= 0


def config(data: bytes) -> None:
    """The settings and the feed list."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("feedmill.toml", "feeds.toml"):
            (Path(folder) / name).write_bytes(data)
        with suppress(ConfigError):
            load_config(Path(folder), {})
    text = data.decode("utf-8", "replace").replace("\0", "")
    with suppress(ConfigError), tempfile.TemporaryDirectory() as folder:
        load_config(Path(folder), {"FEEDMILL_NETWORK_PROXY": text, "FEEDMILL_REDIS_URL": text})


def lists(data: bytes) -> None:
    """An OPML document, and a page that may name feeds, its Link header in the first line."""
    with suppress(InvalidRequestError):
        feeds, skipped = read_opml(data)
        assert all(is_feed_url(feed.url) and feed.source for feed in feeds)
        again, _ = read_opml(write_opml(feeds))
        assert [feed.url for feed in again] == [feed.url for feed in feeds]
        assert all(one.reason for one in skipped)
    first, _, body = data.partition(b"\n")
    for found in find_candidates(body, {"link": first.decode("latin-1")}, URL):
        assert found.url.startswith(("http://", "https://"))
        with suppress(NetError):
            url_and_redirects.check_url(found.url)


def described(data: bytes) -> None:
    """JSON-LD, as a page holds it, and what is read from it."""
    script = Element("script", type="application/ld+json")
    with suppress(ValueError):  # lxml takes no controls
        script.text = data.decode("utf-8", "replace")
    find_article([script])
    escaped = data.replace(b"</", b"<\\/").decode("utf-8", "replace")
    page = (
        f"<html><head><script type='application/ld+json'>{escaped}</script></head><body>{PROSE}</body></html>"
    )
    read = read_page(FetchedPage(URL, page.encode(), "text/html"), Entry(guid="g", link=URL, title="Mill"))
    assert isinstance(read, CleanedArticle)
    article = _article(read)
    assert decode(encode(article)) == article


def shown(data: bytes) -> None:
    """A page's words, of several kinds of block, as every form that is sent on shows them."""
    words = data.decode("utf-8", "replace")
    lines = "".join(
        f"<{tag}>{escape(words)}</{tag}>" for tag in ("li", "pre", "p", "blockquote", "h2", "td", "pre")
    )
    page = f"<html><body><article><h1>{escape(words)}</h1>{PROSE}<ul>{lines}</ul>{lines}{PROSE}</article></body></html>"
    entry = Entry(guid="g", link=URL, title=words[:200], authors=(words[:100],), tags=(words[:50],))
    read = read_page(FetchedPage(URL, page.encode("utf-8", "replace"), "text/html; charset=utf-8"), entry)
    if not isinstance(read, CleanedArticle):
        return
    article = _article(read)
    tokens = WRITTEN.parse(article.markdown or article.text)
    kinds = {part.type for token in tokens for part in (token, *(token.children or ()))}
    assert article.markdown is None or not kinds & {"html_block", "html_inline", "link_open", "image"}, (
        article.markdown
    )
    head = FeedHead(title=words, self_url=URL, home_url=URL)
    tree = fromstring(render_atom(head, [SyndicationItem(article, NOW)]))  # noqa: S314 - our own document
    (content,) = tree.iter("{http://www.w3.org/2005/Atom}content")
    assert not set(re.findall(r"<[^>]*>?", content.text or "")) - {"<p>", "</p>", "<br>"}
    msgspec.json.decode(render_json_feed(head, [SyndicationItem(article, NOW)]))
    for line in (article.title, *article.authors, *article.keywords):
        assert plain_line(line) == line
    assert "\n" not in make_line_printable(words)


def _article(read: CleanedArticle) -> Article:
    """Make the article that goes out."""
    return build_article(_leased(), read, rev=1, url=URL, fetched_at=NOW)


def _leased() -> LeasedPage:
    """Give a page in hand."""
    told = {"id": "0" * 16, "token": "t", "url": URL, "site": "mill.example", "feed": URL, "source": "Mill"}
    entry = Entry(guid="g", link=URL, title="Mill")
    return msgspec.convert({**told, "tags": (), "entry": entry, "listed_at": 0, **LEASE}, LeasedPage)


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target for target in (parse, clean, headers, robots, config, lists, described, shown)
}
