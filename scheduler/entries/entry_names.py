"""Names a document's entries as the ledger names them (in the sandboxed parser's process)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from feedmill._ledger.core.entry_verdict_types import EntryEvidence
from feedmill._ledger.core.records import Entry
from feedmill._ledger.identity.digests import hash_text
from feedmill._ledger.identity.entry_identity import (
    choose_own_name,
    compute_entry_key,
    compute_entry_stamp,
    compute_entry_version,
    fold_words,
    list_aliases,
    name_article,
)
from feedmill._ledger.identity.entry_sketches import name_nearby, name_words, sketch_words
from feedmill._ledger.identity.registrable_domain import find_site
from scheduler.entries.ambiguous_ids import drop_ambiguous_ids
from scheduler.entries.legacy_entry_ids import LegacyIds, list_legacy_ids
from scheduler.entries.restricted_entries import bind_names, mark_restricted
from scheduler.parsing.document_models import OPEN_ACCESS, EntryAccess, NamedEntry, is_unnamed


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedEntries:
    """The entries of a document under their identities, each once."""

    named: tuple[NamedEntry, ...]
    """In the document's order."""
    without_target: int
    """Entries with neither a link nor a word nor a file: they lead to no article."""


def name_entries(
    entries: Sequence[Entry],
    *,
    feed_url: str,
    by_link: bool = False,
    access: EntryAccess = OPEN_ACCESS,
    retry: bool = False,
) -> NamedEntries:
    """Name the entries of a document; of two with the same key the first counts.

    What several of them share names none (ambiguous_ids.py), and with `by_link` this feed's guids change from
    poll to poll: such entries are named by their links. Entries behind credentials (`access`) are bound to
    their source; with `retry` as if they had not been listed before.
    """
    named: dict[int, NamedEntry] = {}
    without_target = 0
    kept = drop_ambiguous_ids(entries, by_link=by_link)
    former = list_legacy_ids(entries, kept, by_link=by_link)
    kept = [mark_restricted(entry, access) for entry in kept]
    for entry, was in zip(kept, former, strict=True):
        if not (entry.link or entry.content or entry.summary or entry.title or entry.enclosures):
            without_target += 1
            continue
        key = compute_entry_key(entry)
        if key not in named:
            named[key] = bind_names(_named(key, entry, feed_url, was), access, anew=retry)
    listed = _drop_shared_words(tuple(named.values()))
    return NamedEntries(named=_drop_shared_titles(listed), without_target=without_target)


def _drop_shared_words(listed: tuple[NamedEntry, ...]) -> tuple[NamedEntry, ...]:
    """Take from entries of one title, time and words the name by these: here they name no article."""
    often = Counter(named.evidence.words for named in listed if named.evidence.words)
    if not often or often.most_common(1)[0][1] == 1:
        return listed
    return tuple(
        msgspec.structs.replace(
            named,
            evidence=msgspec.structs.replace(named.evidence, words=""),
            aliases=tuple(name for name in named.aliases if name != named.evidence.words),
        )
        if often[named.evidence.words] > 1
        else named
        for named in listed
    )


def _drop_shared_titles(listed: tuple[NamedEntry, ...]) -> tuple[NamedEntry, ...]:
    """Take from entries without link and guid the names of titles, times and words that several have."""
    often = Counter(name for named in listed if is_unnamed(named.entry) for name in named.evidence.nearby)
    if not often or often.most_common(1)[0][1] == 1:
        return listed
    return tuple(_keep_own_names(named, often) if is_unnamed(named.entry) else named for named in listed)


def _keep_own_names(named: NamedEntry, often: Counter[str]) -> NamedEntry:
    by = named.evidence
    own = tuple(name for name in by.nearby if often[name] == 1)
    return msgspec.structs.replace(
        named, evidence=msgspec.structs.replace(by, nearby=own, sketch=by.sketch if own else b"")
    )


def hash_entries(entries: Sequence[Entry]) -> int:
    """Name a document by the entries that it lists, whatever their order."""
    return hash_text("\n".join(map(str, sorted(compute_entry_key(entry) for entry in entries))))


def _named(key: int, entry: Entry, feed_url: str, was: LegacyIds | None) -> NamedEntry:
    """Name one entry.

    One without a link of its own stands where others do too, else at its feed's address, and on the site "":
    it needs no request.
    """
    page, words = name_article(feed_url, entry), fold_words(entry)
    said = name_words(feed_url, entry, words)
    nearby = name_nearby(feed_url, entry, words) if is_unnamed(entry) else ()
    return NamedEntry(
        key=key,
        version=compute_entry_version(entry, words),
        stamp=compute_entry_stamp(entry),
        page=page,
        url=entry.link or entry.place or feed_url,
        site=find_site(entry.link or ""),
        aliases=list_aliases(feed_url, entry) + ((said,) if said else ()),
        entry=entry,
        evidence=EntryEvidence(
            link=page if entry.link else "",
            own=choose_own_name(feed_url, entry),
            words=said,
            sketch=sketch_words(entry, words) if entry.link or nearby else b"",
            former=was.pair if was else None,
            former_link=was.link if was else "",
            nearby=nearby,
        ),
    )
