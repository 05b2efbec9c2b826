"""Selects entries by their flat fields before any article is decoded."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from feedmill.errors import ConsumerError

_TEXT_FROM = re.compile(r'"text_from":"([a-z]+)"')
TEXT_SOURCES = ("page", "feed", "transcript")
"""What `text_from` may be."""
_OF_A_PART = ("sources", "tags", "langs", "feeds", "text_from")
USUAL_EVENTS = ("created", "updated")
"""The events that carry an article to read; others are asked for by name."""


class Choice(TypedDict, total=False):
    """The choice as a caller states it; `events` is USUAL_EVENTS when not given, and all when empty."""

    sources: Sequence[str]
    tags: Sequence[str]
    langs: Sequence[str]
    events: Sequence[str]
    feeds: Sequence[str]
    text_from: Sequence[str]
    firsts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A choice of entries; an empty set leaves its field open, and all that are set must hold."""

    sources: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    """At least one of them."""
    langs: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    feeds: frozenset[str] = frozenset()
    text_from: frozenset[str] = frozenset()
    """Some of TEXT_SOURCES: whose words the text has."""
    firsts: bool = False
    """Only the first article of each story, with its revisions, and those that are in no story."""

    def wants(self, fields: Mapping[str, str]) -> bool:
        """Return whether the fields of an entry are among the chosen ones."""
        singles = {"source": self.sources, "lang": self.langs, "event": self.events, "feed": self.feeds}
        if any(chosen and fields.get(name, "") not in chosen for name, chosen in singles.items()):
            return False
        if self.firsts and fields.get("similarity"):  # it has another of its story before it
            return False
        if self.text_from and read_text_from(fields) not in self.text_from:
            return False
        return not self.tags or not self.tags.isdisjoint(fields.get("tags", "").split(","))


def wanted(choice: Choice, *, stream: str = "") -> Wanted:
    """Make the choice of what a caller states; `stream` is a route's. Raises ConsumerError.

    The first of a story may be none of a part of the articles: so `firsts` takes no other choice than events.
    """
    if choice.get("firsts"):
        parts = [name for name in _OF_A_PART if choice.get(name)] + ["stream"] * bool(stream)
        if parts:
            raise ConsumerError(
                f"firsts with {parts[0]}: the first of a story may be in another part of the articles; "
                f"leave {parts[0]} out, and choose among the firsts"
            )
    return Wanted(
        sources=frozenset(choice.get("sources", ())),
        tags=frozenset(choice.get("tags", ())),
        langs=frozenset(choice.get("langs", ())),
        events=frozenset(choice.get("events", USUAL_EVENTS)),
        feeds=frozenset(choice.get("feeds", ())),
        text_from=frozenset(choice.get("text_from", ())),
        firsts=bool(choice.get("firsts", False)),
    )


def read_text_from(fields: Mapping[str, str]) -> str:
    """Return which of TEXT_SOURCES an entry's text is of; empty where it has none.

    Entries of 0.1 have it in their article alone. A quotation mark within a text is escaped in JSON, so what
    is found there can only be the member itself.
    """
    said = fields.get("text_from")
    if said is not None:
        return said
    found = _TEXT_FROM.search(fields.get("article", ""))
    return found[1] if found else ""
