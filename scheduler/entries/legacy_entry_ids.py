"""Computes the ids of a document's entries in versions before 0.2, where they were others. Pure.

An upgrade finds entries under their former numbers; these live as long as what was stored under
them, 90 days after its month. Then this module can go.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from feedmill._ledger.core.records import Entry
from feedmill._ledger.identity.digests import digest_name
from feedmill._ledger.identity.entry_identity import compute_entry_key, compute_entry_version, former_pair
from feedmill._ledger.identity.legacy_url_normalization import normalize_legacy_url
from feedmill._ledger.identity.url_normalization import normalize_url
from scheduler.entries.ambiguous_ids import MAX_SHARING_ENTRIES, page_url, take_shared_ids


@dataclass(frozen=True, slots=True)
class LegacyIds:
    """What one entry was known by."""

    pair: tuple[int, int]
    """Its key and version."""
    link: str
    """The name of its link; "" where several entries had it in common."""


def list_legacy_ids(
    entries: Sequence[Entry], kept: Sequence[Entry], *, by_link: bool = False
) -> list[LegacyIds | None]:
    """Return what each entry was known by, None where nothing changed; `kept` is as it is named now."""
    forms = [normalize_legacy_url(entry.link) if entry.link else None for entry in entries]
    if not any(forms) and not any(entry.place for entry in kept):
        return [None] * len(entries)
    links = [
        form or (normalize_url(entry.link) if entry.link else "")
        for form, entry in zip(forms, entries, strict=True)
    ]
    often = Counter(links)
    listed: list[LegacyIds | None] = []
    for was, now, link in zip(_drop_ambiguous(entries, links, by_link=by_link), kept, links, strict=True):
        pair = former_pair(was)
        alone = was.link and often[link] == 1
        same = pair == (compute_entry_key(now), compute_entry_version(now))
        listed.append(None if same else LegacyIds(pair, digest_name("link", link) if alone else ""))
    return listed


def _drop_ambiguous(entries: Sequence[Entry], links: Sequence[str], *, by_link: bool) -> list[Entry]:
    """Take from entries what did not name them alone."""
    shared = _find_shared_links(entries)
    named_by: dict[str, str] = {}
    guids = set()
    for entry, link in zip(entries, links, strict=True):
        if entry.guid and entry.link:
            what = (entry.title or "") if page_url(entry.link) in shared else link
            if named_by.setdefault(entry.guid, what) != what:
                guids.add(entry.guid)
    return take_shared_ids(entries, shared, guids, by_link=by_link)


def _find_shared_links(entries: Sequence[Entry]) -> frozenset[str]:
    titles: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        if entry.link:
            titles[page_url(entry.link)].add(entry.title or entry.summary or entry.content or "")
    return frozenset(page for page, found in titles.items() if len(found) >= MAX_SHARING_ENTRIES)
