"""Checks what the demo promises against what came out of the stream. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from daemon.demo.site_articles import SEED_SLUG, NewsroomArticle
from feedmill.article import Article


@dataclass(frozen=True, slots=True)
class Arrival:
    """One entry of the stream as the demo's consumer got it."""

    stream_id: str
    event: str
    article: Article

    @property
    def seconds(self) -> float:
        """Seconds from the poll that listed this article to its entry in the stream (revisions: the same)."""
        landed = int(self.stream_id.partition("-")[0]) / 1000
        return max(0.0, landed - self.article.listed_at.timestamp())

    @property
    def page(self) -> str:
        """The article's URL without its query."""
        return self.article.url.partition("?")[0]


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """The short table at the demo's end; `broken` names every promise that did not hold."""

    feeds: int
    entries: int
    pages: int
    articles: int
    dead: int
    p50_seconds: float
    p95_seconds: float
    seconds: float
    broken: tuple[str, ...]


def find_missing_pages(gold: Iterable[str], arrivals: Sequence[Arrival], rev: int = 1) -> set[str]:
    """Name the pages of `gold` whose article of this revision has not arrived."""
    return set(gold) - {arrival.page for arrival in arrivals if arrival.article.rev == rev}


def find_broken_promises(
    before: Mapping[str, NewsroomArticle],
    after: Mapping[str, NewsroomArticle],
    arrivals: Sequence[Arrival],
    dead: int,
) -> tuple[str, ...]:
    """Return which promises were broken, each with its article; an empty tuple when all were kept.

    `before` and `after` are the newsroom's gold before and after the late and the corrected article.
    """
    broken = [*_check_exactly_once(after, arrivals), *_check_revisions(before, after, arrivals)]
    for arrival in arrivals:
        gold = before if arrival.article.rev == 1 and arrival.page in before else after
        if arrival.page in gold:
            broken += _check_text(gold[arrival.page], arrival.article)
    if dead:
        broken.append(f"{dead} pages ended as dead letters")
    return tuple(broken)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that a share (0..1) of the values do not exceed; 0.0 without values."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else 0.0


def _check_exactly_once(gold: Mapping[str, NewsroomArticle], arrivals: Sequence[Arrival]) -> list[str]:
    times = Counter((arrival.article.id, arrival.article.rev) for arrival in arrivals)
    ids = {page: {one.article.id for one in arrivals if one.page == page} for page in gold}
    broken = [f"{page} never arrived" for page in sorted(find_missing_pages(gold, arrivals))]
    broken += [f"{page} arrived under {len(known)} ids" for page, known in ids.items() if len(known) > 1]
    broken += [
        f"article {name} rev {rev} arrived {count} times" for (name, rev), count in times.items() if count > 1
    ]
    strangers = {arrival.page for arrival in arrivals} - set(gold)
    return broken + [f"{page} arrived, but no feed lists it" for page in sorted(strangers)]


def _check_revisions(
    before: Mapping[str, NewsroomArticle], after: Mapping[str, NewsroomArticle], arrivals: Sequence[Arrival]
) -> list[str]:
    expected = {(page, 1): "created" for page in after}
    expected |= {(page, 2): "updated" for page, story in after.items() if before.get(page, story) != story}
    came = {(arrival.page, arrival.article.rev): arrival.event for arrival in arrivals}
    broken = [
        f"{page} rev {rev} did not arrive as {event}"
        for (page, rev), event in expected.items()
        if came.get((page, rev)) != event and (rev > 1 or (page, rev) in came)
    ]
    extra = sorted(key for key in came if key not in expected and key[0] in after)
    return broken + [f"{page} rev {rev} arrived without a change" for page, rev in extra]


def _check_text(story: NewsroomArticle, article: Article) -> list[str]:
    broken = []
    if article.title != story.title:
        broken.append(f"{story.slug}: title is {article.title!r}")
    lines = [line.removeprefix("- ") for line in article.text.split("\n") if line.strip()]
    # Publishers disagree whether the standfirst is text: it may open the text besides having its field.
    lines = lines[1:] if lines[:1] == [story.standfirst] else lines
    if article.published_at != story.published:
        broken.append(f"{story.slug}: published_at is {article.published_at}, not {story.published}")
    if article.standfirst != story.standfirst:
        broken.append(f"{story.slug}: standfirst is {article.standfirst!r}")
    lost = [line for line in story.lines if line not in lines]
    left = [line for line in lines if line not in story.lines]
    broken += [f"{story.slug}: lost {line[:60]!r}" for line in lost]
    broken += [f"{story.slug}: boilerplate left {line[:60]!r}" for line in left]
    if not lost and not left and lines != list(story.lines):
        broken.append(f"{story.slug}: lines out of order or doubled")
    if story.slug == SEED_SLUG and article.reading_seconds != story.reading_seconds:
        broken.append(
            f"{story.slug}: reading_seconds is {article.reading_seconds}, not {story.reading_seconds}"
        )
    if story.agencies and article.agencies != story.agencies:
        broken.append(f"{story.slug}: agencies are {list(article.agencies)}, not {list(story.agencies)}")
    return broken
