"""One page's turn: requested with others in flight, then read and published alone at the desk."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import TypeVar
from uuid import uuid4

import structlog

from feedmill._ledger import page_calls
from feedmill._ledger.answers import Resolved
from feedmill._ledger.errors import LedgerError
from feedmill._ledger.gateway import Gateway
from feedmill._ledger.ledger import Ledger
from feedmill._ledger.records import PlannedVisit
from feedmill._ledger.robots import Robots
from feedmill._ledger.told import names_contact
from feedmill._net.door import Door
from feedmill._net.fetched import Fetched
from worker import limits
from worker.bench import Bench
from worker.course import usual_words
from worker.fingerprints import fingerprint
from worker.found import read_again, read_found
from worker.held import Held, unpack
from worker.known import LOST, Known
from worker.learning import Waits, learn
from worker.noting import note
from worker.outcomes import Outcomes, Turn
from worker.page import Cleaned, Rejected
from worker.publish import article_of, fields_of, names_of
from worker.request import NOT_MODIFIED, Way, request
from worker.retry import Failing, Later, Never, after_passing
from worker.visits import GONE, after_page, validators

T = TypeVar("T")
_TAUGHT = ("created", "updated", "unchanged", "held", "lost")
"""Ends of a page that its source's held pages need not be told of: it was learned from, or goes on."""

log = structlog.get_logger()


def utc_now() -> datetime:
    """Give the present time with its zone."""
    return datetime.now(UTC)


class Desk:
    """Where pages are read, one at a time: lxml and trafilatura crash in several threads.

    What a crash charges is the page in hand, so no second page is begun before the first one's end.
    """

    def __init__(
        self,
        bench: Bench,
        ledger: Ledger,
        door: Door,
        *,
        gateway: Gateway,
        robots: Robots,
        clock: Callable[[], datetime] = utc_now,
        rng: Random | None = None,
    ) -> None:
        self.bench = bench
        self.ledger = ledger
        self.outcomes = Outcomes(bench, ledger)
        self._door = door
        self._gateway = gateway
        self._robots = robots
        self._clock = clock
        self._rng = rng or Random()  # noqa: S311  jitter is no secret
        self._free = asyncio.Lock()

    async def serve(self, turn: Turn) -> None:
        """Take a page from its request to its end, and log how it ended."""
        started = time.monotonic()
        page = turn.page
        found = await self._fetch(turn)
        known = self._known(turn)
        if isinstance(found, Fetched) and found.status == NOT_MODIFIED:
            outcome, reason = await known.not_modified()
        elif isinstance(found, Never) and await self._is_gone(known, found):
            outcome, reason = await known.gone(found.reason)
        elif isinstance(found, Later) or (isinstance(found, Never) and not page.entry.content):
            outcome, reason = await self._released(turn, await self.outcomes.put_off(turn, found))
        else:
            async with self._free:
                turn.at_desk = True
                outcome, reason = await self._read(turn, found)
        self.bench.meters.page(outcome, page.tags)
        log.info(
            "page",
            id=page.id,
            source=page.source,
            url=page.url,
            outcome=outcome,
            **({"reason": reason} if reason else {}),
            ms=round((time.monotonic() - started) * 1000),
        )

    async def _fetch(self, turn: Turn) -> Fetched | Held | Later | Never | Exception | None:
        """Request the page; None: the feed's own words are all there is. What nobody foresaw is answered."""
        page = turn.page
        if page.held is not None:
            return unpack(page.held)
        if page.entry.link is None:
            return None
        try:
            async with self._gateway.trip(page.id, held=page.site, since=turn.taken_at) as trip:
                return await request(
                    page,
                    door=self._door,
                    way=Way(self._robots, trip, names_contact(self.bench.door.user_agent)),
                    deadline_s=self.bench.page_timeout,
                    clock=self._clock,
                    rng=self._rng,
                )
        except LedgerError:
            raise
        except Exception as error:  # noqa: BLE001  `_read` charges the page with it: uncharged, it would loop
            return error  # also with a MemoryError: raised here it would end the horse, and nobody be charged

    def _known(self, turn: Turn) -> Known:
        return Known(self.bench, turn.page, lambda call: self.outcomes.insist(turn, call), self._clock())

    async def _is_gone(self, known: Known, why: Never) -> bool:
        """Tell whether it is a published page that is gone, not one that the feed's words stand in for."""
        if why.reason not in GONE or not known.page.known_rev:
            return False
        return not (known.page.entry.content and await known.is_the_feeds_own())

    async def _read(self, turn: Turn, found: Fetched | Held | Never | Exception | None) -> tuple[str, str]:
        """Do what may end this process: from here on the page is charged with it."""
        attempts = await self.outcomes.insist(
            turn,
            page_calls.begin(self.bench.keys, page_id=turn.page.id, lease=turn.page.token, token=uuid4().hex),
        )
        if attempts is None:
            return LOST, ""
        if self.bench.cpu is not None:
            limits.allow_cpu(self.bench.cpu)
        if isinstance(found, MemoryError):
            limits.leave_for_memory()
        if isinstance(found, Exception):
            return await self.outcomes.charge(turn, attempts, found)
        try:
            return await self._released(turn, await self._finish(turn, found))
        except MemoryError:
            limits.leave_for_memory()
            raise
        except LedgerError:
            raise
        except Exception as error:  # noqa: BLE001  the one place that answers for whatever a page sets off
            return await self.outcomes.charge(turn, attempts, error)

    async def _released(self, turn: Turn, ended: tuple[str, str]) -> tuple[str, str]:
        """Let the held pages of a source look again when one of its pages ended without being learned."""
        if ended[0] not in _TAUGHT:
            call = page_calls.release(self.bench.keys, source=turn.page.source, token=uuid4().hex)
            await self.outcomes.insist(turn, call)
        return ended

    async def _finish(self, turn: Turn, found: Fetched | Held | Never | None) -> tuple[str, str]:
        page, keys = turn.page, self.bench.keys
        lease = {"page_id": page.id, "lease": page.token}
        url = found.url if isinstance(found, Fetched | Held) else page.url
        began = time.perf_counter()
        read = found.cleaned if isinstance(found, Held) else read_found(page, found, self.bench.without)
        self.bench.meters.stage("read", time.perf_counter() - began)
        if isinstance(found, Fetched):
            before = await note(
                self.bench,
                page,
                url,
                read,
                now=self._clock(),
                ask=lambda call: self.outcomes.insist(turn, call),
            )
            read = read_again(page, found, read, usual_words(before), self.bench.without)
        if isinstance(read, Rejected):
            return await self._reject(turn, found, read)
        names, told = names_of(page, url, read.canonical_url)
        call_of_names = page_calls.resolve(
            keys, **lease, aliases=names, told=told, fingerprint=fingerprint(read, url=url), token=uuid4().hex
        )
        known = await self.outcomes.insist(turn, call_of_names)
        if known is None:
            return LOST, ""
        if not known.own:
            return "joined", known.id
        given = validators(found.headers) if isinstance(found, Fetched) else ("", "")
        held = found
        if not isinstance(held, Held):
            held = Held(url=url, read_at=self._clock(), cleaned=read, validators=given)
        stripped = await learn(
            self.bench, page, held, now=self._clock(), ask=lambda call: self.outcomes.insist(turn, call)
        )
        if isinstance(stripped, Waits):
            return (LOST if stripped.lost else "held"), ""
        return await self._publish(turn, held, stripped, known)

    async def _reject(
        self, turn: Turn, found: Fetched | Held | Never | None, read: Rejected
    ) -> tuple[str, str]:
        """End a page that is no article, or put it off where it may still become one."""
        if isinstance(found, Never):
            return await self.outcomes.give_up(turn, found)
        failing = Failing(turn.page.failures, turn.page.first_failed_at)
        later = after_passing(read.outcome, failing, now=self._clock(), rng=self._rng)
        if later:
            return await self.outcomes.put_off(turn, later)
        outcome, _ = await self._known(turn).settle(read.outcome)
        return outcome, read.detail

    async def _publish(self, turn: Turn, held: Held, read: Cleaned, known: Resolved) -> tuple[str, str]:
        """Publish what is new in substance; `read` is the held page without its source's boilerplate."""
        page, keys = turn.page, self.bench.keys
        lease = {"page_id": page.id, "lease": page.token}
        substance = fingerprint(held.cleaned, read, url=held.url)
        now = self._clock()
        event = "updated" if known.known_rev else "created"
        article = article_of(page, read, rev=known.known_rev + 1, url=held.url, fetched_at=held.read_at)
        judged = self._known(turn)

        def following(*, changed: bool) -> PlannedVisit | None:
            return after_page(page, held.validators, self.bench.revisits, now=judged.now_ms, changed=changed)

        changes = None
        if known.known_rev:
            ended = await judged.changed(known, read, substance, article, following(changed=False))
            if isinstance(ended, tuple):
                return ended
            changes = ended
        began = time.perf_counter()
        published = await self.outcomes.insist(
            turn,
            page_calls.publish(
                keys,
                **lease,
                rev=article.rev,
                event=event,
                fields=fields_of(article, event=event, now=now, changes=changes),
                fingerprint=substance,
                visit=following(changed=True),
                token=uuid4().hex,
            ),
        )
        self.bench.meters.stage("publish", time.perf_counter() - began)
        if published:
            self.bench.meters.removed(article.removed)
        if published and event == "created" and not page.backfill:
            self.bench.meters.published(now.timestamp() - page.listed_at / 1000)
        return (event if published else LOST), ""
