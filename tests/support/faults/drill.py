"""A drill: a web that grows, a mill that works, faults all along, and at the end the audit."""

import asyncio
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from faults.audit import Verdict, audit, read
from faults.mill import Mill
from faults.strike import Strike, Striker
from faults.web import FakeWeb, fake_web

RESUME_S = 15.0
"""Work goes on within the lease and so many seconds more."""
_LOOK_S = 0.25
_BEGUN_S = 4.0
"""How long a fault waits for pages to be in work."""
_WINDOW = 40
"""No more new entries while a site has so many that nobody has asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a drill does."""

    seed: int
    articles: int
    strikes: Sequence[str]
    """Kinds in any order: the seed shuffles them."""
    correct: float = 0.1
    """Corrections for each article."""
    pause: tuple[float, float] = (0.3, 1.5)
    """Seconds between two faults."""
    wait: float = 0.5
    """Share of the faults after which work must have gone on before the next one: their time is taken."""
    away: float = 10.0
    lease: int = 5
    processes: int = 2
    sites: int = 10
    drain: float = 90.0
    """Seconds that may pass at the end without anything happening."""
    editions: int = 2
    """Of an article at most; the third waits for two minutes."""
    minutes: float = float("inf")
    """After so many no further article is offered and no further fault done: what there was is audited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillResult:
    """What a drill found."""

    plan: Plan
    verdict: Verdict
    strikes: tuple[Strike, ...]
    resumed: tuple[tuple[Strike, float], ...]
    """Each fault that was followed, and the seconds until a page ended after it."""
    requests: int
    fetched_again: int
    said: Counter[str]
    seconds: float
    stopped: int
    """Exit code of `up`."""

    @property
    def slowest(self) -> float:
        """Seconds until work went on, at worst."""
        return max((seconds for _, seconds in self.resumed), default=0.0)

    @property
    def good(self) -> bool:
        """Say whether the audit found nothing and work always went on in time."""
        return self.verdict.clean and self.slowest <= self.plan.lease + RESUME_S

    def figures(self) -> str:
        """Print what came out."""
        kinds = Counter(strike.kind for strike in self.strikes if strike.hit)
        missed = Counter(strike.kind for strike in self.strikes if not strike.hit)
        times = sorted(seconds for _, seconds in self.resumed) or [0.0]
        slow = [
            f"  {strike.kind} over at {strike.over:.1f}: {seconds:.1f} s until work went on"
            for strike, seconds in self.resumed
            if seconds > self.plan.lease + RESUME_S
        ]
        worst = max(self.resumed, key=lambda pair: pair[1], default=None)
        said = {
            name: self.said[name]
            for name in ("page:lost", "reap", "abandoned", "child_ended", "poll_lost", "traceback")
            if self.said[name]
        }
        return (
            f"seed {self.plan.seed} lease {self.plan.lease} s, {self.seconds:.0f} s: "
            f"{self.verdict.figures()}\n"
            f"  faults {sum(kinds.values())} {dict(kinds)}"
            + (f" missed {dict(missed)}" if missed else "")
            + f"; work went on after {times[len(times) // 2]:.1f} s at the median of {len(self.resumed)}, "
            + f"{times[-1]:.1f} s at worst ({worst[0].kind if worst else 'none'})"
            f"; refused from orphans {self.said['page:lost'] + self.said['poll:stale']}"
            f"; fetched again {self.fetched_again} of {self.requests}; up exits {self.stopped}; log {said}"
            + "".join(f"\n{line}" for line in slow)
        )


async def drill(plan: Plan) -> DrillResult:
    """Do a drill in a folder of its own, which stays when something was found."""
    folder = Path(tempfile.mkdtemp(prefix="fault-", dir="/tmp"))
    async with fake_web(plan.seed, sites=plan.sites) as web:
        web.editions = plan.editions
        mill = Mill(folder, processes=plan.processes, lease=plan.lease)
        mill.configure(web.feeds())
        try:
            outcome = await _drill(plan, web, mill)
        finally:
            mill.destroy()
    if outcome.good:
        shutil.rmtree(folder, ignore_errors=True)
    return outcome


async def _drill(plan: Plan, web: FakeWeb, mill: Mill) -> DrillResult:
    rng = random.Random(plan.seed)
    started = time.monotonic()
    strikes = list(plan.strikes)
    rng.shuffle(strikes)
    share = max(1, plan.articles // (len(strikes) + 2))
    web.offer(min(2 * share, plan.articles))
    await asyncio.to_thread(mill.start)
    await asyncio.to_thread(mill.await_server)
    await until(lambda: web.requests["a"] > 0, 180)
    striker = Striker(mill, rng, plan.away)
    times: list[tuple[Strike, float]] = []
    ends = started + plan.minutes * 60
    for kind in strikes:
        if time.monotonic() > ends:
            break
        await asyncio.sleep(rng.uniform(*plan.pause))
        await until(lambda: web.books.waiting < _WINDOW * plan.sites, plan.drain)
        web.offer(min(share, plan.articles - len(web.books.stories)))
        web.correct(int(share * plan.correct + rng.random()))
        await until(_more_than(web.requests["a"], web), _BEGUN_S)  # under load, not before it
        strike = await striker.strike(kind)
        if rng.random() < plan.wait:
            times.append((strike, await resumed(web, mill, strike, plan.lease + 2 * RESUME_S)))
    while (missing := plan.articles - len(web.books.stories)) > 0 and time.monotonic() < ends:
        web.offer(min(share, missing))
        await until(lambda: web.books.waiting < _WINDOW * plan.sites, plan.drain)
    await drain(web, mill, plan.drain)
    return await asyncio.to_thread(_judge, plan, web, mill, striker.done, times, started)


def _more_than(asked: int, web: FakeWeb) -> Callable[[], bool]:
    return lambda: web.requests["a"] > asked


async def until(holds: Callable[[], bool], limit: float) -> None:
    """Wait until something holds, at most so many seconds."""
    ends = time.monotonic() + limit
    while not holds() and time.monotonic() < ends:  # noqa: ASYNC110  another process's state
        await asyncio.sleep(0.05)


async def drain(web: FakeWeb, mill: Mill, limit: float) -> None:
    """Wait until everything has ended, twice in a row, or nothing more happens for `limit` seconds."""
    calm, last, since = 0, None, time.monotonic()
    while calm < 2 and time.monotonic() - since < limit:
        await asyncio.sleep(_LOOK_S)
        now = await asyncio.to_thread(mill.census)
        if now is None:
            continue
        open_ = now.ready + now.deferred + now.leased + now.held
        calm = calm + 1 if not (open_ or web.books.waiting) else 0
        state = (open_, web.books.waiting, sum(now.settled.values()))
        if state != last:
            last, since = state, time.monotonic()


async def resumed(web: FakeWeb, mill: Mill, strike: Strike, limit: float) -> float:
    """Wait until a page has ended after a fault, and answer the seconds that it took."""
    before = None
    while (passed := time.time() - strike.over) < limit:
        now = await asyncio.to_thread(mill.census)
        if now is not None:
            ended = sum(now.settled.values()) + now.dead
            before = ended if before is None else before
            # what is put off has its own time (a third edition waits for two minutes), what is held a minute
            idle = not (now.ready or now.leased) and web.books.waiting <= now.deferred
            if ended > before or idle:
                break
        await asyncio.sleep(_LOOK_S)
    return passed


def _judge(  # noqa: PLR0917  the books of one drill
    plan: Plan,
    web: FakeWeb,
    mill: Mill,
    strikes: Sequence[Strike],
    resumed: Sequence[tuple[Strike, float]],
    started: float,
) -> DrillResult:
    mill.await_server()
    doctor = mill.command("doctor").returncode
    with mill.client() as client:
        evidence = read(client, mill.keys, doctor=doctor)
    verdict = audit(web.books, evidence)
    verdict.lost += [f"report {s.number} edition {s.edition} never asked for" for s in web.books.unasked]
    return DrillResult(
        plan=plan,
        verdict=verdict,
        strikes=tuple(strikes),
        resumed=tuple(resumed),
        requests=web.requests["a"],
        fetched_again=sum(max(0, story.requests - story.edition) for story in web.books.stories),
        stopped=mill.stop(),
        said=mill.said(),
        seconds=time.monotonic() - started,
    )
