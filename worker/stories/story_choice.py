"""Decides which story an article belongs to, of those whose texts are like its own. Pure.

A story is a text that several sources carry, not a topic. An article joins the story of the one that it is
most like, and stories never merge: so no article bridges two.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from worker.stories.text_signature import estimate_similarity
from worker.stories.title_words import TitleWords

COPY = 0.8
"""From here on an article is a copy of its nearest, below an edited one."""
LEAST = 0.3
"""Similarity from which an article may join: of 466,000 pairs of different texts none came near it."""
LEAST_SHORT = 0.6
"""As `LEAST`, for short texts and texts of one source: a few standing phrases make such alike."""
LEAST_UNTITLED = 0.5
"""Similarity under which titles must share words of weight, too."""
SHORT_WORDS = 80
"""Words under which a text is short, and `LEAST_SHORT` applies."""
_MIN_SHARED_TITLE_WORDS = 2
"""Words of weight that titles must share: one may be a name that many stories have."""

Relation = Literal["copy", "edited", ""]


@dataclass(frozen=True, slots=True)
class StoryArticle:
    """What the choice compares of an article."""

    id: str
    story: str
    source: str
    lang: str
    """Language, primary subtag; empty when unknown, which is a language of its own."""
    word_count: int
    minimums: bytes
    title: TitleWords


@dataclass(frozen=True, slots=True)
class StoryChoice:
    """The story of an article, and how it is like the nearest of it."""

    story: str
    similarity: float | None = None
    """To the nearest; None when the article is alone."""
    relation: Relation = ""


def choose_story(article: StoryArticle, others: Iterable[StoryArticle]) -> StoryChoice:
    """Choose the story of the nearest that it may join; the earlier of equals, its own when there is none."""
    best: tuple[float, StoryArticle] | None = None
    for other in others:
        similarity = estimate_similarity(article.minimums, other.minimums)
        if may_join(article, other, similarity) and (best is None or similarity > best[0]):
            best = (similarity, other)
    if best is None:
        return StoryChoice(article.id)
    return StoryChoice(best[1].story, best[0], "copy" if best[0] >= COPY else "edited")


def may_join(article: StoryArticle, other: StoryArticle, similarity: float) -> bool:
    """Return whether an article may join the story of another that is so like it."""
    if article.id == other.id or article.lang != other.lang:
        return False
    is_own = article.source == other.source
    is_short = min(article.word_count, other.word_count) < SHORT_WORDS
    if similarity < (LEAST_SHORT if is_short or is_own else LEAST):
        return False
    if is_own and similarity < COPY and is_recurring(article.title, other.title):
        return False
    return similarity >= LEAST_UNTITLED or speak_of_same(article.title, other.title)


def speak_of_same(one: TitleWords, two: TitleWords) -> bool:
    """Return whether two titles share two words of weight; not asked of a title under four words."""
    if one.is_short or two.is_short:
        return True
    return len(one.weighty & two.weighty) >= _MIN_SHARED_TITLE_WORDS


def is_recurring(one: TitleWords, two: TitleWords) -> bool:
    """Return whether two titles of one source are as those of a daily text: half of their words are the same.

    The weather of two days has the same sentences under such titles, and other figures in them.
    """
    if one.is_short or two.is_short:
        return True
    return 2 * len(one.weighty & two.weighty) >= min(len(one.weighty), len(two.weighty))
