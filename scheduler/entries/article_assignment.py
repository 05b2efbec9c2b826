"""Decides what a document's entries become by the ledger's answer. Pure; their words are not read here."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from feedmill._ledger.core.entry_verdict_types import EntryStatus, EntryVerdict, Verdict
from feedmill._ledger.identity.registrable_domain import find_site
from scheduler.parsing.document_models import NamedEntry, is_unnamed

_STATUSES: dict[Verdict, EntryStatus] = {
    "new": "new",
    "older": "older",
    "changed": "changed",
    "known": "known",
    "known_before": "older",
    "met_again": "older",
    "new_guid": "changed",
    "new_version": "changed",
    "split": "new",
}
_NEW_KEYS = frozenset({"new", "split", "met_again", "new_guid", "new_version"})


@dataclass(frozen=True, slots=True)
class RecognizedEntries:
    """A document's entries as the ledger takes them."""

    named: tuple[NamedEntry, ...]
    statuses: tuple[EntryStatus, ...]
    all_new: bool
    """The feed's memory has none of their keys, whatever their words are."""


def apply_verdicts(listed: Sequence[NamedEntry], verdicts: Sequence[EntryVerdict]) -> RecognizedEntries:
    """Assign entries the names by which their articles are found, and their statuses."""
    often = Counter(named.evidence.link for named in listed if named.evidence.link)
    edited = Counter(said.article for said in verdicts if said.verdict == "new_guid")
    named, statuses = [], []
    for entry, told in zip(listed, verdicts, strict=True):
        said = told
        if said.verdict == "new_guid" and often[entry.evidence.link] > 1:
            said = EntryVerdict("new")  # the old guid is not gone, it seems
        if said.verdict == "new_guid" and is_unnamed(entry.entry) and edited[said.article] > 1:
            said = EntryVerdict("new")  # not two edits of one article
        named.append(_rename(entry, said))
        statuses.append(_STATUSES[said.verdict])
    all_new = bool(verdicts) and all(said.verdict in _NEW_KEYS for said in verdicts)
    return RecognizedEntries(tuple(named), tuple(statuses), all_new)


def _rename(named: NamedEntry, said: EntryVerdict) -> NamedEntry:
    """Assign an entry the article that it is, and the ledger's mark where its key does not name it."""
    if said.verdict == "split":
        return _stand_alone(named, named.evidence.own)
    if said.verdict == "changed":
        return _reopen(named, said.article)
    if said.verdict in ("new_guid", "new_version"):
        changed = msgspec.structs.replace(named, taken_for="changed")
        return _stand_alone(changed, said.article) if said.is_apart else _lead_to(changed, said.article)
    if said.verdict == "met_again":
        return msgspec.structs.replace(_lead_to(named, said.article), taken_for="known")
    return msgspec.structs.replace(named, taken_for="known") if said.verdict == "known_before" else named


def _lead_to(named: NamedEntry, article: str) -> NamedEntry:
    """Count an entry to an article that its link may not lead to yet."""
    if article == named.page:
        return named
    return msgspec.structs.replace(
        named,
        page=article,
        aliases=(named.page, *named.aliases),
        evidence=msgspec.structs.replace(named.evidence, former_link=""),
    )


def _stand_alone(named: NamedEntry, article: str) -> NamedEntry:
    """Make an entry an article by its words in the feed: its link leads to another."""
    names = (named.evidence.own, named.evidence.words)
    return msgspec.structs.replace(
        named,
        page=article,
        site="",
        aliases=tuple(name for name in names if name and name != article),
        entry=msgspec.structs.replace(named.entry, link=None, place=named.entry.link or named.entry.place),
    )


def _reopen(named: NamedEntry, article: str) -> NamedEntry:
    """Have a changed entry read as its article was before: by its page, or by its words in the feed.

    One whose link others share now may have had it for itself, and the other way round.
    """
    entry, own = named.entry, named.evidence.own
    if entry.link and own and article == own:
        return _stand_alone(named, own)
    if entry.place and article and article != own:
        return msgspec.structs.replace(
            named,
            page=article,
            site=find_site(entry.place),
            aliases=(*named.aliases, own),
            entry=msgspec.structs.replace(entry, link=entry.place, place=None),
        )
    return named
