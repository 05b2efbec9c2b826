"""Takes the article from where a page carries it unseen, where the page shows none or far less of it.

In turn: `<noscript>`, `<template>` and scripts of markup that hold text of several paragraphs; then the
values of the page's scripts (`embedded_text`). The page as shown comes first: what is hidden is used only
where that has under 60 % of it.
"""

import re
from collections.abc import Collection
from copy import deepcopy
from dataclasses import dataclass
from itertools import islice

from lxml.etree import strip_elements
from lxml.html import HtmlElement

from worker.document.block_tests import (
    ARTICLE_CHARS,
    DENSE_TIMES,
    LINKED,
    fold_text,
    is_as_long,
    is_long_text,
)
from worker.document.block_walker import list_page_blocks
from worker.document.blocks import Block
from worker.document.html_parsing import parse_html
from worker.document.page_trimming import simplify, trim
from worker.extraction.candidate_choice import choose_candidate
from worker.extraction.page_data.embedded_text import EmbeddedText, find_embedded_texts
from worker.extraction.page_data.script_values import read_script_values
from worker.quality.confidence import CUT_SHARE, measure_word_share

_MIN_PARAGRAPHS = 2
"""Paragraphs that a hidden text must have: one may be a description of the page."""
_NOTE_CHARS = 600
"""Characters up to which a text in noscript about scripts is a note that they are off."""
_MIN_SHARED_SHARE = 0.5
"""Share of the shown text's longer words that a hidden text of the same article has at least."""
_MIN_DESCRIPTION_SHARE = 0.6
"""Share of a description's words that a text without the page's headline must have to be its article."""
_MIN_COMPARED_CHARS = 200
"""Characters of shown text from which a hidden one must agree with it: fewer may be labels."""
_LONG_CHARS = 2000
"""Characters of a shown text from which only scripts are read that have the words of its last paragraph."""
_RESIDUE = re.compile(r"[\"'],\s*[\"']|[\"']:\s*[\"'{\[]|\\u[0-9a-f]{4}")
_MOST_RESIDUES = 2
"""Blocks that hold what a program wrote: a text with more is data with words in it."""
_PLAIN_RUN = re.compile(r"[A-Za-z][A-Za-z ,]{18,60}[A-Za-z]")
_MARKUP_TYPES = ("text/template", "text/html", "text/x-template", "text/x-handlebars-template", "text/plain")
_HOLDERS = ("noscript", "template")
_SILENT = ("script", "style", "template", "noscript", "iframe", "svg", "select", "button")


@dataclass(frozen=True, slots=True)
class HiddenSources:
    """What of a page may carry its text unseen, kept before the elements that show none go."""

    scripts: tuple[HtmlElement, ...]
    opened: HtmlElement | None
    """The page with its noscript and template elements opened; None where none of these holds paragraphs."""
    held: int = 0
    """Characters of markup and text in these elements."""


def keep_hidden_sources(tree: HtmlElement) -> HiddenSources:
    """Keep a page's scripts, and a copy with what holds text opened where something does."""
    scripts = tuple(tree.iter("script"))
    holders = [each for each in tree.iter(*_HOLDERS) if _holds_text(each)]
    written = [each for each in scripts if _is_markup(each)]
    if not holders and not written:
        return HiddenSources(scripts, None)
    for each in (*holders, *written):
        each.set("data-opened", "")
    opened = deepcopy(tree)
    for each in (*holders, *written):
        del each.attrib["data-opened"]
    for each in opened.xpath("//*[@data-opened]"):
        if each.tag == "script":
            _write_out(each)
        each.tag = "div"
    strip_elements(opened, *_SILENT, with_tail=False)
    trim(opened)
    held = sum(len("".join(each.itertext())) for each in (*holders, *written))
    return HiddenSources(scripts, opened, held)


def find_hidden_blocks(
    sources: HiddenSources,
    tree: HtmlElement,
    shown: list[Block],
    titles: Collection[str],
    *,
    free: bool | None,
    description: str | None = None,
) -> list[Block] | None:
    """Return the article's blocks where the page carries it unseen and shows under 60 % of it; else None.

    `shown` are the blocks taken from the page as shown; `titles` its headlines, folded. Scripts are not asked
    where the publisher marks the page as not free to read (`free`): what it holds back is not for taking.
    """
    chars = _count_chars(shown)
    if sources.opened is not None and _is_fuller(sources.held + chars, chars):
        everything = list_page_blocks(sources.opened)
        simplify(sources.opened)
        blocks = choose_candidate(sources.opened, everything, None, description)
        if _is_fuller(_count_chars(blocks), chars) and _is_article(blocks) and _are_enough(blocks):
            return blocks
    if free is False:
        return None
    probe = _pick_probe(shown) if chars >= _LONG_CHARS else None
    if chars >= _LONG_CHARS and probe is None:
        return None
    values = read_script_values(sources.scripts, tree, int(chars / CUT_SHARE), probe)
    embedded = find_embedded_texts(values, titles)
    headed = any(fold_text(heading.text_content()) in titles for heading in islice(tree.iter("h1"), 2))
    for text in sorted(embedded, key=lambda each: (each.is_named, each.chars), reverse=True):
        if not _is_fuller(text.chars, chars):
            continue
        blocks = _read_embedded(text, description)
        if (
            _is_fuller(_count_chars(blocks), chars)
            and _are_enough(blocks)
            and _is_same(text, blocks, shown, description, headed=headed)
        ):
            return blocks
    return None


def _holds_text(element: HtmlElement) -> bool:
    """Return whether an element holds paragraphs that no script shows, and no note that scripts are off."""
    if any(around.tag in _HOLDERS for around in element.iterancestors()):
        return False
    text = " ".join("".join(element.itertext()).split())
    if not is_as_long(text, ARTICLE_CHARS) or "{{" in text:
        return False
    return len(text) > _NOTE_CHARS or "javascript" not in text.casefold()


def _is_markup(script: HtmlElement) -> bool:
    kind = (script.get("type") or "").lower()
    return kind in _MARKUP_TYPES and "<p" in (text := script.text or "") and "{{" not in text


def _write_out(script: HtmlElement) -> None:
    inner = parse_html(f"<html><body>{script.text or ''}</body></html>")
    script.text = None
    body = inner.find("body") if inner is not None else None
    if body is not None:
        script.extend(list(body))


def _count_chars(blocks: list[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _is_fuller(chars: int, shown: int) -> bool:
    return chars * DENSE_TIMES >= ARTICLE_CHARS and shown < chars * CUT_SHARE


def _are_enough(blocks: list[Block]) -> bool:
    longest = max((block.text for block in blocks), key=len, default="")
    return is_as_long(longest, ARTICLE_CHARS, _count_chars(blocks))


def _is_article(blocks: list[Block]) -> bool:
    return sum(map(_is_running, blocks)) >= _MIN_PARAGRAPHS and not _is_data(blocks)


def _is_data(blocks: list[Block]) -> bool:
    return sum(_RESIDUE.search(block.text) is not None for block in blocks) > _MOST_RESIDUES


def _is_running(block: Block) -> bool:
    return block.linked < LINKED and is_long_text(block.text)


def _read_embedded(text: EmbeddedText, description: str | None) -> list[Block]:
    tree = parse_html(
        text.html if text.is_page else f"<html><body><article>{text.html}</article></body></html>"
    )
    if tree is None:
        return []
    strip_elements(tree, *_SILENT, with_tail=False)
    trim(tree)
    everything = list_page_blocks(tree)
    if not text.is_page:
        return [block for block in everything if block.text]
    simplify(tree)
    return choose_candidate(tree, everything, None, description)


def _pick_probe(shown: list[Block]) -> str | None:
    """Pick words of the last paragraph shown by which to find the script that has them and more."""
    for block in reversed(shown):
        if _is_running(block):
            return next((run[0] for piece in block.pieces if (run := _PLAIN_RUN.search(piece))), None)
    return None


def _is_same(
    text: EmbeddedText, blocks: list[Block], shown: list[Block], description: str | None, *, headed: bool
) -> bool:
    """Return whether a carried text is the page's article.

    It has the page's headline beside it, or the page shows nothing and describes it, or would show it (a page
    that its scripts write, below a headline that stands already); and it has the words of what the page shows
    of it, where that is more than a line and not a small part.
    """
    found = "\n".join(block.text for block in blocks)
    running = "\n".join(block.text for block in shown if _is_running(block))
    if _is_data(blocks):
        return False
    if not text.is_named:
        if text.is_page and not running and headed:
            return _is_article(blocks)
        told = bool(description) and measure_word_share(description, found) >= _MIN_DESCRIPTION_SHARE
        return not running and told and len(description or "") >= _MIN_COMPARED_CHARS // 4
    return len(running) < _MIN_COMPARED_CHARS or measure_word_share(running, found) >= _MIN_SHARED_SHARE
