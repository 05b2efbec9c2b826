"""From a web page to the feeds it leads to. Pure: bytes in, addresses out.

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

from feedmill._ledger.links import normalise_url, site_of

TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json",
     "application/x-rss+xml", "text/rss+xml", "application/rss", "text/rss"}
)  # fmt: skip
MOST = 8
"""Candidates that are looked at: a site is asked for few things at once."""
USUAL = ("/feed", "/rss.xml", "/feed.xml", "/atom.xml", "/rss", "/index.xml", "/feed.json")
How = Literal["named", "header", "linked", "usual place"]
_LIKELY = re.compile(
    r"(?:^|/)(?:rss|feeds?|atom)/?$|(?:^|/)(?:index|feed|rss|atom|news)\.(?:xml|json|rdf)$|\.(?:rss|atom|rdf)$"
    r"|[?&]feed=(?:rss2?|atom)\b|[?&]format=(?:rss|atom|feed)\b",
    re.IGNORECASE,
)
_COMMENTS = re.compile(r"comment|kommentar|comentario|trackback", re.IGNORECASE)
_LINK = re.compile(
    r"<([^<>]{1,2048})>((?:\s*;\s*[\w*-]{1,40}\s*=\s*(?:\"[^\"]{0,400}\"|[^\s\",;]{0,400})){1,20})"
)
_PARAMETER = re.compile(r";\s*([\w*-]{1,40})\s*=\s*(?:\"([^\"]{0,400})\"|([^\s\",;]{0,400}))")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that may be a feed's."""

    url: str
    title: str
    how: How


def candidates(body: bytes, headers: Mapping[str, str], url: str) -> list[Candidate]:
    """List what a page says are its feeds, then what it links to that looks like one; the likeliest first.

    `headers` with names in lower case; `url` is the address that answered. Feeds of comments come last. What
    is only linked to counts on the page's own site alone.
    """
    tree = _tree(body)
    base = url
    if tree is not None and (given := tree.xpath("string(//base/@href)")):
        base = _joined(url, str(given)) or url
    found = [*_of_header(headers.get("link", ""), url)]
    if tree is not None:
        found += [*_of_elements(tree, base), *_of_links(tree, base, site_of(url))]
    once: dict[str, Candidate] = {}
    for candidate in sorted(found, key=lambda one: bool(_COMMENTS.search(f"{one.title} {one.url}"))):
        if candidate.url.startswith(("http://", "https://")):
            once.setdefault(normalise_url(candidate.url), candidate)
    return list(once.values())[:MOST]


def usual_places(url: str) -> list[Candidate]:
    """List where feeds usually are, for a page that names none."""
    return [Candidate(urljoin(url, path), "", "usual place") for path in USUAL]


def spacing(dates: Sequence[float]) -> float | None:
    """Say how far apart a document's entries usually are, in seconds; None for fewer than two dates."""
    ordered = sorted(dates)
    gaps = sorted(after - before for before, after in pairwise(ordered))
    return gaps[len(gaps) // 2] if gaps else None


def _tree(body: bytes) -> html.HtmlElement | None:
    try:
        return html.document_fromstring(body.replace(b"\0", b""))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _of_header(header: str, url: str) -> Iterator[Candidate]:
    for target, rest in _LINK.findall(header[:20_000]):
        given = {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(rest)}
        if _names_a_feed(given.get("rel", ""), given.get("type", "")):
            yield Candidate(_joined(url, target), given.get("title", ""), "header")


def _of_elements(tree: html.HtmlElement, base: str) -> Iterator[Candidate]:
    for element in tree.iter("link"):
        if element.get("href") and _names_a_feed(element.get("rel", ""), element.get("type", "")):
            yield Candidate(_joined(base, element.get("href", "")), element.get("title", ""), "named")


def _of_links(tree: html.HtmlElement, base: str, site: str) -> Iterator[Candidate]:
    for element in tree.iter("a"):
        address = _joined(base, element.get("href", ""))
        if _LIKELY.search(address.partition("#")[0]) and site_of(address) == site:
            yield Candidate(
                address.partition("#")[0], " ".join(element.text_content().split())[:200], "linked"
            )


def _names_a_feed(rel: str, kind: str) -> bool:
    words = rel.lower().split()
    kind = kind.partition(";")[0].strip().lower()
    return "feed" in words or ("alternate" in words and kind in TYPES)


def _joined(base: str, target: str) -> str:
    try:
        return urljoin(base, "".join(target.split()))
    except ValueError:
        return ""
