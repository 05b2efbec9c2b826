"""Compare two revisions of an article: a pure function, linear in the length of the texts."""

from collections import Counter
from collections.abc import Iterable, Iterator

from feedmill._ledger.substance import substance
from feedmill.article import Article
from feedmill.changes import ChangedField, Changes

MOST_PARAGRAPHS = 20
MOST_CHARACTERS = 8000
"""Of all paragraphs together."""
LONGEST = 600
"""Characters of one paragraph."""
_COMPARED: tuple[ChangedField, ...] = (
    "title", "text", "standfirst", "authors", "published_at", "updated_at", "image", "url",
)  # fmt: skip


def compare(before: Article, after: Article) -> Changes:
    """Say what of the substance `after` has changed; trifles in a text are no change of it."""
    old, new = _paragraphs(before.text), _paragraphs(after.text)
    added = list(_missing(new, old))
    removed = list(_missing(old, new))
    kept_added, left = _fit(added, MOST_CHARACTERS // 2)
    kept_removed, _ = _fit(removed, MOST_CHARACTERS // 2 + left)
    fields = tuple(
        name for name in _COMPARED if _folded(getattr(before, name)) != _folded(getattr(after, name))
    )
    return Changes(
        fields=fields,
        title=before.title if "title" in fields else None,
        added=kept_added,
        removed=kept_removed,
        words=after.word_count - before.word_count,
        cut=list(kept_added) != added or list(kept_removed) != removed,
    )


def _folded(value: object) -> object:
    return substance(value) if isinstance(value, str) else value


def _paragraphs(text: str) -> list[tuple[str, str]]:
    """Split a text into paragraphs, each with its substance."""
    pairs = ((block.strip(), substance(block)) for block in text.split("\n\n"))
    return [(block, folded) for block, folded in pairs if folded]


def _missing(here: Iterable[tuple[str, str]], there: Iterable[tuple[str, str]]) -> Iterator[str]:
    left = Counter(folded for _, folded in there)
    for block, folded in here:
        if left[folded]:
            left[folded] -= 1
        else:
            yield block


def _fit(paragraphs: list[str], characters: int) -> tuple[tuple[str, ...], int]:
    """Keep what fits; answers it and the characters left."""
    kept = []
    for paragraph in paragraphs[:MOST_PARAGRAPHS]:
        short = paragraph if len(paragraph) <= LONGEST else paragraph[: LONGEST - 1].rstrip() + "…"
        if len(short) > characters:
            break
        characters -= len(short)
        kept.append(short)
    return tuple(kept), characters
