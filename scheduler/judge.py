"""What a poll's answer and its entries mean: pure judgement between the network and the ledger."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from feedmill._ledger.identity import aliases, article_id, entry_key, entry_version, site_of
from feedmill._ledger.records import Entry, FoundEntry, LeasedFeed
from feedmill._net import Fetched
from scheduler.documents import Parsed, ParsedFeed

OK = range(200, 300)
NOT_MODIFIED = 304
MAX_VALIDATOR = 1024

Sight = Literal["new", "changed", "known"]


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


def conditions(feed: LeasedFeed) -> dict[str, str]:
    """Make the headers of a conditional request (RFC 9110 section 13.1), and what feedmill reads."""
    headers = {"Accept": "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5"}
    if feed.etag:
        headers["If-None-Match"] = feed.etag
    if feed.modified:
        headers["If-Modified-Since"] = feed.modified
    return headers


def judge_response(feed: LeasedFeed, fetched: Fetched) -> Judged:
    """Judge an answer by its status and the hash of its body."""
    if fetched.status == NOT_MODIFIED and (feed.etag or feed.modified):
        return Judged(outcome="not_modified", ok=True, parse=False, body_hash=None)
    if fetched.status not in OK:
        return Judged(outcome=f"http_{fetched.status}", ok=False, parse=False, body_hash=None)
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


def listing(entries: Sequence[Entry]) -> Listing:
    """Name the entries of a document; of two with the same key the first counts."""
    named: dict[int, tuple[int, Entry]] = {}
    homeless = 0
    for entry in entries:
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

    An entry without a link stands at its feed's address, and on the site "": it needs no request.
    """
    return tuple(
        FoundEntry(
            key=key,
            version=version,
            page=article_id(feed_url, entry),
            url=entry.link or feed_url,
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
