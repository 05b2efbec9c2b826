"""What a poll's answer and its entries mean: pure judgement between the network and the ledger."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from feedmill._ledger.core.records import LeasedFeed
from feedmill._net import HttpResponse
from scheduler.intervals.next_poll import IntervalBounds
from scheduler.parsing.document_models import ParsedFeed, ParseResult
from scheduler.polling.feed_state import PollState

ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"

OK = range(200, 300)
NOT_MODIFIED = 304
IM_USED = 226
MAX_VALIDATOR = 1024
DAY_S = 86400
PROBE_DOUBLINGS = 5
"""A server that says 304 is tested with a full request after 1, 2, 4 … 32 days, as it proves honest."""
FALSE_304_LIMIT = 2
"""From so many wrong 304s on, no validators are sent …"""
DISTRUST_S = 30 * DAY_S
"""… for so long, in seconds."""
MIN_UNASKED_INTERVAL_S = 60
"""Seconds: only an operator makes `polling.min_interval` shorter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRequest:
    """What a poll sends."""

    url: str
    headers: Mapping[str, str]
    conditional: bool
    is_probe: bool = False
    """Validators were left out to see whether the last 304s were true."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseVerdict:
    """An answer judged before its body is read."""

    outcome: str
    """`ok` when the body has to be parsed, else the poll's outcome."""
    ok: bool
    is_to_be_parsed: bool
    body_hash: str | None
    """Of the body, when it is a 2xx answer's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What the next request sends back, byte for byte; empty strings forget the last ones."""

    etag: str = ""
    modified: str = ""
    body_hash: str = ""


def build_poll_request(feed: LeasedFeed, state: PollState, now: float) -> PollRequest:
    """Make the request of a poll: conditional (RFC 9110 section 13.1) where a validator is kept.

    With an ETag, a delta is welcome too (RFC 3229: new entries alone under 226). A feed that has moved is
    asked for at its old address after every other failure. `now` in seconds since the epoch.
    """
    url = feed.url if feed.moved_to is None or feed.failures % 2 else feed.moved_to
    headers = {"Accept": ACCEPT}
    kept = bool(feed.etag or feed.modified)
    if not kept or distrusts_304(state, now):
        return PollRequest(url=url, headers=headers, conditional=False)
    if now - state.full_at >= DAY_S * 2 ** min(state.true_304s, PROBE_DOUBLINGS) and feed.body_hash:
        return PollRequest(url=url, headers=headers, conditional=False, is_probe=True)
    if feed.etag:
        headers["If-None-Match"] = feed.etag
        headers["A-IM"] = "feed"
    if feed.modified:
        headers["If-Modified-Since"] = feed.modified
    return PollRequest(url=url, headers=headers, conditional=True)


def find_audit_excuse(feed: LeasedFeed, state: PollState, bounds: IntervalBounds, now: float) -> str:
    """Say why a poll may come in a way that the record of requests would else count against it."""
    said = {
        "interval": feed.asked != ""
        or feed.interval is not None
        or bounds.min_interval < MIN_UNASKED_INTERVAL_S,
        "false_304": feed.asked == "retry" or distrusts_304(state, now),
    }
    return " ".join(name for name, holds in said.items() if holds)


def distrusts_304(state: PollState, now: float) -> bool:
    """Return whether a server's 304s are not to be believed for now."""
    return state.false_304s >= FALSE_304_LIMIT and now - state.full_at < DISTRUST_S


def disproves_304(
    feed: LeasedFeed, response: HttpResponse, request: PollRequest, verdict: ResponseVerdict
) -> bool:
    """Return whether a full answer proves earlier 304s wrong: another body under the same validators."""
    if not request.is_probe or not verdict.is_to_be_parsed:
        return False
    etag = _read_validator(response.headers, "etag")
    if feed.etag and etag:
        return etag == feed.etag
    return bool(feed.modified) and _read_validator(response.headers, "last-modified") == feed.modified


def classify_response(feed: LeasedFeed, response: HttpResponse, request: PollRequest) -> ResponseVerdict:
    """Judge an answer by its status and the hash of its body."""
    if response.status == NOT_MODIFIED and request.conditional:
        return ResponseVerdict(outcome="not_modified", ok=True, is_to_be_parsed=False, body_hash=None)
    if response.status not in OK:
        return ResponseVerdict(
            outcome=f"http_{response.status}", ok=False, is_to_be_parsed=False, body_hash=None
        )
    if response.status == IM_USED:  # a part of the document: its hash says nothing of the whole
        return ResponseVerdict(outcome="ok", ok=True, is_to_be_parsed=True, body_hash=None)
    body_hash = hashlib.sha256(response.body).hexdigest()[:32]
    if body_hash == feed.body_hash:
        return ResponseVerdict(outcome="unchanged", ok=True, is_to_be_parsed=False, body_hash=body_hash)
    return ResponseVerdict(outcome="ok", ok=True, is_to_be_parsed=True, body_hash=body_hash)


def choose_validators(
    feed: LeasedFeed, response: HttpResponse, verdict: ResponseVerdict, parsed: ParseResult | None
) -> Validators:
    """Choose what to remember of an answer.

    A broken document is forgotten, so that it is read again rather than reported as unchanged; an error
    leaves what the last good answer left.
    """
    headers = response.headers
    kept = Validators(etag=feed.etag or "", modified=feed.modified or "", body_hash=feed.body_hash or "")
    if verdict.outcome == "not_modified":
        return Validators(
            etag=_read_validator(headers, "etag") or kept.etag,
            modified=_read_validator(headers, "last-modified") or kept.modified,
            body_hash=kept.body_hash,
        )
    if not verdict.ok:
        return kept
    is_read = isinstance(parsed, ParsedFeed) and (parsed.outcome == "ok" or response.is_cut)
    if parsed is not None and not is_read:
        return Validators()
    return Validators(
        etag=_read_validator(headers, "etag"),
        modified=_read_validator(headers, "last-modified"),
        body_hash=verdict.body_hash or "",
    )


def _read_validator(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "")
    return value if len(value) <= MAX_VALIDATOR else ""
