"""Steps for what a text says twice: quotations that are shown large, besides standing in their paragraph."""

from worker.blocks import Block
from worker.clean.story import Story, comparable

_TELLING = 40
_LONGER = 1.1


def pull_quote(story: Story) -> Story:
    """Remove a quotation that is set apart and stands word for word in a paragraph of the text too.

    Only blocks in a `<blockquote>`, `<aside>` or under a pull-quote class, and only where the paragraph says
    more than the quotation; a quotation that is said once stays, and so does a refrain.
    """
    apart = {place for place, block in enumerate(story.blocks) if _is_set_apart(block)}
    if not apart:
        return story
    texts = [comparable(block.text) for block in story.blocks]
    gone = [
        place
        for place in apart
        if len(texts[place]) >= _TELLING
        and any(
            len(other) > len(texts[place]) * _LONGER and texts[place] in other and at not in apart
            for at, other in enumerate(texts)
        )
    ]
    return story.without(gone, "pull_quote")


def _is_set_apart(block: Block) -> bool:
    return block.frame is not None and (
        block.kind == "quote" or block.frame.within("aside") or block.said_by("pullquote", "pull quote")
    )
