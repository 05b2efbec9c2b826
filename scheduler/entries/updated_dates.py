"""Decides what the times mean that a feed gives for the updates of its entries. Pure.

An entry whose words are as they were but whose `updated` is new has changed behind its link.
Feeds that stamp every entry anew on every poll state nothing by it: then no stamp counts or is stored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from feedmill._ledger.core.entry_verdict_types import EntryStatus
from scheduler.parsing.document_models import NamedEntry

MASS_UPDATE_SHARE = 3
"""Known entries with new stamps, if also half of all known ones, from which a feed stamps anew each time."""

KeyVersion = tuple[int, int]


@dataclass(frozen=True, slots=True)
class DatedEntries:
    """Entries and sights with the stamps counted in."""

    named: tuple[NamedEntry, ...]
    """The stamp stands for the version of an entry that only says it is updated."""
    statuses: tuple[EntryStatus, ...]
    remember: tuple[KeyVersion, ...]
    """(key, stamp) of entries that are new, changed or due to be written again."""


def list_updated_dates(listed: Sequence[NamedEntry]) -> dict[int, int]:
    """Return the stamp of each entry that has one, by its key."""
    return {named.key: named.stamp for named in listed if named.stamp is not None}


def apply_updated_dates(
    listed: Sequence[NamedEntry], statuses: Sequence[EntryStatus], stamp_sights: Mapping[int, EntryStatus]
) -> DatedEntries:
    """Count the stamps in; both kinds of sight are what the feed's memory says, stamps' by key."""
    known = [
        named.key
        for named, status in zip(listed, statuses, strict=True)
        if status == "known" and named.stamp is not None
    ]
    anew = {key for key in known if stamp_sights[key] == "changed"}
    if len(anew) >= MASS_UPDATE_SHARE and len(anew) * 2 >= len(known):
        return DatedEntries(tuple(listed), tuple(statuses), ())
    return DatedEntries(
        tuple(
            msgspec.structs.replace(named, version=named.stamp) if named.key in anew else named
            for named in listed
        ),
        tuple(
            "changed" if named.key in anew else status for named, status in zip(listed, statuses, strict=True)
        ),
        tuple(
            (named.key, named.stamp)
            for named, status in zip(listed, statuses, strict=True)
            if named.stamp is not None and (status != "known" or stamp_sights[named.key] == "older")
        ),
    )
