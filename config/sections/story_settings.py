"""Declares the settings of stories: `[stories]`."""

from dataclasses import dataclass

from config.parsing.setting_declaration import declare_setting
from config.parsing.value_kinds import BooleanKind, IntegerKind


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
