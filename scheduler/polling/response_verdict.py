"""Classifies a response before and after its document is read; chooses the next validators. Pure."""

import hashlib
from collections.abc import Mapping

from feedmill._ledger.core.records import LeasedFeed
from feedmill._ledger.outcome import Outcome
from feedmill._net import HttpResponse
from feedmill._net.refusing_party import describe_refusal
from scheduler.parsing.document_models import MAX_ENTRIES, MalformedDocument, ParsedFeed, ParseResult
from scheduler.polling.poll_values import (
    IM_USED,
    OK_OUTCOMES,
    PARTIAL,
    AnsweredPoll,
    ComparedEntries,
    PollRequest,
    PollResult,
    ResponseVerdict,
    Validators,
)

OK = range(200, 300)
NOT_MODIFIED = 304
"""Status of an answer that the validators match; it has no body (RFC 9110 section 15.4.5)."""
MAX_VALIDATOR = 1024
"""Bounds a validator that is kept, in characters; a longer one counts as none."""


def classify_response(feed: LeasedFeed, response: HttpResponse, request: PollRequest) -> ResponseVerdict:
    """Classify a response by its status and the hash of its body."""
    if response.status == NOT_MODIFIED and request.conditional:
        return _end_poll(Outcome("not_modified"))
    if response.status not in OK:
        refusal = describe_refusal(response.status, response.headers)
        return _end_poll(Outcome(f"http_{response.status}", detail=refusal))
    to_be_parsed = Outcome("ok")
    if response.status == IM_USED:  # a part of the document: the whole one's hash is another
        return ResponseVerdict(outcome=to_be_parsed, is_to_be_parsed=True, body_hash=None)
    body_hash = hashlib.sha256(response.body).hexdigest()[:32]
    if body_hash == feed.body_hash:
        return _end_poll(Outcome("unchanged"), body_hash)
    return ResponseVerdict(outcome=to_be_parsed, is_to_be_parsed=True, body_hash=body_hash)


def _end_poll(outcome: Outcome, body_hash: str | None = None) -> ResponseVerdict:
    return ResponseVerdict(outcome=outcome, is_to_be_parsed=False, body_hash=body_hash)


def classify_document(answered: AnsweredPoll, parsed: ParseResult, compared: ComparedEntries) -> PollResult:
    """Classify a poll by its document; one that brings nothing new, reordered or not, is unchanged.

    A document larger than is read is a feed's, from poll to poll: its begin.
    """
    known = bool(compared.statuses or compared.known_unread)
    is_unchanged = known and not {"new", "changed"} & set(compared.statuses)
    word = "unchanged" if parsed.outcome == "ok" and is_unchanged else parsed.outcome
    is_cut = answered.response.is_cut and isinstance(parsed, ParsedFeed)
    return PollResult(
        answered=answered,
        outcome=Outcome(word, detail=_describe_document(answered.response, parsed, compared)),
        ok=is_cut or word in OK_OUTCOMES,
        parsed=parsed,
        compared=compared,
    )


def _describe_document(response: HttpResponse, parsed: ParseResult, compared: ComparedEntries) -> str:
    """Describe a document beyond its outcome, where there is more."""
    if response.is_cut and isinstance(parsed, ParsedFeed):
        return f"larger than is read: {parsed.listed} entries in {len(response.body)} bytes"
    if response.status == PARTIAL and isinstance(parsed, ParsedFeed):
        return f"larger than is read: its end alone, {parsed.listed} entries"
    if compared.without_link:
        return f"{compared.without_link} entries without a link"
    if isinstance(parsed, ParsedFeed) and parsed.listed > MAX_ENTRIES:
        return f"{parsed.listed} entries, {MAX_ENTRIES} of them read"
    return parsed.detail if isinstance(parsed, MalformedDocument) else ""


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


def choose_validators(
    feed: LeasedFeed, response: HttpResponse, verdict: ResponseVerdict, parsed: ParseResult | None
) -> Validators:
    """Choose what to store of a response.

    A broken document is forgotten, so that it is read again rather than reported as unchanged; an error
    leaves what the last good answer left.
    """
    headers = response.headers
    kept = Validators(etag=feed.etag or "", modified=feed.modified or "", body_hash=feed.body_hash or "")
    if verdict.outcome.word == "not_modified":
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
