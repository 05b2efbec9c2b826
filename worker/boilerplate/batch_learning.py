"""Learns a source's boilerplate from a batch of its articles at once (for `feedmill clean --batch`)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from feedmill._ledger.core.operation_result_types import LearnedSource, SiblingArticle
from worker.boilerplate.line_hashes import LineHashes, unpack_entries

MAX_NEIGHBORS = 40
"""Articles that a memory keeps, the latest; what recurs no more goes with them."""


@dataclass(slots=True)
class _BatchArticle:
    id: str
    group: str
    title: bytes
    entries: dict[bytes, int]


def learn_batch(articles: Iterable[tuple[str, LineHashes]]) -> dict[str, LearnedSource]:
    """Learn all articles of one source from one another: each from those around it, MOST at most.

    The same rules as the ledger's operation `learn`, for (id, prints) that are all there at once.
    """
    kept: list[_BatchArticle] = []
    for name, prints in articles:
        own = _BatchArticle(name, name, prints.title, dict(unpack_entries(prints.entries)))
        own.group = next(
            (other.group for other in kept[-MAX_NEIGHBORS:] if is_same_article(own.entries, other.entries)),
            name,
        )
        kept.append(own)
    return {own.id: _compare_articles(own, _find_neighbors(kept, place)) for place, own in enumerate(kept)}


def _find_neighbors(kept: Sequence[_BatchArticle], place: int) -> Sequence[_BatchArticle]:
    start = max(0, min(place - MAX_NEIGHBORS // 2, len(kept) - MAX_NEIGHBORS - 1))
    return kept[start : start + MAX_NEIGHBORS + 1]


def _compare_articles(own: _BatchArticle, around: Iterable[_BatchArticle]) -> LearnedSource:
    numbers = {name: number for number, name in enumerate(own.entries)}
    return LearnedSource(
        own.group,
        tuple(
            SiblingArticle(
                other.group,
                other.title,
                frozenset(numbers[name] for name in own.entries.keys() & other.entries.keys()),
            )
            for other in around
            if other is not own
        ),
    )


def is_same_article(one: dict[bytes, int], two: dict[bytes, int]) -> bool:
    """Return whether two articles count as one: they share more than half of the shorter one's text."""
    shared = sum(weight for name, weight in two.items() if name in one)
    return shared * 2 > min(sum(one.values()), sum(two.values()))
