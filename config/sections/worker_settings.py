"""Declares the settings of what fetches and cleans pages: `[workers]`."""

import os
from dataclasses import dataclass

from config.parsing.duration_and_size import DurationKind, SizeKind
from config.parsing.setting_declaration import GIB, declare_setting
from config.parsing.value_kinds import BooleanKind, ChoiceKind, IntegerKind, ListKind

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
        default=True,
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
