"""Declares the settings of pages: `[pages]`."""

from dataclasses import dataclass
from typing import Literal

from config.parsing.duration_and_size import DurationKind
from config.parsing.setting_declaration import DAY_S, declare_setting
from config.parsing.value_kinds import BooleanKind, ChoiceKind, IntegerKind, ListKind, TextKind


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
