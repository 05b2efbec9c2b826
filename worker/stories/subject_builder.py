"""Builds what the ledger gets of an article's text, to decide its story. Pure."""

from feedmill._ledger.core.story_subject import StorySubject
from feedmill.article import Article
from worker.stories.story_choice import SHORT_WORDS
from worker.stories.text_signature import compute_signature
from worker.stories.title_words import read_title_words


def build_story_subject(
    article: Article, *, window_days: int, has_events: bool = False
) -> StorySubject | None:
    """Describe an article; None where it is in no story: few words, of the feed's fewer than SHORT_WORDS.

    A window of 0 days has no stories.
    """
    if window_days == 0 or (article.text_from == "feed" and article.word_count < SHORT_WORDS):
        return None
    signature = compute_signature(article.text)
    if signature is None:
        return None
    title = read_title_words(article.title)
    return StorySubject(
        bands=signature.bands,
        minimums=signature.minimums,
        source=article.source,
        lang=(article.lang or "").partition("-")[0].lower(),
        word_count=article.word_count,
        title_words=b"".join(sorted(title.weighty)),
        has_short_title=title.is_short,
        window_days=window_days,
        has_events=has_events,
    )
