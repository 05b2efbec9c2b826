"""Reads what a page files its article under: section, keywords, whether it is free to read."""

import re
from typing import Any

from worker.document.blocks import normalize_line
from worker.metadata.head_tags import PageHead, read_plain_value, strip_markup

_SPLIT = re.compile(r"[,;、，]")  # noqa: RUF001
_MOST = 30
_MAX_NAME_CHARS = 80
"""Characters of the longest section or keyword; a longer text is a sentence or a list."""


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
    return words[:_MOST]


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
