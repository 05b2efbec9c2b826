"""Builds the calls that bring work back: of expired leases and dead owners, and of revisits that are due."""

from typing import Any

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.operation_call import Call, build_call
from feedmill._ledger.core.operation_result_types import ReapedLeases, ReturnedPages
from feedmill._ledger.core.script_values import decode_number


def return_owner_pages(
    keys: Keys, *, owner: str, reason: str, max_attempts: int, token: str
) -> Call[ReturnedPages]:
    """Return at once all that a dead owner held: pages, slots on the way elsewhere, claims on robots.txt.

    A page that was begun keeps its charge, and is buried with `reason` when its attempts are used up; the
    others return uncharged.
    """
    return build_call(
        "abandon",
        keys,
        lambda reply: ReturnedPages(*(int(part) for part in reply)),
        token,
        owner,
        reason,
        max_attempts,
    )


def reap_leases(
    keys: Keys,
    *,
    limit: int,
    max_attempts: int,
    token: str,
    reason: str = "crash",
    since_ms: int = 0,
    elapsed_ms: int = 0,
) -> Call[ReapedLeases]:
    """Return up to `limit` feeds and `limit` pages whose leases have expired, as `abandon` does.

    `since_ms` is the ledger's time that the caller's last `reap` answered (0: there was none), `elapsed_ms`
    what has passed since by the caller's monotonic clock. Where the ledger's time has run ahead of that the
    server's clock was set, or the machine slept: no lease is over for it.
    """

    def decode(reply: Any) -> ReapedLeases:
        return ReapedLeases(*(int(part) for part in reply))

    return build_call("reap", keys, decode, token, limit, max_attempts, reason, since_ms, elapsed_ms)


def start_due_revisits(keys: Keys, *, limit: int, max_revisits: int, token: str) -> Call[int]:
    """Make pages of up to `limit` planned visits that are due; returns how many.

    A page that was asked for again `max_revisits` times already is left alone.
    """
    return build_call("wake", keys, decode_number, token, limit, max_revisits)
