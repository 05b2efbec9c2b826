"""Reads the article that a page describes in JSON-LD (schema.org), where it does."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from lxml.html import HtmlElement

_ARTICLES = frozenset(
    [
        "article",
        "newsarticle",
        "blogposting",
        "reportagenewsarticle",
        "analysisnewsarticle",
        "opinionnewsarticle",
        "backgroundnewsarticle",
        "reviewnewsarticle",
        "asknewsarticle",
        "liveblogposting",
        "socialmediaposting",
        "techarticle",
        "scholarlyarticle",
        "report",
        "advertisercontentarticle",
        "satiricalarticle",
        "webpage",
        "videoobject",
    ]
)
_WEAK = frozenset(("webpage", "videoobject"))
_SHARED = ("author", "datePublished", "dateModified", "publisher", "inLanguage", "isAccessibleForFree")
"""What a WebPage says of its article too."""
_MAX_SCRIPT_CHARS = 2_000_000
"""Characters of a JSON-LD script that is parsed: bounds its cost; a longer one counts as none."""


def find_article(scripts: Iterable[HtmlElement]) -> dict[str, Any]:
    """Return the properties of the article in a page's JSON-LD scripts, an empty dict when there is none.

    A real article type comes before any node with headline and date (a recipe, a review), that before
    WebPage, which fills what the article leaves out; references by `@id` are filled in.
    """
    nodes: list[dict[str, Any]] = []
    for script in scripts:
        if "ld+json" in (script.get("type") or "").lower():
            nodes.extend(_nodes(_parse(script.text or "")))
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    best = next((node for node in nodes if _types(node) & (_ARTICLES - _WEAK)), None)
    best = best or next((node for node in nodes if "headline" in node and "datePublished" in node), {})
    around = next((node for node in nodes if _types(node) & _WEAK), {})
    best = {**{key: around[key] for key in _SHARED if key in around}, **best} if best else around
    return {key: _resolve_references(value, by_id) for key, value in best.items()}


def _parse(text: str) -> Any:
    if len(text) > _MAX_SCRIPT_CHARS:
        return None
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
    text = (
        text.removeprefix("//<![CDATA[").removesuffix("//]]>").removeprefix("<![CDATA[").removesuffix("]]>")
    )
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _nodes(data: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > 4:  # noqa: PLR2004
        return
    if isinstance(data, list):
        for part in data:
            yield from _nodes(part, depth + 1)
    elif isinstance(data, dict):
        yield data
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item"):
            if isinstance(data.get(key), dict | list):
                yield from _nodes(data[key], depth + 1)


def _types(node: dict[str, Any]) -> set[str]:
    kinds = node.get("@type")
    return {str(kind).lower().rpartition("/")[2] for kind in (kinds if isinstance(kinds, list) else [kinds])}


def _resolve_references(value: Any, by_id: dict[str, dict[str, Any]]) -> Any:
    if isinstance(value, list):
        return [_resolve_references(part, by_id) for part in value]
    if isinstance(value, dict) and isinstance(value.get("@id"), str) and "name" not in value:
        return by_id.get(value["@id"], value)
    return value
