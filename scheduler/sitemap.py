"""Google News sitemaps (sitemaps.org 0.9 with the namespace sitemap-news/0.9) into entries."""

import re

from lxml import etree

from feedmill._ledger.records import Entry
from scheduler.documents import MAX_ENTRIES, Malformed, Parsed, ParsedFeed
from scheduler.words import address, moment, names, plain, word

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


def read_sitemap(body: bytes, url: str) -> Parsed | None:
    """Read a news sitemap; None when the document is no sitemap. Pages without news data are no entries."""
    root = _ROOT.search(body[:65536])
    if root is None:
        return None
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        tree = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        return Malformed(outcome="not_a_feed", detail=str(error)[:200])
    if tree is None:
        return Malformed(outcome="truncated", detail="a sitemap that breaks off")
    if root[1] == b"sitemapindex":
        return _index(tree, url)
    pages = _NEWS(tree)
    if not pages:
        return Malformed(outcome="not_a_feed", detail="a sitemap without news")
    whole = b"urlset>" in body[-200:]
    return ParsedFeed(
        outcome="ok" if whole else "truncated",
        title=plain(_PATHS["name"](pages[0]), markup=False),
        entries=tuple(_entry(page, url) for page in pages[:MAX_ENTRIES]),
        listed=len(pages),
        lang=word(_PATHS["language"](pages[0])),
        form="sitemap",
    )


def _index(tree: etree._Element, url: str) -> Malformed:
    listed = ((address(str(_LOC(one)), url), moment(str(_LASTMOD(one)).strip())) for one in _SITEMAPS(tree))
    return Malformed(
        outcome="not_a_feed",
        detail="an index of sitemaps: list the news sitemap itself",
        sitemaps=tuple((found, changed) for found, changed in listed if found)[:MAX_ENTRIES],
    )


def _entry(page: etree._Element, url: str) -> Entry:
    news = {name: str(path(page)).strip() for name, path in _PATHS.items()}
    return Entry(
        link=address(str(_LOC(page)), url),
        title=plain(news["title"], markup=False),
        published_at=moment(news["publication_date"]),
        updated_at=moment(str(_LASTMOD(page)).strip()),
        tags=names(news["keywords"].split(",")),
        lang=word(news["language"]),
        image=address(str(_IMAGE(page)), url),
    )
