"""Finds where a page shows its headline, byline, date, standfirst and lead image, as paths. Pure."""

from collections.abc import Iterator, Sequence
from itertools import islice

from lxml.html import HtmlElement

from worker.document.block_tests import fold_text
from worker.document.blocks import Block, read_class_words
from worker.vocabulary.date_lines import is_date

_MAX_ROW_CHARS = 160
"""Characters of the longest line that may be a byline or a date; a longer one is text."""
_MOST_IMAGES = 200
"""Pictures of a page that are compared with the lead image: bounds the cost of galleries."""
_MIN_FOLDED_CHARS = 4
"""Characters from which a line or name is compared: shorter ones occur in others by chance."""


def find_marks(
    everything: Sequence[Block],
    paths: Sequence[str],
    *,
    titles: Sequence[str],
    authors: Sequence[str],
    description: str | None,
    lead_image: str | None,
    tree: HtmlElement,
) -> dict[str, str]:
    """Return the paths of what is found, by `headline`, `byline`, `date`, `standfirst`, `image`.

    `titles` are folded; `paths` are those of `everything`, `lead_image` the address that the page tells.
    """
    marks: dict[str, str] = {}
    people = [folded for author in authors if len(folded := fold_text(author)) >= _MIN_FOLDED_CHARS]
    standfirst = fold_text(description or "")
    for block, path in zip(everything, paths, strict=True):
        for name in _name_block(block, titles, people, standfirst):
            marks.setdefault(name, path)
    shown = _find_image(tree, lead_image) if lead_image else None
    if shown:
        marks["image"] = shown
    return marks


def _name_block(block: Block, titles: Sequence[str], people: Sequence[str], standfirst: str) -> Iterator[str]:
    folded = fold_text(block.text)
    if len(folded) < _MIN_FOLDED_CHARS:
        return
    if folded in titles:
        yield "headline"
    elif folded == standfirst:
        yield "standfirst"
    elif len(block.text) <= _MAX_ROW_CHARS:
        if is_date(block.text):
            yield "date"
        if any(name in folded for name in people):
            yield "byline"


def _find_image(tree: HtmlElement, address: str) -> str | None:
    """Return the path of the element that shows a picture: tags with the class words of its own."""
    file = address.partition("?")[0].rpartition("/")[2]
    if not file:
        return None
    for image in islice(tree.iter("img"), _MOST_IMAGES):
        if any(file in (image.get(name) or "") for name in ("src", "data-src", "srcset")):
            around = image.getparent()
            outer = f"{around.tag}>" if around is not None else ""
            return f"{outer}img{'.'.join(['', *read_class_words(image).split()])}"[:200]
    return None
