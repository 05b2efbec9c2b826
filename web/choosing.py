"""Which entries are asked for: the same parameters wherever there are entries."""

from typing import Any

from feedmill.wanted import USUAL_EVENTS, Wanted
from web.kinds import Moment, OneOf, Param, StreamPlace, Word

EVENTS = ("created", "updated", "retracted", "listed")
CHOICE = (
    Param("source", Word(), "Only of this source; may be repeated, as the other choices.", several=True),
    Param("tag", Word(r"[^\x00-\x1f\x7f,]{1,64}", "a tag"), "Only with one of these tags.", several=True),
    Param(
        "lang", Word(r"[A-Za-z0-9-]{1,35}", "a language such as en"), "Only in these languages.", several=True
    ),
    Param(
        "feed", Word(r"[^\x00-\x1f\x7f]{1,2048}", "the URL of a feed"), "Only of these feeds.", several=True
    ),
    Param("event", OneOf(EVENTS), "Only these events; created and updated when not given.", several=True),
)
AFTER = Param("after", StreamPlace(), "Begin behind this entry of the stream.")
SPAN = (
    Param("from", Moment(), "Only entries since this time."),
    Param("until", Moment(), "Only entries before this time."),
)


def wanted(values: Any) -> Wanted:
    """Make the choice of a route's parameters."""
    return Wanted(
        sources=frozenset(values["source"]),
        tags=frozenset(values["tag"]),
        langs=frozenset(values["lang"]),
        feeds=frozenset(values["feed"]),
        events=frozenset(values["event"] or USUAL_EVENTS),
    )
