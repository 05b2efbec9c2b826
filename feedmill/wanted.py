"""Which entries a reader wants, told from their flat fields before any article is decoded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

USUAL_EVENTS = ("created", "updated")
"""The events that carry an article to read; others are asked for by name."""


class Choice(TypedDict, total=False):
    """The choice as a caller states it; `events` is USUAL_EVENTS when not given, and all when empty."""

    sources: Sequence[str]
    tags: Sequence[str]
    langs: Sequence[str]
    events: Sequence[str]
    feeds: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A choice of entries; an empty set leaves its field open, and all that are set must hold."""

    sources: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    """At least one of them."""
    langs: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    feeds: frozenset[str] = frozenset()

    def wants(self, fields: Mapping[str, str]) -> bool:
        """Say whether the fields of an entry are among the chosen ones."""
        singles = {"source": self.sources, "lang": self.langs, "event": self.events, "feed": self.feeds}
        if any(chosen and fields.get(name, "") not in chosen for name, chosen in singles.items()):
            return False
        return not self.tags or not self.tags.isdisjoint(fields.get("tags", "").split(","))


def wanted(choice: Choice) -> Wanted:
    """Make the choice of what a caller states."""
    return Wanted(
        sources=frozenset(choice.get("sources", ())),
        tags=frozenset(choice.get("tags", ())),
        langs=frozenset(choice.get("langs", ())),
        events=frozenset(choice.get("events", USUAL_EVENTS)),
        feeds=frozenset(choice.get("feeds", ())),
    )
