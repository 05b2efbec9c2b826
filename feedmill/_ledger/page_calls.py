"""Operations on a page under lease: from the taking to its end."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from feedmill._ledger.answers import Published, Resolved, TakenPages
from feedmill._ledger.calls import Call, call, lines, number, optional_number, text
from feedmill._ledger.keys import Keys
from feedmill._ledger.learning import Learned, Sibling
from feedmill._ledger.records import Entry, LeasedPage, PlannedVisit

NO_FAILURE = frozenset({"shutdown", "gate", "offline", "time", "robots"})
"""Reasons for giving a page back that say nothing against the page or its site."""

_decode_entry = msgspec.json.Decoder(Entry).decode
_encode = msgspec.json.Encoder().encode


def _leased_page(reply: Any) -> LeasedPage:
    return LeasedPage(
        id=text(reply[0]),
        token=text(reply[1]),
        url=text(reply[2]),
        site=text(reply[3]),
        source=text(reply[4]),
        feed=text(reply[5]),
        tags=lines(reply[6]),
        entry=_decode_entry(reply[7]),
        attempts=number(reply[8]),
        first_failed_at=optional_number(reply[9]),
        failures=number(reply[10]),
        listed_at=number(reply[11]),
        known_rev=number(reply[12]),
        known_print=text(reply[13]),
        held=reply[14],
        visit=text(reply[15]),
        backfill=reply[16] == b"1",
    )


def take_pages(
    keys: Keys, *, owner: str, limit: int, lease_ms: int, per_site: int, gap_ms: int, token: str
) -> Call[TakenPages]:
    """Lease up to `limit` ready pages, passing the gate of each page's site.

    Held pages whose time is over come first and pass no gate: their request lies behind them.
    """

    def decode(reply: Any) -> TakenPages:
        pages = tuple(_leased_page(page) for page in reply[0])
        return TakenPages(pages, optional_number(reply[1]), int(reply[2]))

    return call("take_pages", keys, decode, token, owner, limit, lease_ms, per_site, gap_ms)


def begin(keys: Keys, *, page_id: str, lease: str, token: str) -> Call[int | None]:
    """Charge an attempt, right before the page's bytes are decoded; answers the attempts charged so far.

    The request is over: the page's slots are free and its run of failures ends. None: the lease is lost.
    """
    return call("begin", keys, optional_number, token, page_id, lease)


def extend(keys: Keys, *, leases: Sequence[tuple[str, str]], lease_ms: int) -> Call[set[str]]:
    """Prolong (page id, lease) pairs to `lease_ms` from now; answers the ids that are still held."""
    flat = (part for pair in leases for part in pair)
    return call("extend", keys, lambda reply: {text(page_id) for page_id in reply}, lease_ms, *flat)


def hold(
    keys: Keys, *, page_id: str, lease: str, source: str, blocks: bytes, hold_ms: int, token: str
) -> Call[int | None]:
    """Set an extracted page aside for its source, at most `hold_ms`; answers the pages held for the source.

    None: the lease is lost. `take_pages` brings the page back with `blocks` in `LeasedPage.held`.
    """
    return call("hold", keys, optional_number, token, page_id, lease, source, hold_ms, blocks)


def release(keys: Keys, *, source: str, token: str) -> Call[int]:
    """Make every page held for the source takable now; answers how many."""
    return call("release", keys, number, token, source)


def learn(
    keys: Keys,
    *,
    memory: str,
    page_id: str,
    title: bytes,
    prints: bytes,
    source: str,
    site: str,
    enough: int,
    soon_ms: int,
    token: str,
) -> Call[Learned]:
    """Add an article's prints to what is known of its source; answers how the others are like it.

    `memory` names what belongs together. `prints` are entries of 6 bytes of hash and 1 of weight, 250 at
    most; `title` hashes of 3 bytes. As long as fewer than `enough` articles are known, the pages of this
    source and site that are leased or ready within `soon_ms` are counted too (`awaited`).
    """

    def decode(reply: Any) -> Learned:
        siblings = (Sibling(text(group), name, frozenset(shared)) for group, name, shared in reply[3])
        return Learned(text(reply[0]), tuple(siblings), number(reply[1]), number(reply[2]))

    return call("learn", keys, decode, token, memory, page_id, title, prints, source, site, enough, soon_ms)


def resolve(
    keys: Keys,
    *,
    page_id: str,
    lease: str,
    aliases: Sequence[str],
    token: str,
    told: Sequence[str] = (),
    fingerprint: str = "",
) -> Call[Resolved | None]:
    """Find out whether a page's other names (final address, canonical link) belong to another article.

    `aliases` are proven. `told` are only said by the page: they count where the other article is out with
    the substance of this page, by the first half of `fingerprint`, and are not remembered.

    If so this page is settled as `joined`: feeds and tags go to the other record, this id becomes an alias
    of it. Otherwise the aliases are remembered for this page. None: the lease is lost.
    Two articles that are both published stay two; a dead one takes nobody in. When the other article is out,
    the stream gets an entry `listed` for each feed of this page that is new to it.
    """

    def decode(reply: Any) -> Resolved | None:
        if reply is None:
            return None
        return Resolved(text(reply[0]), bool(reply[1]), number(reply[2]), text(reply[3]))

    return call("resolve", keys, decode, token, page_id, lease, fingerprint, len(aliases), *aliases, *told)


def revision(keys: Keys, *, page_id: str) -> Call[dict[str, str]]:
    """Read the stream entry of an article's last revision; empty when the stream has dropped it."""

    def decode(reply: Any) -> dict[str, str]:
        return {text(name): text(value) for name, value in zip(reply[::2], reply[1::2], strict=True)}

    return call("revision", keys, decode, page_id)


def publish(
    keys: Keys,
    *,
    page_id: str,
    lease: str,
    rev: int,
    event: str,
    fields: Mapping[str, bytes | str],
    fingerprint: str,
    token: str,
    outcome: str = "published",
    visit: PlannedVisit | None = None,
) -> Call[Published | None]:
    """Append a revision to the stream exactly once and settle the page.

    `fields` is the stream entry as it stands; `event` only counts. `visit` plans the page's next one.
    When this revision is out already, its stream id comes back whatever the lease. None: the lease is lost
    and this revision is not out.
    """
    flat = (part for pair in fields.items() for part in pair)

    def decode(reply: Any) -> Published | None:
        return None if reply is None else Published(text(reply[0]), bool(reply[1]))

    plan = _planned(visit)
    return call("publish", keys, decode, token, page_id, lease, rev, event, fingerprint, outcome, plan, *flat)


def settle(
    keys: Keys, *, page_id: str, lease: str, outcome: str, token: str, visit: PlannedVisit | None = None
) -> Call[bool]:
    """End a page without a stream entry: unchanged, or dropped by a named rule. False: the lease is lost."""
    return call("settle", keys, bool, token, page_id, lease, outcome, _planned(visit))


def _planned(visit: PlannedVisit | None) -> bytes:
    return _encode(visit) if visit else b""


def give_back(
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
    failure in a row. `close_site_ms` keeps everybody off the page's site for so long.
    """
    failure = int(reason not in NO_FAILURE)
    return call(
        "give_back", keys, bool, token, page_id, lease, delay_ms, reason, int(charge), failure, close_site_ms
    )


def bury(keys: Keys, *, page_id: str, lease: str, reason: str, detail: str, token: str) -> Call[bool]:
    """End a page in the dead letters. False: the lease is lost."""
    return call("bury", keys, bool, token, page_id, lease, reason, detail)
