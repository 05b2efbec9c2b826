"""Describes texts to the ledger as a worker does, to decide their stories."""

from story_shapes import GoldText

from feedmill._ledger.core.story_subject import StorySubject
from worker.stories.text_signature import compute_signature
from worker.stories.title_words import read_title_words


def describe(given: GoldText, source: str = "one", *, lang: str = "en", window_days: int = 5) -> StorySubject:
    """Describe a text that is long enough to have a signature."""
    signature, title = compute_signature(given.text), read_title_words(given.title)
    assert signature is not None
    return StorySubject(
        bands=signature.bands,
        minimums=signature.minimums,
        source=source,
        lang=lang,
        word_count=len(given.text.split()),
        title_words=b"".join(sorted(title.weighty)),
        has_short_title=title.is_short,
        window_days=window_days,
    )
