"""Lists the settings of pages and what works on them: `[workers]`, `[pages]` and `[stories]`."""

import os
from dataclasses import dataclass
from typing import Literal

from config.parsing.duration_and_size import DurationKind, SizeKind
from config.parsing.setting_declaration import DAY_S, GIB, declare_setting
from config.parsing.value_kinds import BooleanKind, ChoiceKind, IntegerKind, ListKind, TextKind

CLEANING_STEPS = (
    *("other_post", "read_time", "headline", "standfirst", "pull_quote", "related_end", "advert", "cookies"),
    *("newsletter", "follow", "service", "share", "caption", "inline_related", "related", "link_run"),
    *("link_list", "comments", "tags", "apart", "copyright", "byline", "agency_credit", "author_note"),
    *("reporter_credit", "agency_suffix", "closing_rows", "dateline", "learned"),
)
"""In the order in which they run; the last is what was learned from a source's other articles."""


def count_cores() -> int:
    """Count the processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """What fetches and cleans pages."""

    processes: int = declare_setting(
        IntegerKind(1, 512),
        factory=count_cores,
        shown="one per core",
        why="extraction is processor work: one per core",
    )
    pages_per_ticket: int = declare_setting(
        IntegerKind(1, 1024),
        500,
        why="a fork and what it has to learn anew cost 60 ms; spread over so many they vanish",
    )
    in_flight: int = declare_setting(
        IntegerKind(1, 128),
        32,
        why="requests that wait together, so that slow sites do not hold up the fast ones",
    )
    page_timeout: float = declare_setting(
        DurationKind(1, 600), 45.0, why="a deadline round the whole page request"
    )
    hold: float = declare_setting(
        DurationKind(0, 600),
        60.0,
        why="a new source's first pages wait for one another so long at most, so that its boilerplate shows",
    )
    templates: bool = declare_setting(
        BooleanKind(),
        default=False,
        why="read pages of a known site by what they have in common, learned from whole readings and audited",
    )
    without: tuple[str, ...] = declare_setting(
        ListKind(ChoiceKind(CLEANING_STEPS)),
        (),
        why="cleaning steps to leave out, by the names that `feedmill clean --explain` shows",
    )
    lease: float = declare_setting(
        DurationKind(2, 3600),
        120.0,
        why="work of a process that died returns after this long; it is extended while work goes on",
    )
    cpu: float = declare_setting(
        DurationKind(1, 600), 20.0, why="processor time one page may take: 1,000 times what a page needs"
    )
    memory: int = declare_setting(
        SizeKind(2**28, 2**40),
        GIB,
        why="address space one worker process may take, so that one page cannot take all",
    )
    attempts: int = declare_setting(
        IntegerKind(1, 20),
        3,
        why="a page that crashed its process three times will do so again; it goes to the dead",
    )


@dataclass(frozen=True, slots=True)
class PageSettings:
    """What happens to pages after their article is out."""

    revisits: int = declare_setting(
        IntegerKind(0, 10),
        3,
        why="a young article's page that gave a validator is asked so often whether it changed",
    )
    first_revisit: float = declare_setting(
        DurationKind(60, 7 * DAY_S),
        3600.0,
        why="most corrections come within hours; each further request waits four times as long",
    )
    schedule: tuple[float, ...] = declare_setting(
        ListKind(DurationKind(60, 90 * DAY_S)),
        (),
        why="ages at which every page is asked for again; off, as most pages would answer in full",
    )
    most_revisits: int = declare_setting(
        IntegerKind(0, 200),
        20,
        why="however often a feed says that an entry changed, its page is asked for again no more than this",
    )
    stand_in: Literal["auto", "full", "never"] = declare_setting(
        ChoiceKind(("auto", "full", "never")),
        "auto",
        why="the feed's words are better than nothing where a page gives none; full: only its whole text",
    )
    further_pages: int = declare_setting(
        IntegerKind(0, 10),
        10,
        why="an article that is cut in pages is one text; each further page is one request more; 0 is off",
    )
    transcripts: bool = declare_setting(
        BooleanKind(),
        default=True,
        why="of an episode whose page has no text its transcript has the most; it is one request more",
    )
    honour: tuple[str, ...] = declare_setting(
        ListKind(TextKind('a word of `rights`, such as "noai" or "train-ai=n"', r"[\x21-\x7e]{1,200}")),
        (),
        why="whoever reserves this of a page has no article made of it; whether that binds you, you know",
    )
    honour_by: Literal["drop", "mark"] = declare_setting(
        ChoiceKind(("drop", "mark")),
        "drop",
        why="mark: the article is published, and the field `reserved` of its entries has the word",
    )
    tdmrep: Literal["auto", "always", "never"] = declare_setting(
        ChoiceKind(("auto", "always", "never")),
        "auto",
        why="tdmrep.json is a request more for each origin and day; auto: only where something is honoured",
    )
    feed_words_after: float = declare_setting(
        DurationKind(0, 7 * DAY_S),
        7200.0,
        why="most trouble of a network or server is over by then; then the feed's words go out meanwhile",
    )
    keep_dead: float = declare_setting(
        DurationKind(3600, 3650 * DAY_S),
        90 * DAY_S,
        why="a dead letter nobody looked at for a season is forgotten",
    )


@dataclass(frozen=True, slots=True)
class StorySettings:
    """How articles find the story that they are of."""

    window_days: int = declare_setting(
        IntegerKind(0, 30),
        5,
        why="days, today included, whose texts are compared: most copies come in hours; 0 finds no stories",
    )
    events: bool = declare_setting(
        BooleanKind(),
        default=False,
        why="append to the stream feedmill:stories when a story reaches 2, 3, 5, 10, 20 … sources",
    )
