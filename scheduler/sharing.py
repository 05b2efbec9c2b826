"""What several entries of one document share names none of them. Pure.

A guid that stands for several links is no name. Nor is a link that many entries of different titles have in
common: episodes that all lead to their show, releases that are places on one page. Such entries are articles
by their guids or words, and what the feed says of them is all that they have.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from html import escape

import msgspec

from feedmill._ledger.links import normalise_url
from feedmill._ledger.records import Entry

MANY = 3
"""So many entries of different titles make a link that is none of theirs alone."""
_ADDRESS = re.compile(rb"https?://[^\s<>#\"'\]]{1,2048}")


def told_apart(entries: Sequence[Entry], *, by_link: bool = False) -> list[Entry]:
    """Take from entries what does not name them alone; `by_link` says that no guid of this feed does."""
    links = _shared_links(entries)
    guids = _shared_guids(entries, links)
    apart = []
    for entry in entries:
        own = entry
        if entry.guid and entry.link and (by_link or entry.guid in guids):
            own = msgspec.structs.replace(own, guid=None)
        if entry.link and _page(entry.link) in links and (entry.content or entry.summary):
            own = msgspec.structs.replace(own, link=None, place=entry.link)
        apart.append(own)
    return apart


def may_share(new: Sequence[Entry], others: Sequence[bytes]) -> bool:
    """Tell whether entries that were read alone may share a link with many of the document's, read or not."""
    bases = {escape(_page(entry.link), quote=False).encode() for entry in new if entry.link}
    often: Counter[bytes] = Counter()
    for other in others:
        often.update(bases.intersection(_ADDRESS.findall(other)))
    return max(often.values(), default=0) >= MANY


def _page(link: str) -> str:
    page, _, fragment = link.partition("#")
    return link if fragment.startswith(("!", "/")) else page  # such a one routes, and names an article


def _shared_links(entries: Sequence[Entry]) -> frozenset[str]:
    often = Counter(_page(entry.link) for entry in entries if entry.link)
    if not often or often.most_common(1)[0][1] < MANY:
        return frozenset()
    titles: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        if entry.link and often[_page(entry.link)] >= MANY:
            titles[_page(entry.link)].add(entry.title or entry.summary or entry.content or "")
    return frozenset(page for page, found in titles.items() if len(found) >= MANY)


def _shared_guids(entries: Sequence[Entry], links: frozenset[str]) -> set[str]:
    named: dict[str, str] = {}
    shared = set()
    for entry in entries:
        if entry.guid and entry.link:
            what = (entry.title or "") if _page(entry.link) in links else normalise_url(entry.link)
            if named.setdefault(entry.guid, what) != what:
                shared.add(entry.guid)
    return shared
