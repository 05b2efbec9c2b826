"""Compares two revisions of an article. Pure, and linear in the length of the texts."""

from collections import Counter
from collections.abc import Iterable, Iterator

from feedmill._ledger.identity.diff_normalization import normalize_for_diff
from feedmill.article import Article
from feedmill.revision_changes import ChangedField, Changes

MAX_PARAGRAPHS = 20
"""Paragraphs that a comparison shows of each kind; the rest is left out, to bound the stream's entry."""
MAX_CHARACTERS = 8000
"""Characters of all paragraphs of a comparison together, for the same bound."""
MAX_PARAGRAPH_CHARS = 600
"""Characters of one paragraph; a longer one is cut, so that others have room."""
_COMPARED: tuple[ChangedField, ...] = (
    "title", "text", "standfirst", "authors", "published_at", "updated_at", "image", "url",
)  # fmt: skip


def compare_revisions(before: Article, after: Article) -> Changes:
    """Describe what of the substance `after` has changed; slight differences of a text are none."""
    old, new = _split_paragraphs(before.text), _split_paragraphs(after.text)
    added = list(_find_missing(new, old))
    removed = list(_find_missing(old, new))
    kept_added, left = _take_fitting(added, MAX_CHARACTERS // 2)
    kept_removed, _ = _take_fitting(removed, MAX_CHARACTERS // 2 + left)
    fields = tuple(
        name for name in _COMPARED if _fold_value(getattr(before, name)) != _fold_value(getattr(after, name))
    )
    return Changes(
        fields=fields,
        title=before.title if "title" in fields else None,
        added=kept_added,
        removed=kept_removed,
        words=after.word_count - before.word_count,
        cut=list(kept_added) != added or list(kept_removed) != removed,
    )


def _fold_value(value: object) -> object:
    return normalize_for_diff(value) if isinstance(value, str) else value


def _split_paragraphs(text: str) -> list[tuple[str, str]]:
    """Split a text into paragraphs, each with its substance."""
    pairs = ((block.strip(), normalize_for_diff(block)) for block in text.split("\n\n"))
    return [(block, folded) for block, folded in pairs if folded]


def _find_missing(here: Iterable[tuple[str, str]], there: Iterable[tuple[str, str]]) -> Iterator[str]:
    left = Counter(folded for _, folded in there)
    for block, folded in here:
        if left[folded]:
            left[folded] -= 1
        else:
            yield block


def _take_fitting(paragraphs: list[str], characters: int) -> tuple[tuple[str, ...], int]:
    """Keep what fits; returns it and the characters left."""
    kept = []
    for paragraph in paragraphs[:MAX_PARAGRAPHS]:
        short = (
            paragraph
            if len(paragraph) <= MAX_PARAGRAPH_CHARS
            else paragraph[: MAX_PARAGRAPH_CHARS - 1].rstrip() + "…"
        )
        if len(short) > characters:
            break
        characters -= len(short)
        kept.append(short)
    return tuple(kept), characters
