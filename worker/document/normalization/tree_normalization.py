"""Puts the tree of a page in order before its text is searched for: what a browser shows, in plain elements.

The extractor and the walk over the blocks then see the same words. Metadata are read before: they need
`time`, `data` and the page's own elements as they are.
"""

from lxml.html import HtmlElement

from worker.document.normalization.drop_caps import join_drop_caps
from worker.document.normalization.formulas import write_formulas
from worker.document.normalization.heading_marks import drop_heading_marks
from worker.document.normalization.inline_elements import keep_words_in_sentence, order_custom_elements
from worker.document.normalization.preformatted_text import keep_preformatted_lines
from worker.document.normalization.quotation_marks import write_quotation_marks
from worker.document.normalization.ruby_text import drop_ruby_readings
from worker.document.normalization.shown_containers import open_containers
from worker.document.normalization.superscripts import write_superscripts
from worker.document.normalization.table_layout import order_tables
from worker.document.normalization.tooltip_separation import set_notes_apart
from worker.document.normalization.verse_lines import keep_verse_lines

_LISTS = ("ul", "ol")


def _order_nested_lists(tree: HtmlElement) -> None:
    """Move each list whose parent is a list into the item before it."""
    for inner in list(tree.iter(*_LISTS)):
        around = inner.getparent()
        if around is None or around.tag not in _LISTS:
            continue
        item = inner.getprevious()
        if item is not None and item.tag == "li":
            item.append(inner)


_STEPS = (
    write_formulas,  # before custom elements: MathJax has its own
    order_custom_elements,
    drop_ruby_readings,
    drop_heading_marks,
    join_drop_caps,
    set_notes_apart,
    keep_words_in_sentence,
    write_superscripts,
    write_quotation_marks,
    keep_preformatted_lines,
    keep_verse_lines,
    open_containers,
    _order_nested_lists,
    order_tables,
)


def normalize_tree(tree: HtmlElement) -> None:
    """Change a page's tree in place; each step does nothing to a tree that it has ordered."""
    for step in _STEPS:
        step(tree)
