"""Gathers what a page states for machines, in one pass over its tree, and reads the addresses in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import html
from lxml.html import HtmlElement

from feedmill._ledger.core.records import Entry
from worker.document.blocks import normalize_line
from worker.metadata.jsonld import find_article

_GATHERED = ("meta", "link", "script", "title", "h1", "time")
_NO_LETTER = re.compile(r"[^a-z0-9]+")
_TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*|!--)[^<>]*>")
_ANGLE = re.compile("<")
_PARTING = frozenset(("br", "hr", "img", "wbr", "p", "li"))
"""Tags that need no end."""
_MAX_CHARS_BEHIND_TAG = 200
"""Characters after a tag in which something must stand: nested pairs would else read all of it each."""
_MOST_HEADINGS = 8
"""First-level headings that are kept; pages with more use them for teasers."""
_MOST_TIMES = 12
"""`time` elements that are kept: the article's own come first, teasers' follow."""


@dataclass(frozen=True, slots=True)
class PageHead:
    """A parsed page with its metas, links, JSON-LD, headings, times, and what its feed said about it."""

    tree: HtmlElement
    url: str
    entry: Entry | None
    metas: dict[str, list[str]]
    """Contents of meta elements by name, lower case, letters and digits only: "articlepublishedtime"."""
    links: list[HtmlElement]
    jsonld: dict[str, Any]
    """Properties of the article in JSON-LD."""
    window: str
    """The text of `<title>`."""
    headings: list[HtmlElement]
    """The first `h1` elements."""
    times: list[HtmlElement]
    """The first `<time>` elements."""
    site: str | None

    def first(self, *names: str) -> str | None:
        """Return the first of these metas that has text, as plain text."""
        return next(
            (
                text
                for name in names
                for value in self.metas.get(_meta_key(name), ())
                if (text := read_plain_value(value))
            ),
            None,
        )

    def all(self, *names: str) -> Iterator[str]:
        """Yield the contents of all metas of these names, in the order of the names."""
        for name in names:
            yield from self.metas.get(_meta_key(name), ())


def read_head(tree: HtmlElement, url: str, entry: Entry | None) -> PageHead:
    """Gather a page's data for machines."""
    found: dict[str, list[HtmlElement]] = {tag: [] for tag in _GATHERED}
    for element in tree.iter(*_GATHERED):
        found[element.tag].append(element)
    metas = _read_metas(found["meta"])
    jsonld = find_article(found["script"])
    # A title within SVG names a picture.
    window = next((title.text_content() for title in found["title"] if title.getparent().tag != "svg"), "")
    return PageHead(
        tree=tree,
        url=url,
        entry=entry,
        metas=metas,
        links=found["link"],
        jsonld=jsonld,
        window=normalize_line(window),
        headings=found["h1"][:_MOST_HEADINGS],
        times=found["time"][:_MOST_TIMES],
        site=_find_site_name(metas, jsonld),
    )


def _read_metas(elements: list[HtmlElement]) -> dict[str, list[str]]:
    metas: dict[str, list[str]] = {}
    for meta in elements:
        content = (meta.get("content") or "").strip()
        name = (
            meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv") or ""
        )
        if name and content:
            metas.setdefault(_meta_key(name), []).append(content)
    return metas


@lru_cache(maxsize=2048)
def _meta_key(name: str) -> str:
    return _NO_LETTER.sub("", name.lower())


def _find_site_name(metas: dict[str, list[str]], jsonld: dict[str, Any]) -> str | None:
    printed = next(
        (text for key in ("ogsitename", "applicationname") for text in metas.get(key, ()) if text), None
    )
    return normalize_line(strip_markup(printed)) if printed else next(iter(list_publishers(jsonld)), None)


def list_publishers(jsonld: dict[str, Any]) -> list[str]:
    """Return the publisher's names in JSON-LD."""
    value = jsonld.get("publisher")
    parts = value if isinstance(value, list) else [value]
    names = (part.get("name") if isinstance(part, dict) else part for part in parts)
    return [normalize_line(strip_markup(name)) for name in names if isinstance(name, str) and name.strip()]


def strip_markup(value: str) -> str:
    """Take markup and character references out of a value that should have had none.

    A tag counts as markup where it encloses something or parts what stands on either side of it
    ("one<br>two", an opening "<p>"). Else it is a word of the value: "When to use the <dialog> element".
    """
    if "<" not in value and "&" not in value:
        return value
    try:
        return str(html.fromstring(f"<div>{_escape_words(value)}</div>").text_content())
    except (ValueError, TypeError):
        return value


def _escape_words(value: str) -> str:
    """Escape the tags and signs of a value that are words of it."""
    if "<" not in value:
        return value
    tags = list(_TAG.finditer(value))
    first = len(value) - len(value.lstrip())
    parting = {tag.start() for tag in tags if _parts_lines(tag, value, first)}
    markup = _find_pairs(tags, value) | parting | {tag.start() for tag in tags if tag["name"] == "!--"}
    return _ANGLE.sub(
        lambda sign: " <" if sign.start() in parting else "<" if sign.start() in markup else "&lt;", value
    )


def _find_pairs(tags: list[re.Match[str]], value: str) -> set[int]:
    """Return where the tags stand that close or are closed, with something between them."""
    pairs: set[int] = set()
    opened: dict[str, list[re.Match[str]]] = {}
    for tag in tags:
        name = tag["name"].lower()
        if not tag["close"]:
            opened.setdefault(name, []).append(tag)
        elif opened.get(name):
            begin = opened[name].pop()
            if value[begin.end() : min(tag.start(), begin.end() + _MAX_CHARS_BEHIND_TAG)].strip():
                pairs |= {begin.start(), tag.start()}
    return pairs


def _parts_lines(tag: re.Match[str], value: str, first: int) -> bool:
    """Return whether a tag that needs no end parts what stands beside it; at `first` the value begins."""
    name = tag["name"].lower()
    if name not in _PARTING:
        return False
    if name in ("p", "li") and tag.start() == first:
        return True
    return not (value[max(0, tag.start() - 1)].isspace() or tag.start() == first) or not (
        value[tag.end() : tag.end() + 1].isspace()
    )


def read_plain_value(value: Any) -> str:
    """Read a JSON-LD or meta value as plain text: the first text of a list, empty when it is none."""
    if isinstance(value, list):
        value = next((part for part in value if isinstance(part, str)), "")
    return normalize_line(strip_markup(value)) if isinstance(value, str) else ""


_MAX_URL_CHARS = 2048
"""Characters of a link that a page gives; a longer one counts as none, as a cut one would lead elsewhere."""


def read_image(head: PageHead) -> str | None:
    """Return the lead image as an absolute http(s) address: og:image, JSON-LD, feed."""
    values = [
        head.first("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src"),
        _read_picture(head.jsonld.get("image")),
        _read_picture(head.jsonld.get("thumbnailUrl")),
        head.entry.image if head.entry else None,
    ]
    return next((link for value in values if value and (link := resolve_http_url(value, head.url))), None)


def read_canonical(head: PageHead) -> str | None:
    """Return what the page calls its own address: `<link rel=canonical>`, og:url."""
    named = (
        link.get("href") or ""
        for link in head.links
        if "canonical" in (link.get("rel") or "").lower().split()
    )
    values = [*named, *head.all("og:url")]
    return next((link for value in values if (link := resolve_http_url(value, head.url))), None)


def resolve_http_url(value: str, url: str) -> str | None:
    """Resolve an address against the page's; None when it is not http(s) or has more than 2048 characters."""
    try:
        link = urljoin(url, value.strip())
        parts = urlsplit(link)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc or len(link) > _MAX_URL_CHARS:
        return None
    return link


def _read_picture(value: Any) -> str | None:
    for part in value if isinstance(value, list) else [value]:
        address = part.get("url") or part.get("contentUrl") if isinstance(part, dict) else part
        if isinstance(address, list) and address:
            address = address[0]
        if isinstance(address, str) and address.strip():
            return address
    return None
