"""Finds the article among values that a page carries for its scripts, by shape.

A shape is a string of HTML or of several paragraphs, or a list whose items hold paragraphs (documents of
block editors: Portable Text, ProseMirror, Contentful, Draft, EditorJS, Arc). It is the page's own where an
object around it has the page's headline; where a nearer one has another headline with an address or a date it
is another post's.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from worker.document.block_tests import ARTICLE_CHARS, DENSE_TIMES, fold_text
from worker.extraction.page_data.block_documents import write_block_list
from worker.extraction.page_data.flight_rows import MAX_DEPTH, MOST_NODES, RenderedPage
from worker.extraction.page_data.script_values import read_nested

_DENSE = re.compile(r"[\u3040-\u9fff\uac00-\ud7af]{4}")
_MAX_TITLE_CHARS = 300
"""Characters of the longest text that is compared with headlines; a longer one is no title."""
_MIN_TITLE_CHARS = 8
"""Characters from which a title identifies an article; shorter ones ("News") are those of sections."""
_MOST_SEEN = 40
"""Properties of an object that are checked for a headline."""
_BLOCK_TAG = re.compile(r"<(?:p|br|div|h[1-6]|ul|ol|li|blockquote|section|article)\b[^<>]*>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]*>")
_PARAGRAPH_END = re.compile(r"\n\s*\n|\n")
_SENTENCE = re.compile(
    r"[^\W\d_]{2,}[,.;:!?]?\s|[\u3040-\u9fff\uac00-\ud7af]{8}"
    r"|[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]{8}"
)
"""A word between spaces, or letters of a script that sets none: of East Asia; Thai, Lao, Burmese, Khmer."""
_CODE = re.compile(r"[{};=]\s|\bfunction\b|=>")
_TITLE_KEYS = frozenset(("title", "headline", "headlines", "heading", "name", "label"))
_OWN_KEYS = frozenset(
    [
        *(
            "url",
            "link",
            "href",
            "slug",
            "path",
            "permalink",
            "canonical_url",
            "canonicalurl",
            "website_url",
            "uri",
        ),
        *(
            "date",
            "published",
            "published_at",
            "publishedat",
            "datepublished",
            "first_publish_date",
            "author",
        ),
    ]
)
_APART_KEY = re.compile(
    r"comment|repl(?:y|ies)|review|related|recommend|latest|popular|trending|teaser|sidebar|navigation|^nav|menu"
    r"|footer|translation|messages?$|i18n|locale|cookie|consent|gdpr|config|promo|newsletter|keyword|^tags",
    re.IGNORECASE,
)


_TEXT_KEY = re.compile(r"body|content|text|html|markdown|story|copy|value|raw|paragraph|data", re.IGNORECASE)
"""Names of properties whose plain text may be an article's: "keywords" and captions are lists of words."""


@dataclass(frozen=True, slots=True)
class EmbeddedText:
    """An article found in values: its HTML, and how many characters of text it has."""

    html: str
    chars: int
    is_named: bool
    """Whether the page's headline stands beside it."""
    is_page: bool = False
    """Whether it is a whole page, with what stands round an article."""


def find_embedded_texts(values: Iterable[Any], titles: Collection[str]) -> list[EmbeddedText]:
    """List what may be the page's article; `titles` are its headlines, folded."""
    search = _Search(frozenset(title for title in titles if len(title) >= _MIN_TITLE_CHARS))
    for value in values:
        if isinstance(value, RenderedPage):
            search.add_page(value.html)
        elif isinstance(value, list) and value and all(isinstance(part, str) for part in value):
            search.add_literals(value)
        else:
            search.visit(value, named=None, depth=0)
    return search.found


class _Search:
    """A walk over values, bounded in steps and depth."""

    def __init__(self, titles: frozenset[str]) -> None:
        self.titles = titles
        self.left = MOST_NODES
        self.found: list[EmbeddedText] = []

    def add_page(self, markup: str) -> None:
        key = fold_text(_ANY_TAG.sub(" ", markup))
        named = any(title in key for title in self.titles)
        self.found.append(EmbeddedText(markup, len(key), is_named=named, is_page=True))

    def add_literals(self, literals: list[str]) -> None:
        """Take the string that stands nearest after one that is the page's headline, or before it."""
        places = [place for place, text in enumerate(literals) if self._is_title(text)]
        texts = [
            (place, html)
            for place, text in enumerate(literals)
            if _BLOCK_TAG.search(text) and (html := read_text(text))
        ]
        near = sorted(texts, key=lambda each: _measure_distance(each[0], places))
        if places and near:
            self._add(near[0][1], named=True)
        elif not places and len(texts) == 1:
            self._add(texts[0][1], named=None)

    def visit(self, value: Any, *, named: bool | None, depth: int) -> None:
        """Look at a value and all in it; `named` is whose headline stood nearest: the page's or another."""
        self.left -= 1
        if self.left < 0 or depth > MAX_DEPTH or named is False:
            return
        if isinstance(value, str):
            self._visit_text(value, named=named, depth=depth)
        elif isinstance(value, list):
            if (html := write_block_list(value)) is not None:
                self._add(html, named=named)
            for part in value:
                self.visit(part, named=named, depth=depth + 1)
        elif isinstance(value, dict):
            named = self._whose(value, named=named)
            for key, part in value.items():
                plain = isinstance(part, str) and not _TEXT_KEY.search(key) and not _BLOCK_TAG.search(part)
                if not _APART_KEY.search(key) and (not plain or part[:2] in ('{"', "[{")):
                    self.visit(part, named=named, depth=depth + 1)

    def _visit_text(self, text: str, *, named: bool | None, depth: int) -> None:
        if _is_short(text):
            return
        nested = read_nested(text)
        if nested is not None:
            self.visit(nested, named=named, depth=depth + 10)
        elif html := read_text(text):
            self._add(html, named=named)

    def _add(self, html: str, *, named: bool | None) -> None:
        text = " ".join(_ANY_TAG.sub(" ", html).split())
        if not _is_short(text):
            self.found.append(EmbeddedText(html, len(text), is_named=named is True))

    def _whose(self, node: dict[str, Any], *, named: bool | None) -> bool | None:
        """Decide whose headline an object has: the page's (True), another's (False), none (as before)."""
        texts = list(_list_short_texts(node))
        if any(self._is_title(text) for _, text in texts):
            return True
        keys = {key.lower() for key in list(node)[:_MOST_SEEN]}
        titled = any(key.lower() in _TITLE_KEYS for key, text in texts if len(text) > _MIN_TITLE_CHARS)
        return False if titled and not keys.isdisjoint(_OWN_KEYS) else named

    def _is_title(self, text: str) -> bool:
        return (
            _MIN_TITLE_CHARS <= len(text) <= _MAX_TITLE_CHARS
            and fold_text(_ANY_TAG.sub("", text)) in self.titles
        )


def _measure_distance(place: int, places: Sequence[int]) -> int:
    """Return how far the nearest of ordered places is; 0 where there is none."""
    behind = bisect_left(places, place)
    return min((abs(place - each) for each in places[max(0, behind - 1) : behind + 1]), default=0)


def _list_short_texts(node: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the short texts of an object and of those right in it, with the key in this one."""
    for key, value in list(node.items())[:_MOST_SEEN]:
        inner = list(value.values())[:_MOST_SEEN] if isinstance(value, dict) else [value]
        yield from ((key, text) for text in inner if isinstance(text, str) and len(text) <= _MAX_TITLE_CHARS)


def read_text(text: str) -> str | None:
    """Return a string as HTML where it is an article's: HTML with blocks, or plain text of some sentences."""
    if _is_short(text):
        return None
    if "&lt;p" in text and "<p" not in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    if _BLOCK_TAG.search(text):
        plain = _ANY_TAG.sub(" ", text)
        return text if len(_SENTENCE.findall(plain[:4000])) >= _words_wanted(plain) else None
    if len(_SENTENCE.findall(text[:4000])) < _words_wanted(text) or len(_CODE.findall(text[:4000])) > 4:  # noqa: PLR2004
        return None
    if _ANY_TAG.search(text) is None:
        text = text.replace("&", "&amp;").replace("<", "&lt;") if "&" not in text else text
    return "".join(f"<p>{part}</p>" for part in _PARAGRAPH_END.split(text) if part.strip())


def _is_short(text: str) -> bool:
    """Return whether a text is too short for an article, in its script."""
    size = len(text)
    return size < ARTICLE_CHARS and (
        size * DENSE_TIMES < ARTICLE_CHARS or _DENSE.search(text) is None  # markup may stand before the words
    )


def _words_wanted(plain: str) -> int:
    """Return how many words a text of this length has at least, where it is written for readers."""
    return min(len(plain.strip()), 4000) // 40
