"""The memory of a source without a ledger, for batches: what the operation `learn` does, all at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from feedmill._ledger.learning import Learned, Sibling
from worker.learn.prints import Prints, entries_of

MOST = 40
"""Articles that a memory keeps, the latest; what recurs no more is forgotten with them."""


@dataclass(slots=True)
class _Kept:
    id: str
    group: str
    title: bytes
    entries: dict[bytes, int]


def learn_batch(articles: Iterable[tuple[str, Prints]]) -> dict[str, Learned]:
    """Learn all articles of one source from one another: each from those around it, MOST at most.

    The same rules as the ledger's operation `learn`, for (id, prints) that are all there at once.
    """
    kept: list[_Kept] = []
    for name, prints in articles:
        own = _Kept(name, name, prints.title, dict(entries_of(prints.entries)))
        own.group = next((other.group for other in kept[-MOST:] if is_twin(own.entries, other.entries)), name)
        kept.append(own)
    return {own.id: _learnt(own, _around(kept, place)) for place, own in enumerate(kept)}


def _around(kept: Sequence[_Kept], place: int) -> Sequence[_Kept]:
    start = max(0, min(place - MOST // 2, len(kept) - MOST - 1))
    return kept[start : start + MOST + 1]


def _learnt(own: _Kept, around: Iterable[_Kept]) -> Learned:
    numbers = {name: number for number, name in enumerate(own.entries)}
    return Learned(
        own.group,
        tuple(
            Sibling(
                other.group,
                other.title,
                frozenset(numbers[name] for name in own.entries.keys() & other.entries.keys()),
            )
            for other in around
            if other is not own
        ),
    )


def is_twin(one: dict[bytes, int], two: dict[bytes, int]) -> bool:
    """Tell whether two articles are one for counting: they share more than half of the shorter one's text."""
    shared = sum(weight for name, weight in two.items() if name in one)
    return shared * 2 > min(sum(one.values()), sum(two.values()))
