"""Builds the entries that become pages, of those that a document lists and the ledger has not. Pure."""

import math
from collections.abc import Sequence
from typing import Literal

import msgspec

from feedmill._ledger.core.entry_verdict_types import EntryMark, EntryStatus
from feedmill._ledger.core.records import Entry, FoundEntry
from scheduler.parsing.document_models import NamedEntry

TextChoice = Literal["auto", "page", "feed"]


def build_found_entries(
    listed: Sequence[NamedEntry],
    statuses: Sequence[EntryStatus],
    *,
    every: bool = False,
    text: TextChoice = "auto",
) -> tuple[FoundEntry, ...]:
    """Make the record of every entry that the feed's memory has not, or of `every` one, the newest first.

    Of too many the ledger takes the first. Entries without a date stand in the document's order, which of
    most feeds is the same, behind those that have one.
    """
    found = [named for named, status in zip(listed, statuses, strict=True) if every or status != "known"]
    return tuple(
        FoundEntry(
            key=named.key,
            version=named.version,
            page=named.page,
            url=named.url,
            site=named.site,
            aliases=named.aliases,
            entry=_drop_words(named.entry) if named.is_filtered else choose_text(named.entry, text),
            mark=_choose_mark(named),
            link=named.evidence.link,
            sketch=named.evidence.sketch,
            former_link=named.evidence.former_link,
            nearby=named.evidence.nearby,
        )
        for named in sorted(found, key=entry_age)
    )


def _choose_mark(named: NamedEntry) -> EntryMark:
    if not named.is_filtered:
        return named.taken_for
    return "filtered_known" if named.taken_for else "filtered"


def _drop_words(entry: Entry) -> Entry:
    """Return an entry that makes no page without its words: they are not stored."""
    return msgspec.structs.replace(entry, content=None, summary=None)


def entry_age(named: NamedEntry) -> float:
    """Return a key that sorts entries by their times, the latest first; those without a time are last."""
    moment = named.entry.published_at or named.entry.updated_at
    return -moment.timestamp() if moment else math.inf


def choose_text(entry: Entry, text: TextChoice) -> Entry:
    """Note in an entry whose words its article is to have, by the operator's setting for its feed.

    `feed`: no page is asked for, its link is only where the entry is shown; `page`: no words stand in.
    """
    if text == "page":
        return msgspec.structs.replace(entry, stands_in=False)
    if text == "feed":
        place = entry.place if entry.link is None else entry.link
        words_only = entry.episode is not None and entry.episode.transcript is not None
        return msgspec.structs.replace(entry, link=None, place=place, words_only=words_only)
    return entry
