"""Builds the record of a request and its answer, and finds the rules of politeness that it broke. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from urllib.parse import urlsplit

from feedmill._ledger.core.records import RequestRecord
from feedmill._ledger.identity.registrable_domain import find_site
from feedmill._net.access.addresses import find_address_refusal
from feedmill._net.cache_and_retry_headers import read_max_age, read_retry_after_s
from feedmill._net.client.exchange_record import Exchange

MAX_FRESHNESS_S = 86400
"""The longest freshness that is held against feedmill, the default of polling.max_interval: an answer that
asks for more is polled after that all the same."""
_REFUSALS = frozenset({429, 503})
_FRESH = frozenset({200, 203, 226, 304})
_HASH_BYTES = 4
"""Bytes of a body's hash: it shows whether two answers of one address differ, which needs few bits."""
_NOT_PUBLIC = frozenset({"localhost", "local", "internal", "lan", "test", "example", "invalid"})


@dataclass(frozen=True, slots=True)
class RequestSummary:
    """What is kept of an exchange until it is recorded: bodies would fill memory meanwhile."""

    exchange: Exchange
    """Without its body."""
    body_hash: str = ""
    """Of a feed's body; "" for none."""

    @classmethod
    def from_exchange(cls, exchange: Exchange) -> Self:
        """Keep what is recorded of an exchange."""
        is_hashed = exchange.purpose.kind == "feed" and exchange.body
        return cls(replace(exchange, body=b""), _hash_body(exchange.body) if is_hashed else "")


def build_request_record(summary: RequestSummary, now: float, at: datetime) -> RequestRecord:
    """Build the record of an exchange; `now` on the same clock as its times, `at` the same as a date."""
    exchange = summary.exchange
    sent, headers = exchange.sent, exchange.headers
    kept = [sent[name] for name in ("if-none-match", "if-modified-since") if name in sent]
    given = [headers[name] for name in ("etag", "last-modified") if headers.get(name)]
    return RequestRecord(
        site=find_site(exchange.url),
        url=exchange.url[:500],
        kind=exchange.purpose.kind,
        name=exchange.purpose.name,
        excused=exchange.purpose.audit_excuse,
        hop=exchange.hop,
        age=round((now - exchange.began) * 1000),
        lasted=round((exchange.ended - exchange.began) * 1000),
        latency=round((exchange.answered - exchange.began) * 1000),
        status=exchange.status,
        conditional=bool(kept),
        validators=tuple(_hash_body(value.encode("latin-1", "replace")) for value in kept),
        given=tuple(_hash_body(value.encode("latin-1", "replace")) for value in given),
        body=summary.body_hash,
        retry=_read_asked_wait_ms(headers, at) if exchange.status in _REFUSALS else 0,
        fresh=_read_freshness_ms(headers, at) if exchange.status in _FRESH else 0,
        broken=tuple(find_violated_rules(sent, exchange.url, hop=exchange.hop)),
    )


def find_violated_rules(sent: Mapping[str, str], url: str, *, hop: int = 0) -> list[str]:
    """Name the rules that a request breaks by itself; on a redirect's way (`hop`) cookies are its own."""
    agent = sent.get("user-agent", "")
    named = {
        "agent": not agent or (not names_contact(agent) and is_public(url)),
        "cookie": "cookie" in sent and not hop,
        "referer": "referer" in sent,
        "favicon": urlsplit(url).path == "/favicon.ico",
    }
    return [rule for rule, is_broken in named.items() if is_broken]


def names_contact(agent: str) -> bool:
    """Return whether a user agent names whom to ask: a page or an e-mail address."""
    return "http" in agent or "@" in agent


def is_public(url: str) -> bool:
    """Return whether an address names a host of the public internet, as far as it shows without a look-up.

    Not public: private addresses, single-label hosts and reserved names (RFC 2606, 6761, 6762).
    """
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return False
    try:
        return find_address_refusal(host, ()) is None
    except ValueError:
        return "." in host and host.rpartition(".")[2] not in _NOT_PUBLIC


def _read_asked_wait_ms(headers: Mapping[str, str], at: datetime) -> int:
    return round((read_retry_after_s(headers, at) or 0) * 1000)


def _read_freshness_ms(headers: Mapping[str, str], at: datetime) -> int:
    asked = read_max_age(headers, at)
    return round(min(asked.seconds, MAX_FRESHNESS_S) * 1000) if asked else 0


def _hash_body(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=_HASH_BYTES).hexdigest()
