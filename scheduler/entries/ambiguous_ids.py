"""Drops ids that several entries of one document share: they identify none of them. Pure.

A guid that stands for several links is no name. Nor is a link that entries of different titles have in
common: episodes that all lead to their show, releases that are places on one page. Such entries are articles
by their guids or words, and the feed's data is all that they have. Two entries may be one article
that is listed twice: they are distinct where they are other places of a page, or have other words. Those
that are but a title need more: a front page, which is no article, or places or files of their own.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from html import escape
from itertools import combinations
from urllib.parse import urlsplit

import msgspec

from feedmill._ledger.core.records import Entry
from feedmill._ledger.identity.entry_identity import fold_words
from feedmill._ledger.identity.entry_sketches import are_alike, drop_guid_version
from feedmill._ledger.identity.url_normalization import normalize_url

MAX_SHARING_ENTRIES = 3
"""Entries of different titles with one link from which it identifies none of them."""
_ADDRESS = re.compile(rb"https?://[^\s<>#\"'\]]{1,2048}")


def drop_ambiguous_ids(entries: Sequence[Entry], *, by_link: bool = False) -> list[Entry]:
    """Take from entries what does not name them alone; `by_link`: no guid of this feed does."""
    links = _find_shared_links(entries)
    bare = frozenset(page for page, is_bare in links.items() if is_bare)
    return take_shared_ids(entries, links, _find_shared_guids(entries, links), by_link=by_link, bare=bare)


def take_shared_ids(
    entries: Sequence[Entry],
    links: Collection[str],
    guids: Collection[str],
    *,
    by_link: bool,
    bare: Collection[str] = (),
) -> list[Entry]:
    """Take these links (without the places on their pages) and guids from the entries that have them.

    The links of `bare` go from entries without words as well.
    """
    apart = []
    for entry in entries:
        own = entry
        if entry.guid and entry.link and (by_link or entry.guid in guids):
            own = msgspec.structs.replace(own, guid=None)
        page = page_url(entry.link) if entry.link else ""
        if entry.link and page in links and (_has_words(entry) or page in bare):
            own = msgspec.structs.replace(own, link=None, place=entry.link)
        apart.append(own)
    return apart


def has_ambiguous_ids(new: Sequence[Entry], others: Sequence[bytes]) -> bool:
    """Return whether entries that were read alone may share a link with another of their document."""
    bases = {escape(page_url(entry.link), quote=False).encode() for entry in new if entry.link}
    often: Counter[bytes] = Counter()
    for other in others:
        often.update(bases.intersection(_ADDRESS.findall(other)))
    return max(often.values(), default=0) > 1


def page_url(link: str) -> str:
    """Return a link without the place on its page."""
    page, _, fragment = link.partition("#")
    return link if fragment.startswith(("!", "/")) else page  # such a one routes, and names an article


def _find_shared_links(entries: Sequence[Entry]) -> dict[str, bool]:
    """Find the pages that are none of their entries' own, and whether that holds of entries without words."""
    often = Counter(page_url(entry.link) for entry in entries if entry.link)
    if not often or often.most_common(1)[0][1] < 2:  # noqa: PLR2004
        return {}
    titled: dict[str, dict[str, Entry]] = defaultdict(dict)
    for entry in entries:
        if entry.link and often[page_url(entry.link)] > 1:
            title = " ".join((entry.title or entry.summary or entry.content or "").split())
            titled[page_url(entry.link)].setdefault(title, entry)
    of_pages = {page: list(found.values()) for page, found in titled.items()}
    return {
        page: _have_own_things(page, found) for page, found in of_pages.items() if _is_shared(page, found)
    }


def _is_shared(page: str, entries: Sequence[Entry]) -> bool:
    """Return whether a page's entries, one of each title, are articles of their own."""
    if len(entries) >= MAX_SHARING_ENTRIES:
        return True
    return len(entries) > 1 and all(_are_two(page, one, other) for one, other in combinations(entries, 2))


def _are_two(page: str, one: Entry, other: Entry) -> bool:
    """Return whether two entries of one page and different titles are two articles."""
    if not all(map(_has_words, (one, other))):
        return _have_own_things(page, (one, other))
    places = {_place(entry.link or "") for entry in (one, other)}
    if len(places) > 1 and "" not in places:
        return True
    guids = {drop_guid_version(entry.guid or "", entry.link or "") for entry in (one, other)}
    if len(guids) == 1 and one.guid != other.guid:
        return False  # two versions
    bodies = [words[1] or words[2] for words in (fold_words(one), fold_words(other))]
    return not are_alike(*bodies)


def _have_own_things(page: str, entries: Sequence[Entry]) -> bool:
    """Return whether a page is no article, or each entry has a place on it or a file of its own."""
    places = {place for entry in entries if (place := _place(entry.link or ""))}
    files = {entry.enclosures[0].url for entry in entries if entry.enclosures}
    return _is_front_page(page) or len(entries) in (len(places), len(files))


def _is_front_page(page: str) -> bool:
    parts = urlsplit(page)
    return parts.path in ("", "/") and not parts.query


def _has_words(entry: Entry) -> bool:
    return bool(entry.content or entry.summary)


def _place(link: str) -> str:
    """Return the place on a page that a link leads to; what tracks (`#xtor=RSS-1`) is none."""
    fragment = link.partition("#")[2]
    return "" if "=" in fragment else fragment


def _find_shared_guids(entries: Sequence[Entry], links: Collection[str]) -> set[str]:
    named: dict[str, str] = {}
    shared = set()
    for entry in entries:
        if entry.guid and entry.link:
            what = (entry.title or "") if page_url(entry.link) in links else normalize_url(entry.link)
            if named.setdefault(entry.guid, what) != what:
                shared.add(entry.guid)
    return shared
