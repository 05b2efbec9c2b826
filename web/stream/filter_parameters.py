"""Declares the parameters that choose entries, the same wherever there are entries."""

from collections.abc import Iterable
from typing import Any

from feedmill.stream_entry_filter import TEXT_SOURCES, USUAL_EVENTS, Wanted
from web.errors import BadRequest
from web.http.parameters import EnumType, Param, StreamIdType, StringType, TimeType

EVENTS = ("created", "updated", "retracted", "listed")
FIRSTS_PARAM = Param(
    "firsts",
    EnumType(("0", "1")),
    "1: only the first article of each story, with its revisions, and what is in no story; "
    "refused with another choice than `event`.",
    default="0",
)
_PARTS = ("source", "tag", "lang", "feed", "text_from")
FILTER_PARAMS = (
    Param(
        "source",
        StringType(),
        "Only of this source; may be repeated, as the other choices.",
        is_repeated=True,
    ),
    Param(
        "tag",
        StringType(r"[^\x00-\x1f\x7f,]{1,64}", "a tag"),
        "Only with one of these tags.",
        is_repeated=True,
    ),
    Param(
        "lang",
        StringType(r"[A-Za-z0-9-]{1,35}", "a language such as en"),
        "Only in these languages.",
        is_repeated=True,
    ),
    Param(
        "feed",
        StringType(r"[^\x00-\x1f\x7f]{1,2048}", "the URL of a feed"),
        "Only of these feeds.",
        is_repeated=True,
    ),
    Param(
        "text_from",
        EnumType(TEXT_SOURCES),
        "Only with the page's words, or only with the feed's.",
        is_repeated=True,
    ),
    Param(
        "event", EnumType(EVENTS), "Only these events; created and updated when not given.", is_repeated=True
    ),
    FIRSTS_PARAM,
)
AFTER_PARAM = Param("after", StreamIdType(), "Begin behind this entry of the stream.")
SPAN_PARAMS = (
    Param("from", TimeType(), "Only entries since this time."),
    Param("until", TimeType(), "Only entries before this time."),
)


def read_entry_filter(values: Any) -> Wanted:
    """Make the choice of a route's parameters; raises BadRequest."""
    return Wanted(
        sources=frozenset(values["source"]),
        tags=frozenset(values["tag"]),
        langs=frozenset(values["lang"]),
        feeds=frozenset(values["feed"]),
        text_from=frozenset(values["text_from"]),
        events=frozenset(values["event"] or USUAL_EVENTS),
        firsts=read_firsts(values, _PARTS),
    )


def read_firsts(values: Any, parts: Iterable[str]) -> bool:
    """Return whether only the firsts of stories are asked for; raises BadRequest with one of the parts.

    As for a consumer, the first of a story may be in another part of the articles.
    """
    if values["firsts"] != "1":
        return False
    for name in parts:
        if values[name]:
            raise BadRequest(
                f"firsts with {name}: the first of a story may be in another part of the articles; "
                f"leave {name} out, or let a route of its own take the firsts ([[routes]] firsts = true)"
            )
    return True
