"""What a poll's answer and its entries mean: pure judgement between the network and the ledger."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from feedmill._ledger.identity import aliases, article_id, entry_key, entry_version
from feedmill._ledger.links import site_of
from feedmill._ledger.records import Entry, FoundEntry, LeasedFeed
from feedmill._net import Fetched
from scheduler.documents import Parsed, ParsedFeed
from scheduler.notes import Notes
from scheduler.schedule import Bounds
from scheduler.sharing import told_apart

ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"

OK = range(200, 300)
NOT_MODIFIED = 304
IM_USED = 226
MAX_VALIDATOR = 1024
DAY = 86400
PROBE_DOUBLINGS = 5
"""A server that says 304 is tested with a full request after 1, 2, 4 … 32 days, as it proves honest."""
LIAR = 2
"""From so many wrong 304s on, no validators are sent …"""
GRUDGE = 30 * DAY
"""… for so long, in seconds."""
SHORTEST_OF_ITSELF = 60
"""Seconds: only an operator makes `polling.min_interval` shorter."""

Sight = Literal["new", "older", "changed", "known"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a poll sends."""

    url: str
    headers: Mapping[str, str]
    conditional: bool
    probe: bool = False
    """Validators were left out to see whether the last 304s were true."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An answer judged before its body is read."""

    outcome: str
    """`ok` when the body has to be parsed, else the poll's outcome."""
    ok: bool
    parse: bool
    body_hash: str | None
    """Of the body, when it is a 2xx answer's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What the next request sends back, byte for byte; empty strings forget the last ones."""

    etag: str = ""
    modified: str = ""
    body_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The entries of a document under their identities, each once."""

    entries: Mapping[tuple[int, int], Entry]
    """By (key, version), in the document's order."""
    homeless: int
    """Entries with neither a link nor words of their own: they lead to no article."""


def request_for(feed: LeasedFeed, notes: Notes, now: float) -> Request:
    """Make the request of a poll: conditional (RFC 9110 section 13.1) where a validator is kept.

    With an ETag, a delta is welcome too (RFC 3229: new entries alone under 226). A feed that has moved is
    asked for at its old address after every other failure. `now` in seconds since the epoch.
    """
    url = feed.url if feed.moved_to is None or feed.failures % 2 else feed.moved_to
    headers = {"Accept": ACCEPT}
    kept = bool(feed.etag or feed.modified)
    if not kept or is_liar(notes, now):
        return Request(url=url, headers=headers, conditional=False)
    if now - notes.full_at >= DAY * 2 ** min(notes.trust, PROBE_DOUBLINGS) and feed.body_hash:
        return Request(url=url, headers=headers, conditional=False, probe=True)
    if feed.etag:
        headers["If-None-Match"] = feed.etag
        headers["A-IM"] = "feed"
    if feed.modified:
        headers["If-Modified-Since"] = feed.modified
    return Request(url=url, headers=headers, conditional=True)


def excused(feed: LeasedFeed, notes: Notes, bounds: Bounds, now: float) -> str:
    """Say why a poll may come in a way that the record of requests would else count against it."""
    said = {
        "interval": feed.interval is not None or bounds.min_interval < SHORTEST_OF_ITSELF,
        "false_304": is_liar(notes, now),
    }
    return " ".join(name for name, holds in said.items() if holds)


def is_liar(notes: Notes, now: float) -> bool:
    """Tell whether a server's 304s are not to be believed for now."""
    return notes.lies >= LIAR and now - notes.full_at < GRUDGE


def is_false(feed: LeasedFeed, fetched: Fetched, request: Request, judged: Judged) -> bool:
    """Tell whether a full answer proves the 304s before it wrong: another body under the same validators."""
    if not request.probe or not judged.parse:
        return False
    etag = _validator(fetched.headers, "etag")
    if feed.etag and etag:
        return etag == feed.etag
    return bool(feed.modified) and _validator(fetched.headers, "last-modified") == feed.modified


def judge_response(feed: LeasedFeed, fetched: Fetched, request: Request) -> Judged:
    """Judge an answer by its status and the hash of its body."""
    if fetched.status == NOT_MODIFIED and request.conditional:
        return Judged(outcome="not_modified", ok=True, parse=False, body_hash=None)
    if fetched.status not in OK:
        return Judged(outcome=f"http_{fetched.status}", ok=False, parse=False, body_hash=None)
    if fetched.status == IM_USED:  # a part of the document: its hash says nothing of the whole
        return Judged(outcome="ok", ok=True, parse=True, body_hash=None)
    body_hash = hashlib.sha256(fetched.body).hexdigest()[:32]
    if body_hash == feed.body_hash:
        return Judged(outcome="unchanged", ok=True, parse=False, body_hash=body_hash)
    return Judged(outcome="ok", ok=True, parse=True, body_hash=body_hash)


def validators(feed: LeasedFeed, fetched: Fetched, judged: Judged, parsed: Parsed | None) -> Validators:
    """Choose what to remember of an answer.

    A broken document is forgotten, so that it is read again rather than reported as unchanged; an error
    leaves what the last good answer left.
    """
    headers = fetched.headers
    kept = Validators(etag=feed.etag or "", modified=feed.modified or "", body_hash=feed.body_hash or "")
    if judged.outcome == "not_modified":
        return Validators(
            etag=_validator(headers, "etag") or kept.etag,
            modified=_validator(headers, "last-modified") or kept.modified,
            body_hash=kept.body_hash,
        )
    if not judged.ok:
        return kept
    if parsed is not None and not (isinstance(parsed, ParsedFeed) and parsed.outcome == "ok"):
        return Validators()
    return Validators(
        etag=_validator(headers, "etag"),
        modified=_validator(headers, "last-modified"),
        body_hash=judged.body_hash or "",
    )


def listing(entries: Sequence[Entry], *, by_link: bool = False) -> Listing:
    """Name the entries of a document; of two with the same key the first counts.

    What several of them share names none (sharing.py), and `by_link` says that this feed's guids change from
    poll to poll: such entries are named by their links.
    """
    named: dict[int, tuple[int, Entry]] = {}
    homeless = 0
    for entry in told_apart(entries, by_link=by_link):
        if not (entry.link or entry.content or entry.summary):
            homeless += 1
            continue
        named.setdefault(entry_key(entry), (entry_version(entry), entry))
    return Listing(
        entries={(key, version): entry for key, (version, entry) in named.items()}, homeless=homeless
    )


def to_found(
    feed_url: str, listed: Mapping[tuple[int, int], Entry], sights: Sequence[Sight]
) -> tuple[FoundEntry, ...]:
    """Make the record of every entry that the feed's memory has not, in the document's order.

    An entry without a link of its own stands where others do too, else at its feed's address, and on the site
    "": it needs no request.
    """
    return tuple(
        FoundEntry(
            key=key,
            version=version,
            page=article_id(feed_url, entry),
            url=entry.link or entry.place or feed_url,
            site=site_of(entry.link or ""),
            aliases=aliases(feed_url, entry),
            entry=entry,
        )
        for ((key, version), entry), sight in zip(listed.items(), sights, strict=True)
        if sight != "known"
    )


def _validator(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "")
    return value if len(value) <= MAX_VALIDATOR else ""
