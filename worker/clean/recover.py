"""Put back what extractors lose in mid-article: subheadings and quotes between paragraphs that were kept."""

from worker.blocks import Block
from worker.clean.story import LONG, is_link

_EMBEDDED = ("twitter", "tweet", "instagram", "tiktok", "embed", "wp embedded content", "bluesky")


def with_recovered(blocks: list[Block], everything: list[Block]) -> list[Block]:
    """Return the article's blocks with lost subheadings and quotes in their places.

    A subheading comes back when it is a sibling of the article's paragraphs and the block under it was kept,
    a quote when its `<blockquote>` is such a sibling and it is no embedded post. Nothing before the first or
    after the last kept block comes back, and no `<h1>`.
    """
    kept = {block.index for block in blocks if block.index >= 0}
    homes = {id(block.frame.parent) for block in blocks if block.frame and len(block.text) >= LONG // 2}
    if not kept or not homes:
        return blocks
    lost = [
        block
        for block in everything[min(kept) : max(kept)]
        if block.index not in kept and (_is_subheading(block, kept, homes) or _is_quote(block, homes))
    ]
    return _placed(blocks, lost) if lost else blocks


def _is_subheading(block: Block, kept: set[int], homes: set[int]) -> bool:
    if block.level <= 1 or block.frame is None or id(block.frame.parent) not in homes:
        return False
    return block.index + 1 in kept


def _is_quote(block: Block, homes: set[int]) -> bool:
    if block.kind != "quote" or block.frame is None or is_link(block):
        return False
    quote = next(frame for frame in block.frame.up() if frame.tag == "blockquote")
    return id(quote.parent) in homes and not any(f" {word} " in quote.words for word in _EMBEDDED)


def _placed(blocks: list[Block], lost: list[Block]) -> list[Block]:
    placed = list(blocks)
    for block in lost:
        place = next((n for n, other in enumerate(placed) if other.index > block.index), len(placed))
        placed.insert(place, block)
    return placed
