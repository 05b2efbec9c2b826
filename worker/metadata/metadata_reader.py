"""Reads what a page states about its article, field by field, in the order that is right most often.

docs/text.md keeps the orders and why they are so; `worker/metadata/` has a module a field.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from types import MappingProxyType
from typing import Any

from lxml.html import HtmlElement

from feedmill._ledger.core.records import Entry
from worker.document.blocks import normalize_line
from worker.metadata.authors import read_agencies, read_authors
from worker.metadata.further_pages import find_further_pages
from worker.metadata.headline_surroundings import find_lines_near_headline
from worker.metadata.language import read_declared_lang, read_lang
from worker.metadata.page_declarations import (
    PageHead,
    read_canonical,
    read_head,
    read_image,
    read_plain_value,
    strip_markup,
)
from worker.metadata.publication_dates import read_published, read_updated
from worker.metadata.tdm_rights import read_rights, read_tdm_reservation
from worker.metadata.title import read_title, read_titles

_SLACK = timedelta(days=1)
"""Zones differ by so much, and clocks by less."""
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
_SPLIT = re.compile(r"[,;、，]")  # noqa: RUF001
_MOST_KEYWORDS = 30
"""Keywords of a page that are kept; more are a list for search engines."""
_MAX_NAME_CHARS = 80
"""Characters of the longest section or keyword; a longer text is a sentence or a list."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """The page's own words about its article; every field may be missing."""

    title: str | None
    titles: tuple[str, ...]
    """All titles seen (printed, social, feed, without the site's name), for finding repeats."""
    description: str | None
    authors: tuple[str, ...]
    published_at: datetime | None
    updated_at: datetime | None
    lang: str | None
    image: str | None
    canonical_url: str | None
    site: str | None
    body: str | None
    """JSON-LD articleBody, as plain text."""
    free: bool | None
    """JSON-LD isAccessibleForFree."""
    lang_declared: str | None = None
    """The page's own word on its language, which its text may contradict."""
    section: str | None = None
    keywords: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    """Agencies that author fields name."""
    rights: tuple[str, ...] = ()
    """Reservations against AI training and text and data mining; see `worker.metadata.tdm_rights`."""
    tdm_reserved: bool | None = None
    """Whether the page itself reserves text and data mining; None where it says nothing of it."""
    more_pages: bool = False
    """Whether the page links to further pages of the same article."""
    next_page: str | None = None
    """The address of the one that follows."""
    is_live: bool = False
    """Whether JSON-LD calls the page a live blog: its entries come and go."""


def read_metadata(
    tree: HtmlElement,
    url: str,
    entry: Entry | None,
    headers: Mapping[str, str] = NO_HEADERS,
    *,
    fetched_at: datetime | None = None,
) -> Metadata:
    """Read a parsed page's metadata; the data of its feed entry fills the gaps.

    `headers` are those of the answer, names in lower case; no time that is given is later than a day after
    `fetched_at`, where that is known.
    """
    head = read_head(tree, url, entry)
    latest = fetched_at + _SLACK if fetched_at else None
    title = read_title(head)
    printed = cache(partial(find_lines_near_headline, head, title))
    further = find_further_pages(head)
    return Metadata(
        title=title,
        titles=read_titles(head),
        description=head.first("description", "og:description", "twitter:description")
        or read_plain_value(head.jsonld.get("description"))
        or None,
        authors=read_authors(head, printed),
        published_at=read_published(head, printed, latest),
        updated_at=read_updated(head, latest),
        lang=read_lang(head),
        lang_declared=read_declared_lang(head),
        image=read_image(head),
        canonical_url=read_canonical(head),
        site=head.site,
        body=_body(head.jsonld.get("articleBody")),
        free=read_free(head),
        section=read_section(head),
        keywords=read_keywords(head),
        agencies=read_agencies(head),
        rights=read_rights(head, headers),
        tdm_reserved=read_tdm_reservation(head, headers),
        more_pages=further.exist,
        next_page=further.next_url,
        is_live="liveblog" in str(head.jsonld.get("@type")).lower(),
    )


def _body(value: object) -> str | None:
    if isinstance(value, list):
        value = next((part for part in value if isinstance(part, str)), "")
    return (strip_markup(value) or None) if isinstance(value, str) else None


def read_section(head: PageHead) -> str | None:
    """Return the section: JSON-LD articleSection (the first), article:section and its kin."""
    section = read_plain_value(head.jsonld.get("articleSection")) or head.first(
        "article:section", "og:article:section", "parsely-section", "section", "cXenseParse:recs:category"
    )
    return section if section and len(section) <= _MAX_NAME_CHARS and "://" not in section else None


def read_keywords(head: PageHead) -> tuple[str, ...]:
    """Return the keywords: JSON-LD, else article:tag, else the keywords metas; each once, thirty at most."""
    sources = (
        _texts(head.jsonld.get("keywords")),
        list(head.all("article:tag", "og:article:tag")),
        list(head.all("news_keywords", "keywords", "parsely-tags", "sailthru.tags")),
    )
    words = next((words for source in sources if (words := _words(source))), ())
    return words[:_MOST_KEYWORDS]


def read_free(head: PageHead) -> bool | None:
    """Read JSON-LD isAccessibleForFree; None where the page has none."""
    value = head.jsonld.get("isAccessibleForFree")
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(str(value).rpartition("/")[2].strip().lower())


def _texts(value: Any) -> list[str]:
    parts = value if isinstance(value, list) else [value]
    names = (part.get("name") if isinstance(part, dict) else part for part in parts)
    return [name for name in names if isinstance(name, str)]


def _words(values: list[str]) -> tuple[str, ...]:
    parts = (normalize_line(part) for value in values for part in _SPLIT.split(strip_markup(value)))
    # What publishers' systems note for themselves ("Type:Story", addresses) tells no reader anything.
    kept = (part for part in parts if 1 < len(part) <= _MAX_NAME_CHARS and "://" not in part)
    firsts: dict[str, str] = {}
    for part in kept:
        firsts.setdefault(part.casefold(), part)
    return tuple(firsts.values())
