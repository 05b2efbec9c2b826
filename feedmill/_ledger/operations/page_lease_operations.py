"""Builds calls on a page under lease: claim it, charge its attempts, and end it without an article."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.operation_call import Call, build_call
from feedmill._ledger.core.operation_result_types import ChargedAttempt, ClaimedPages, ResolvedArticle
from feedmill._ledger.core.records import Entry, LeasedPage, PlannedVisit
from feedmill._ledger.core.script_values import (
    decode_lines,
    decode_number,
    decode_optional_number,
    decode_text,
    encode_visit,
)

NO_FAILURE = frozenset({"shutdown", "gate", "offline", "time", "robots"})
"""Reasons for giving a page back that say nothing against the page or its site."""

_NOTHING: Mapping[str, int] = {}
_decode_entry = msgspec.json.Decoder(Entry).decode


def _leased_page(reply: Any) -> LeasedPage:
    return LeasedPage(
        id=decode_text(reply[0]),
        token=decode_text(reply[1]),
        url=decode_text(reply[2]),
        site=decode_text(reply[3]),
        source=decode_text(reply[4]),
        feed=decode_text(reply[5]),
        tags=decode_lines(reply[6]),
        entry=_decode_entry(reply[7]),
        attempts=decode_number(reply[8]),
        first_failed_at=decode_optional_number(reply[9]),
        failures=decode_number(reply[10]),
        listed_at=decode_number(reply[11]),
        known_rev=decode_number(reply[12]),
        known_print=decode_text(reply[13]),
        held=reply[14],
        visit=decode_text(reply[15]),
        backfill=reply[16] == b"1",
        shut_ms=decode_number(reply[17]) if reply[17] else 0,
    )


def claim_pages(
    keys: Keys,
    *,
    owner: str,
    limit: int,
    lease_ms: int,
    per_site: int,
    gap_ms: int,
    token: str,
    used_ms: Mapping[str, int] = _NOTHING,
    left_out: Sequence[str] = (),
    words_after_ms: int | None = None,
) -> Call[ClaimedPages]:
    """Lease up to `limit` ready pages, passing the gate of each page's site.

    With `words_after_ms` those too whose site's gate stays shut until that long after they were listed, or
    first failed: for the feed's words (`shut_ms`).

    Held pages whose time is over come first and pass no gate: their request lies behind them. Then come the
    sites that used the least processor time in the last ten minutes; `used_ms` adds to it what the caller's
    pages took since its last report. Sites `left_out` are passed by.
    """

    def decode(reply: Any) -> ClaimedPages:
        pages = tuple(_leased_page(page) for page in reply[0])
        used = {decode_text(site): int(ms) for site, ms in zip(reply[3][::2], reply[3][1::2], strict=True)}
        return ClaimedPages(pages, decode_optional_number(reply[1]), int(reply[2]), used)

    summary = _flat(used_ms)
    return build_call(
        "take_pages",
        keys,
        decode,
        token,
        owner,
        limit,
        lease_ms,
        per_site,
        gap_ms,
        "" if words_after_ms is None else words_after_ms,
        len(summary),
        *summary,
        *left_out,
    )


def note_used(keys: Keys, *, used_ms: Mapping[str, int], token: str) -> Call[int]:
    """Add what reading pages took of the processor, in ms by site, to what their sites have used."""
    return build_call("note_used", keys, decode_number, token, *_flat(used_ms))


def _flat(used_ms: Mapping[str, int]) -> list[str | int]:
    return [part for pair in used_ms.items() for part in pair]


def extend_leases(keys: Keys, *, leases: Sequence[tuple[str, str]], lease_ms: int) -> Call[set[str]]:
    """Prolong (page id, lease) pairs to `lease_ms` from now; returns the ids that are still held."""
    flat = (part for pair in leases for part in pair)
    return build_call(
        "extend", keys, lambda reply: {decode_text(page_id) for page_id in reply}, lease_ms, *flat
    )


def resolve_aliases(
    keys: Keys,
    *,
    page_id: str,
    lease: str,
    aliases: Sequence[str],
    token: str,
    weak_aliases: Sequence[str] = (),
    fingerprint: str = "",
) -> Call[ResolvedArticle | None]:
    """Find out whether a page's other names (final address, canonical link) belong to another article.

    `aliases` are proven. `weak_aliases` are only said by the page: they count where the other article is out
    with the substance of this page, by the first half of `fingerprint`, and are not remembered.

    If so this page is settled as `joined`: feeds and tags go to the other record, this id becomes an alias
    of it. Otherwise the aliases are remembered for this page. None: the lease is lost.
    Two articles that are both published stay two; a dead one takes none in. When the other article is out,
    the stream gets an entry `listed` for each feed of this page that is new to it.
    """

    def decode(reply: Any) -> ResolvedArticle | None:
        if reply is None:
            return None
        return ResolvedArticle(
            decode_text(reply[0]),
            bool(reply[1]),
            decode_number(reply[2]),
            decode_text(reply[3]),
            decode_text(reply[4]),
        )

    return build_call(
        "resolve", keys, decode, token, page_id, lease, fingerprint, len(aliases), *aliases, *weak_aliases
    )


def settle_page(
    keys: Keys,
    *,
    page_id: str,
    lease: str,
    outcome: str,
    token: str,
    visit: PlannedVisit | None = None,
    fingerprint: str = "",
) -> Call[bool]:
    """End a page without a stream entry: unchanged, or dropped by a named rule. False: the lease is lost.

    `fingerprint` is how this reader, by its number, reads the last revision that another one published.
    """
    return build_call("settle", keys, bool, token, page_id, lease, outcome, encode_visit(visit), fingerprint)


def return_page(
    keys: Keys,
    *,
    page_id: str,
    lease: str,
    delay_ms: int,
    reason: str,
    charge: bool,
    token: str,
    close_site_ms: int = 0,
) -> Call[bool]:
    """Return a page for later. False: the lease is lost.

    `charge` False takes back the attempt that `begin` charged. Reasons outside NO_FAILURE count as one more
    failure in a row. `close_site_ms` closes the page's site for so long.
    """
    failure = int(reason not in NO_FAILURE)
    return build_call(
        "give_back", keys, bool, token, page_id, lease, delay_ms, reason, int(charge), failure, close_site_ms
    )


def dead_letter_page(
    keys: Keys, *, page_id: str, lease: str, reason: str, detail: str, token: str
) -> Call[bool]:
    """End a page in the dead letters. False: the lease is lost."""
    return build_call("bury", keys, bool, token, page_id, lease, reason, detail)


def charge_attempt(
    keys: Keys, *, page_id: str, lease: str, token: str, templates: str = "", reader: int = 0
) -> Call[ChargedAttempt | None]:
    """Charge an attempt, right before the page's bytes are decoded; returns the attempts charged so far.

    The request is over: the page's slots are free and its run of failures ends. None: the lease is lost.
    `templates` names those that are handed out with it, by source and host, of the reader of this number.
    """

    def decode(reply: Any) -> ChargedAttempt | None:
        return None if reply is None else ChargedAttempt(int(reply[0]), reply[1] if reply[1:] else None)

    return build_call("begin", keys, decode, token, page_id, lease, templates, reader)


def suspend_attempt(keys: Keys, *, page_id: str, lease: str, token: str) -> Call[bool]:
    """Take back a charged attempt while something else is requested for the page: it is charged again after.

    Whatever ends the process meanwhile is no fault of the page. False: the lease is lost, or nothing was
    charged under it.
    """
    return build_call("suspend", keys, bool, token, page_id, lease)


def abandon_page(
    keys: Keys, *, page_id: str, lease: str, reason: str, max_attempts: int, token: str
) -> Call[str]:
    """Take back a page whose reader ended, charged: `returned` at once, or `buried`; "": no lease."""
    return build_call("abandon_page", keys, decode_text, token, page_id, lease, reason, max_attempts)
