"""Removes what a text has twice: quotations that are shown large, besides standing in their paragraph."""

from worker.cleaning.draft import CleaningDraft
from worker.document.block_tests import fold_text
from worker.document.blocks import Block

_MIN_QUOTE_CHARS = 40
"""Characters from which a quotation is compared: a shorter one may recur by chance and stays."""
_MIN_PARAGRAPH_FACTOR = 1.1
"""Factor by which a paragraph must be longer than the quotation in it: an equal one is a refrain."""
_MAX_QUOTES = 100
"""Quotations that are searched for in the rest of the text: each costs a search of all of it."""


def remove_pull_quotes(draft: CleaningDraft) -> CleaningDraft:
    """Remove a quotation that is set apart and stands word for word in a paragraph of the text too.

    Only blocks in a `<blockquote>`, `<aside>` or under a pull-quote class, and only where the paragraph says
    more than the quotation; a quotation that is said once stays, and so does a refrain.
    """
    apart = {place for place, block in enumerate(draft.blocks) if _is_set_apart(block)}
    if not apart:
        return draft
    texts = [fold_text(block.text) for block in draft.blocks]
    said = [text for place, text in enumerate(texts) if place not in apart]
    everything = "\0".join(said)
    quoted = [place for place in sorted(apart) if len(texts[place]) >= _MIN_QUOTE_CHARS][:_MAX_QUOTES]
    gone = [
        place
        for place in quoted
        if texts[place] in everything
        and any(
            len(other) > len(texts[place]) * _MIN_PARAGRAPH_FACTOR and texts[place] in other for other in said
        )
    ]
    return draft.remove_blocks(gone, "pull_quote")


def _is_set_apart(block: Block) -> bool:
    return block.frame is not None and (
        block.kind == "quote"
        or block.frame.within("aside")
        or block.has_class_word("pullquote", "pull quote")
    )
