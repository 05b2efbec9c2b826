"""Tracks where a feed has moved: a permanent redirect counts once it has held for days, on every poll. Pure.

301 and 308 are permanent (RFC 9110 section 15.4). A maintenance page, a parked domain or a login can be
behind one for an hour, so only answers that are this feed count, and one poll without the redirect starts
the count anew.
"""

from collections.abc import Sequence

import msgspec

from feedmill._net import Redirect

PERMANENT_STATUSES = frozenset({301, 308})
MIN_HELD_S = 3 * 86400
"""Seconds that a redirect must hold before the feed has moved: longer than maintenance lasts."""
MIN_HELD_POLLS = 4
"""Polls on which it must hold as well, so that a feed that is polled rarely has not moved by two of them."""


class PendingRedirect(msgspec.Struct, frozen=True, array_like=True):
    """A permanent redirect under watch."""

    to: str
    since: int
    """When it was first seen, seconds since the epoch."""
    polls: int = 1
    """Answers by this feed; 0 for those of another one, as which it then stays:
    what it listed is remembered from the first time on."""


def find_permanent_target(redirects: Sequence[Redirect]) -> str | None:
    """Return where the permanent redirects at the head of a chain lead; None when there are none."""
    to = None
    for redirect in redirects:
        if redirect.status not in PERMANENT_STATUSES:
            break
        to = redirect.url
    return to


def track_redirect(
    before: PendingRedirect | None, to: str | None, *, same_feed: bool, other_feed: bool = False, now: int
) -> PendingRedirect | None:
    """Count one more answered poll; an answer that is not this feed counts for nothing and ends nothing.

    A redirect that leads to another feed (`other_feed`) the first time counts for nothing while it stands.
    """
    if to is None:
        return None
    if before is None or before.to != to:
        return (
            PendingRedirect(to, now) if same_feed else (PendingRedirect(to, now, 0) if other_feed else None)
        )
    if not same_feed or before.polls == 0:
        return before
    return PendingRedirect(to, before.since, before.polls + 1)


def has_moved(move: PendingRedirect | None, now: int) -> bool:
    """Return whether a redirect has held long enough."""
    return move is not None and move.polls >= MIN_HELD_POLLS and now - move.since >= MIN_HELD_S
