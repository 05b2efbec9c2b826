"""Writes the documents of block editors as HTML, by shape: lists whose items hold a paragraph each."""

import html
import re
from collections.abc import Iterator
from typing import Any

from worker.document.block_tests import ARTICLE_CHARS, is_as_long, is_long_text
from worker.extraction.page_data.flight_rows import MAX_DEPTH, MOST_NODES

_LEAST_ITEMS = 2
"""Items of some length that make a list an article's."""
_MOST_NODES = 400
"""Nodes of one block: a paragraph with two hundred links."""
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_REFERENCE = re.compile(r"&(?:#\d+|#x[\da-f]+|[a-z]+);", re.IGNORECASE)
_KIND_KEYS = (
    "type",
    "_type",
    "nodeType",
    "blockName",
    "name",
    "kind",
    "tag",
    "style",
    "__typename",
    "layout",
)
_HEADING = re.compile(
    r"(?:^|[/_-])h(?:eading)?[-_]?([1-6])?$|header|subhead|(?:^|[/_-])title$", re.IGNORECASE
)
_QUOTE = re.compile(r"quote", re.IGNORECASE)
_LIST = re.compile(
    r"(?:^|[/_-])(?:list|ul|ol|bullet(?:ed)?[-_]?list|ordered[-_]?list|unordered[-_]?list|numbered)",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?:^|[/_-])code", re.IGNORECASE)
_NO_TEXT = re.compile(
    r"image|photo|picture|video|audio|embed|gallery|(?:^|[/_-])ad(?:$|[/_-]|vert)|promo|newsletter|related|divider"
    r"|raw_html|script|interstitial|button|signup|social|comment",
    re.IGNORECASE,
)
_TEXT_KEYS = (
    "text",
    "content",
    "value",
    "html",
    "body",
    "rendered",
    "innerHTML",
    "paragraph",
    "__html",
    "markdown",
    "answer",
)
_INNER_KEYS = (
    *(
        "children",
        "content",
        "contents",
        "items",
        "blocks",
        "data",
        "attributes",
        "model",
        "nodes",
        "body",
        "spans",
    ),
    *("root", "document", "paragraphs", "value", "text", "sections", "fields", "attrs"),
)
_OWN_TITLE = frozenset(("title", "headline", "headlines", "name"))
_OWN_ADDRESS = frozenset(
    [
        *(
            "url",
            "link",
            "href",
            "slug",
            "path",
            "permalink",
            "canonical_url",
            "website_url",
            "date",
            "published",
        ),
        *("author", "user", "username", "createdat", "publishedat"),
    ]
)


def write_block_list(items: list[Any]) -> str | None:
    """Write a list as HTML where its items hold paragraphs; None for a list of anything else.

    A list of other posts is none: its items have headlines and addresses of their own. One whose items are
    the words and links of a single paragraph is none either.
    """
    if len(items) < _LEAST_ITEMS or items[:1] == ["$"]:
        return None
    blocks: list[tuple[str, str]] = []
    posts = 0
    for item in items[:MOST_NODES]:
        written = list(_write_block(item, 0))
        posts += bool(written) and _is_post(item)
        blocks += written
    sizes = [_size(text) for _, text in blocks]
    long = [
        text for (_, text), size in zip(blocks, sizes, strict=True) if is_long_text(_TAG.sub("", text), size)
    ]
    if len(long) < _LEAST_ITEMS or posts > 1 or not is_as_long(long[0], ARTICLE_CHARS, sum(sizes)):
        return None
    if not _are_sentences(long):
        return None
    return "".join(f"<{tag}>{text}</{tag}>" for tag, text in blocks)


def _size(text: str) -> int:
    return len(_TAG.sub("", text).strip())


def _are_sentences(texts: list[str]) -> bool:
    """Return whether most texts end as sentences do: the parts of one paragraph do not."""
    ends = sum(_ends_sentence(_TAG.sub("", text).rstrip()[-1:]) for text in texts)
    return ends * 3 >= len(texts) * 2


def _ends_sentence(last: str) -> bool:
    """Return whether a character ends a sentence; Thai and Lao set no mark there."""
    return last in ".!?…\"”»“’')]:;。！？」』।۔؟։።။។" or "\u0e00" <= last <= "\u0eff"  # noqa: RUF001


def _is_post(item: Any) -> bool:
    if not isinstance(item, dict):
        return False
    keys = {key.lower() for key in item}
    return not keys.isdisjoint(_OWN_ADDRESS) and (
        not keys.isdisjoint(_OWN_TITLE) or not keys.isdisjoint(("author", "user", "username"))
    )


def _write_block(item: Any, depth: int) -> Iterator[tuple[str, str]]:
    """Yield the blocks of one item: tag and inner HTML."""
    if isinstance(item, str):
        if item.strip():
            yield (
                "p" if not re.match(r"\s*<(?:p|h[1-6]|ul|ol|blockquote|div)\b", item) else "div",
                _write_words(item),
            )
        return
    if not isinstance(item, dict) or depth > MAX_DEPTH:
        return
    kind = next((value for key in _KIND_KEYS if isinstance(value := item.get(key), str)), "")
    style = item.get("style") if isinstance(item.get("style"), str) else ""
    if _NO_TEXT.search(kind):
        return
    if _LIST.search(kind):
        yield from (("li", text) for part in _inner_items(item) if (text := _write_inline(part)))
        return
    inner = _find_blocks_within(item)
    if inner is not None and not _own_text(item):
        for part in inner:
            yield from _write_block(part, depth + 1)
        return
    text = _write_inline(item)
    if text.strip():
        yield _choose_tag(kind, style or "", item), text


def _choose_tag(kind: str, style: str, item: dict[str, Any]) -> str:
    if _HEADING.search(kind) or _HEADING.search(style):
        return "h2"
    if _QUOTE.search(kind) or _QUOTE.search(style):
        return "blockquote"
    if item.get("listItem"):
        return "li"
    return "pre" if _CODE.search(kind) else "p"


def _inner_items(item: dict[str, Any], depth: int = 0) -> list[Any]:
    for key in _INNER_KEYS:
        value = item.get(key)
        if isinstance(value, list):
            return value
        if isinstance(value, dict) and depth < MAX_DEPTH and (found := _inner_items(value, depth + 1)):
            return found
    return []


def _find_blocks_within(item: dict[str, Any]) -> list[Any] | None:
    """Return the list within an item whose parts are blocks themselves, None where they are words of one."""
    inner = _inner_items(item)
    kinds = [
        str(part.get("type") or part.get("nodeType") or part.get("_type") or "")
        for part in inner
        if isinstance(part, dict)
    ]
    blocks = sum(
        re.search(r"para|head|quote|list|block|section|^p$|^h\d$", kind, re.IGNORECASE) is not None
        for kind in kinds
    )
    return inner if blocks and blocks * 2 >= len(kinds) else None


def _own_text(item: dict[str, Any]) -> str:
    return next((text for key in _TEXT_KEYS if isinstance(text := item.get(key), str) and text), "")


def _write_inline(node: Any) -> str:
    """Join the words of one block: its own text, else those of the parts in it."""
    parts: list[str] = []
    _gather_words(node, 0, parts)
    return "".join(parts)


def _gather_words(value: Any, depth: int, parts: list[str]) -> None:
    if depth > MAX_DEPTH or len(parts) > _MOST_NODES:
        return
    if isinstance(value, str):
        parts.append(_write_words(value))
    elif isinstance(value, list):
        for part in value[:_MOST_NODES]:
            _gather_words(part, depth + 1, parts)
    elif isinstance(value, dict):
        if own := _own_text(value):
            parts.append(_write_words(own))
            return
        inner = next((value[key] for key in _INNER_KEYS if isinstance(value.get(key), list | dict)), None)
        if inner is not None:
            _gather_words(inner, depth + 1, parts)


def _write_words(text: str) -> str:
    return text if _TAG.search(text) or _REFERENCE.search(text) else html.escape(text, quote=False)
