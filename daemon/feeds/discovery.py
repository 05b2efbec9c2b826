"""Finds the feeds that a web page leads to. Pure: bytes in, addresses out.

Sources: RSS autodiscovery (link rel=alternate with a feed's type), RFC 8288 (the same in Link headers), JSON
Feed 1.1 (application/feed+json), and the places where the usual programs put their feeds.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal
from urllib.parse import urljoin

from lxml import etree, html

from feedmill._ledger.identity.registrable_domain import find_site
from feedmill._ledger.identity.url_normalization import normalize_url
from scheduler.parsing.charsets import convert_wide_to_utf8

FEED_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json",
     "application/x-rss+xml", "text/rss+xml", "application/rss", "text/rss"}
)  # fmt: skip
_POSSIBLE_TYPE = re.compile(r"(?:application|text)/(?:[\w.-]{1,30}\+)?(?:xml|json)$", re.IGNORECASE)
_OTHER_TYPES = re.compile(
    r"xhtml|svg|mathml|oembed|opensearch|manifest|ld\+json|activity\+json|wlwmanifest|rsd\+xml"
)
"""Types in XML or JSON that are never a feed's."""
MAX_CANDIDATES = 8
"""Candidates that are checked: a site is asked for few things at once."""
USUAL_PATHS = ("/feed", "/rss.xml", "/feed.xml", "/atom.xml", "/rss", "/index.xml", "/feed.json")
DiscoveryMethod = Literal["named", "header", "possible", "linked", "linked elsewhere", "usual place"]
_LIKELY = re.compile(
    r"(?:^|/)(?:rss|feeds?|atom)/?$|(?:^|/)(?:index|feed|rss|atom|news)\.(?:xml|json|rdf)$|\.(?:rss|atom|rdf)$"
    r"|[?&]feed=(?:rss2?|atom)\b|[?&]format=(?:rss|atom|feed)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?<!\w)(?:rss|atom|rdf|feeds?|flux|xml)(?!\w)", re.IGNORECASE)
_MAX_LABEL_CHARS = 30
"""Most words of a link that names a feed and nothing else."""
_ICON = re.compile(r"(?:^|[/\s_-])(rss|feed|atom)(?=[\s._-]|\d|$)", re.IGNORECASE)
"""In the names of a picture or a class that stand for words."""
_FEED_SCHEME = re.compile(r"feed:(?://)?(?=https?:)|feed:(?=//)", re.IGNORECASE)
_COMMENTS = re.compile(r"comment|kommentar|comentario|trackback", re.IGNORECASE)
_LINK = re.compile(
    r"<([^<>]{1,2048})>((?:\s*;\s*[\w*-]{1,40}\s*=\s*(?:\"[^\"]{0,400}\"|[^\s\",;]{0,400})){1,20})"
)
_PARAMETER = re.compile(r";\s*([\w*-]{1,40})\s*=\s*(?:\"([^\"]{0,400})\"|([^\s\",;]{0,400}))")


@dataclass(frozen=True, slots=True)
class FeedCandidate:
    """An address that may be a feed's."""

    url: str
    title: str
    how: DiscoveryMethod


def find_candidates(body: bytes, headers: Mapping[str, str], url: str) -> list[FeedCandidate]:
    """List what a page declares as its feeds, then what it links to that looks like one; the likeliest first.

    `headers` with names in lower case; `url` is the address that answered. Types that may be anything's come
    behind those that are feeds' alone, feeds of comments last. What is only linked to on another site counts
    where the page names nothing else.
    """
    tree = _parse_html(body)
    base = url
    if tree is not None and (given := tree.xpath("string(//base/@href)")):
        base = _resolve_url(url, str(given)) or url
    found = [*_read_header_links(headers.get("link", ""), url)]
    if tree is not None:
        found += [*_read_link_elements(tree, base), *_read_anchors(tree, base, find_site(url))]
    found = [one for one in found if one.url.startswith(("http://", "https://"))]
    own = [one for one in found if one.how != "linked elsewhere"] or found
    once: dict[str, FeedCandidate] = {}
    for candidate in sorted(own, key=_rank):
        once.setdefault(normalize_url(candidate.url), candidate)
    return list(once.values())[:MAX_CANDIDATES]


def _rank(candidate: FeedCandidate) -> tuple[bool, bool]:
    is_of_comments = bool(_COMMENTS.search(f"{candidate.title} {candidate.url}"))
    return is_of_comments, candidate.how == "possible"


def list_usual_addresses(url: str) -> list[FeedCandidate]:
    """List where feeds usually are, for a page that names none."""
    return [FeedCandidate(urljoin(url, path), "", "usual place") for path in USUAL_PATHS]


def measure_spacing_s(dates: Sequence[float]) -> float | None:
    """Return how far apart a document's entries usually are, in seconds; None for fewer than two dates."""
    ordered = sorted(dates)
    gaps = sorted(after - before for before, after in pairwise(ordered))
    return gaps[len(gaps) // 2] if gaps else None


def _parse_html(body: bytes) -> html.HtmlElement | None:
    body = convert_wide_to_utf8(body) or body
    try:
        return html.document_fromstring(body.replace(b"\0", b""))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _read_header_links(header: str, url: str) -> Iterator[FeedCandidate]:
    for target, rest in _LINK.findall(header[:20_000]):
        given = {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(rest)}
        how = _name_feed(given.get("rel", ""), given.get("type", ""))
        if how:
            yield FeedCandidate(
                _resolve_url(url, target), given.get("title", ""), "header" if how == "named" else how
            )


def _read_link_elements(tree: html.HtmlElement, base: str) -> Iterator[FeedCandidate]:
    for element in tree.iter("link"):
        address = _resolve_url(base, element.get("href", ""))
        how = _name_feed(element.get("rel", ""), element.get("type", "")) or _guess_feed(element, address)
        if how and element.get("href"):
            yield FeedCandidate(address, element.get("title", ""), how)


def _guess_feed(link: html.HtmlElement, address: str) -> DiscoveryMethod | None:
    """Return whether a link without a feed's type or relation may lead to one all the same."""
    words, kind = link.get("rel", "").lower().split(), _read_type(link.get("type", ""))
    if not words:
        return "possible" if kind in FEED_TYPES else None
    is_open = "alternate" in words and "stylesheet" not in words and not link.get("hreflang")
    if not is_open or kind not in ("", "text/html", "text/plain"):
        return None
    title = link.get("title", "")
    is_labeled = len(title) <= _MAX_LABEL_CHARS and _LABEL.search(title)
    return "possible" if is_labeled or _LIKELY.search(address) else None


def _read_anchors(tree: html.HtmlElement, base: str, site: str) -> Iterator[FeedCandidate]:
    for element in tree.iter("a", "area"):
        address = _resolve_url(base, element.get("href", "")).partition("#")[0]
        if not address or address == base.partition("#")[0]:
            continue
        label = _read_label(element)
        how = _name_feed(element.get("rel", ""), element.get("type", ""))
        typed = how == "named" or _read_type(element.get("type", "")) in FEED_TYPES
        if typed:
            yield FeedCandidate(address, label, "linked")
        elif how or _LIKELY.search(address) or (len(label) <= _MAX_LABEL_CHARS and _LABEL.search(label)):
            is_near = find_site(address) == site
            if is_near or _LABEL.search(label):
                yield FeedCandidate(address, label, "linked" if is_near else "linked elsewhere")


def _read_label(anchor: html.HtmlElement) -> str:
    """Return a link's words: its text, else what stands for its picture, else its title."""
    pictures = (picture.get("alt", "") for picture in anchor.iter("img", "area"))
    files = (_ICON.search(picture.get("src", "")) for picture in anchor.iter("img"))
    icon = " ".join(found[1] for found in (*files, _ICON.search(anchor.get("class", ""))) if found)
    said = (anchor.text_content(), *pictures, anchor.get("aria-label", ""), anchor.get("title", ""), icon)
    return next((words for text in said if (words := " ".join(text.split()))), "")[:200]


def _name_feed(rel: str, kind: str) -> DiscoveryMethod | None:
    """Return how sure a link with these attributes leads to a feed; None: not at all."""
    words = rel.lower().split()
    kind = _read_type(kind)
    if "feed" in words or ("alternate" in words and kind in FEED_TYPES):
        return "named"
    if "alternate" in words and "stylesheet" not in words and _POSSIBLE_TYPE.match(kind):
        return None if _OTHER_TYPES.search(kind) else "possible"
    return None


def _read_type(kind: str) -> str:
    return kind.partition(";")[0].strip().lower()


def _resolve_url(base: str, target: str) -> str:
    try:
        return urljoin(base, _FEED_SCHEME.sub("", "".join(target.split())))
    except ValueError:
        return ""
