"""What the times mean at which a feed says that its entries were updated. Pure.

An entry whose words are as they were but whose `updated` is new has changed behind its link, says the feed.
Feeds that stamp every entry anew on every poll say nothing by it: then no stamp is believed or remembered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feedmill._ledger.identity import entry_stamp
from feedmill._ledger.records import Entry
from scheduler.judge import Sight

MASS = 3
"""So many known entries with new stamps, and half of all known ones, are a feed that stamps anew."""

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Stamped:
    """Entries and sights with the stamps counted in."""

    entries: Mapping[Pair, Entry]
    """By (key, version), where the stamp stands for the version of an entry that only says it is updated."""
    sights: tuple[Sight, ...]
    remember: tuple[Pair, ...]
    """(key, stamp) of entries that are new, changed or due to be written again."""


def stamps_of(entries: Mapping[Pair, Entry]) -> dict[int, int]:
    """Give the stamp of each entry that has one, by its key."""
    stamps = ((key, entry_stamp(entry)) for (key, _), entry in entries.items())
    return {key: stamp for key, stamp in stamps if stamp is not None}


def with_stamps(
    entries: Mapping[Pair, Entry],
    sights: Sequence[Sight],
    stamps: Mapping[int, int],
    stamp_sights: Mapping[int, Sight],
) -> Stamped:
    """Count the stamps in; both kinds of sight are what the feed's memory says, stamps' by key."""
    seen = dict(zip(entries, sights, strict=True))
    known = [pair for pair, sight in seen.items() if sight == "known" and pair[0] in stamps]
    anew = {pair for pair in known if stamp_sights[pair[0]] == "changed"}
    if len(anew) >= MASS and len(anew) * 2 >= len(known):
        return Stamped(entries, tuple(sights), ())
    return Stamped(
        {((pair[0], stamps[pair[0]]) if pair in anew else pair): entry for pair, entry in entries.items()},
        tuple("changed" if pair in anew else sight for pair, sight in seen.items()),
        tuple(
            (pair[0], stamps[pair[0]])
            for pair, sight in seen.items()
            if pair[0] in stamps and (sight != "known" or stamp_sights[pair[0]] == "older")
        ),
    )
