"""Parses Google News sitemaps (sitemaps.org 0.9 with the namespace sitemap-news/0.9) into entries."""

import re

from lxml import etree

from feedmill._ledger.core.records import Entry
from scheduler.field_values.date_parser import parse_date
from scheduler.field_values.links import resolve_link
from scheduler.parsing.document_models import MAX_ENTRIES, MalformedDocument, ParsedFeed, ParseResult
from scheduler.parsing.entry_selection import choose_newest
from scheduler.parsing.text_cleaning import clean_language_tag, clean_line, clean_names

_ROOT = re.compile(rb"<(?:[A-Za-z][\w.-]{0,40}:)?(urlset|sitemapindex)[\s>]")
_PATHS = {
    name: etree.XPath(f"string(*[local-name()='news']//*[local-name()='{name}'])")
    for name in ("title", "publication_date", "language", "keywords", "name")
}
_LOC = etree.XPath("string(*[local-name()='loc'])")
_LASTMOD = etree.XPath("string(*[local-name()='lastmod'])")
_IMAGE = etree.XPath("string(*[local-name()='image']/*[local-name()='loc'])")
_SITEMAPS = etree.XPath("//*[local-name()='sitemap']")
_NEWS = etree.XPath("//*[local-name()='url'][*[local-name()='news']]")


def read_sitemap(body: bytes, url: str) -> ParseResult | None:
    """Read a news sitemap; None when the document is no sitemap. Pages without news data are no entries."""
    root = _ROOT.search(body[:65536])
    if root is None:
        return None
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        tree = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        return MalformedDocument(outcome="not_a_feed", detail=str(error)[:200])
    if tree is None:
        return MalformedDocument(outcome="truncated", detail="a sitemap that breaks off")
    if root[1] == b"sitemapindex":
        return _index(tree, url)
    pages = _NEWS(tree)
    if not pages:
        return MalformedDocument(outcome="not_a_feed", detail="a sitemap without news")
    whole = b"urlset>" in body[-200:]
    return ParsedFeed(
        outcome="ok" if whole else "truncated",
        title=clean_line(_PATHS["name"](pages[0]), markup=False),
        entries=tuple(_entry(pages[place], url) for place in choose_newest(_list_dates(pages), MAX_ENTRIES)),
        listed=len(pages),
        lang=clean_language_tag(_PATHS["language"](pages[0])),
        form="sitemap",
    )


def _list_dates(pages: list[etree._Element]) -> list[float | None]:
    if len(pages) <= MAX_ENTRIES:
        return [None] * len(pages)
    dates = (parse_date(str(_PATHS["publication_date"](page)).strip()) for page in pages)
    return [date.timestamp() if date else None for date in dates]


def _index(tree: etree._Element, url: str) -> MalformedDocument:
    listed = (
        (resolve_link(str(_LOC(one)), url), parse_date(str(_LASTMOD(one)).strip())) for one in _SITEMAPS(tree)
    )
    return MalformedDocument(
        outcome="not_a_feed",
        detail="an index of sitemaps: list the news sitemap itself",
        sitemaps=tuple((found, changed) for found, changed in listed if found)[:MAX_ENTRIES],
    )


def _entry(page: etree._Element, url: str) -> Entry:
    news = {name: str(path(page)).strip() for name, path in _PATHS.items()}
    return Entry(
        link=resolve_link(str(_LOC(page)), url),
        title=clean_line(news["title"], markup=False),
        published_at=parse_date(news["publication_date"]),
        updated_at=parse_date(str(_LASTMOD(page)).strip()),
        tags=clean_names(news["keywords"].split(",")),
        lang=clean_language_tag(news["language"]),
        image=resolve_link(str(_IMAGE(page)), url),
    )
