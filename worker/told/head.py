"""What a page says for machines, gathered in one pass over its tree."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lxml import html
from lxml.html import HtmlElement

from feedmill._ledger.records import Entry
from worker.blocks import plain
from worker.jsonld import described_article

_GATHERED = ("meta", "link", "script", "title", "h1", "time")
_NO_LETTER = re.compile(r"[^a-z0-9]+")
_MOST_HEADINGS = 8
_MOST_TIMES = 12


@dataclass(frozen=True, slots=True)
class Head:
    """A parsed page with its metas, links, JSON-LD, headings, times, and what its feed said about it."""

    tree: HtmlElement
    url: str
    entry: Entry | None
    metas: dict[str, list[str]]
    """Contents of meta elements by name, lower case, letters and digits only: "articlepublishedtime"."""
    links: list[HtmlElement]
    told: dict[str, Any]
    """Properties of the article in JSON-LD."""
    window: str
    """The text of `<title>`."""
    headings: list[HtmlElement]
    """The first `h1` elements."""
    times: list[HtmlElement]
    """The first `<time>` elements."""
    site: str | None

    def first(self, *names: str) -> str | None:
        """Give the first of these metas that has text, as plain text."""
        return next(
            (text for name in names for value in self.metas.get(_key(name), ()) if (text := unmarked(value))),
            None,
        )

    def all(self, *names: str) -> Iterator[str]:
        """Yield the contents of all metas of these names, in the order of the names."""
        for name in names:
            yield from self.metas.get(_key(name), ())


def read_head(tree: HtmlElement, url: str, entry: Entry | None) -> Head:
    """Gather what a page says for machines."""
    found: dict[str, list[HtmlElement]] = {tag: [] for tag in _GATHERED}
    for element in tree.iter(*_GATHERED):
        found[element.tag].append(element)
    metas = _metas(found["meta"])
    told = described_article(found["script"])
    # A title within SVG names a picture.
    window = next((title.text_content() for title in found["title"] if title.getparent().tag != "svg"), "")
    return Head(
        tree=tree,
        url=url,
        entry=entry,
        metas=metas,
        links=found["link"],
        told=told,
        window=plain(window),
        headings=found["h1"][:_MOST_HEADINGS],
        times=found["time"][:_MOST_TIMES],
        site=_site(metas, told),
    )


def _metas(elements: list[HtmlElement]) -> dict[str, list[str]]:
    metas: dict[str, list[str]] = {}
    for meta in elements:
        content = (meta.get("content") or "").strip()
        name = (
            meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv") or ""
        )
        if name and content:
            metas.setdefault(_key(name), []).append(content)
    return metas


@lru_cache(maxsize=2048)
def _key(name: str) -> str:
    return _NO_LETTER.sub("", name.lower())


def _site(metas: dict[str, list[str]], told: dict[str, Any]) -> str | None:
    printed = next(
        (text for key in ("ogsitename", "applicationname") for text in metas.get(key, ()) if text), None
    )
    return plain(untagged(printed)) if printed else next(iter(publishers(told)), None)


def publishers(told: dict[str, Any]) -> list[str]:
    """Give the publisher's names in JSON-LD."""
    value = told.get("publisher")
    parts = value if isinstance(value, list) else [value]
    names = (part.get("name") if isinstance(part, dict) else part for part in parts)
    return [plain(untagged(name)) for name in names if isinstance(name, str) and name.strip()]


def untagged(value: str) -> str:
    """Take markup and character references out of a value that should have had none."""
    if "<" not in value and "&" not in value:
        return value
    try:
        return str(html.fromstring(f"<div>{value}</div>").text_content())
    except (ValueError, TypeError):
        return value


def unmarked(value: Any) -> str:
    """Read a JSON-LD or meta value as plain text: the first text of a list, empty when it is none."""
    if isinstance(value, list):
        value = next((part for part in value if isinstance(part, str)), "")
    return plain(untagged(value)) if isinstance(value, str) else ""
