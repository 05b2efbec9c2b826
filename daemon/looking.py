"""Looks at addresses for a person: what a feed is like, and which feeds a site has. Nothing is remembered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from config.settings import Settings
from daemon.checking import Check, check_of
from daemon.discovery import Candidate, candidates, usual_places
from daemon.output import ago, counted
from daemon.visits import Visit
from feedmill._ledger.errors import GateShutError
from feedmill._ledger.links import normalise_url
from feedmill._net import Fetched
from feedmill._net.errors import NetError
from scheduler.cage import Cage
from scheduler.documents import Document
from scheduler.schedule import Bounds

OK = range(200, 300)
WELL = frozenset({"ok", "truncated"})


@dataclass(frozen=True, slots=True)
class Looker:
    """What a look needs."""

    visit: Visit
    cage: Cage
    bounds: Bounds

    async def check(self, url: str) -> tuple[Check, Fetched | None]:
        """Request one address and judge the answer."""
        try:
            fetched = await self.visit(url)
        except GateShutError as shut:
            return Check(url=url, outcome="gate", detail=str(shut)), None
        except NetError as error:
            return Check(url=url, outcome=error.outcome, detail=error.detail), None
        if fetched.status not in OK:
            return Check(
                url=url, outcome=f"http_{fetched.status}", status=fetched.status, final_url=fetched.url
            ), fetched
        document = Document(fetched.body, fetched.headers.get("content-type"), fetched.url)
        parsed = await self.cage.parse(document)
        return check_of(url, fetched, parsed, bounds=self.bounds, now=datetime.now(UTC)), fetched

    async def find(self, url: str) -> tuple[Check, list[Check]]:
        """Look at an address, and where it is a page at what it leads to: the look, and the feeds found.

        What a page names and links to comes first; only where none of it is a feed are the usual places
        tried, until one answers. A dozen and a half requests at most.
        """
        check, fetched = await self.check(url)
        if check.outcome in WELL or fetched is None or fetched.status not in OK:
            return check, [check] if check.outcome in WELL else []
        known = {normalise_url(url)}
        found = await self._feeds(candidates(fetched.body, fetched.headers, fetched.url), known, most=None)
        return check, found or await self._feeds(usual_places(fetched.url), known, most=1)

    async def _feeds(self, asked: Sequence[Candidate], known: set[str], *, most: int | None) -> list[Check]:
        feeds: list[Check] = []
        for candidate in asked:
            if normalise_url(candidate.url) in known:
                continue
            check, _ = await self.check(candidate.url)
            known |= {normalise_url(candidate.url), normalise_url(check.final_url or candidate.url)}
            if check.outcome in WELL:
                feeds.append(check)
            if len(feeds) == most:
                break
        return feeds


def bounds_of(settings: Settings) -> Bounds:
    """Give the operator's limits between polls."""
    polling = settings.polling
    return Bounds(
        interval=polling.interval, min_interval=polling.min_interval, max_interval=polling.max_interval
    )


def sample_of(check: Check) -> str:
    """Describe a feed in a few lines: what it is called, how often it has something, what was last."""
    often = f", one every {ago(check.every_s * 1000)}" if check.every_s else ""
    newest = f", newest {check.newest:%Y-%m-%d %H:%M} UTC" if check.newest else ""
    head = f"{check.title or 'without a title'}  {check.url}"
    about = f"  {check.form or 'a feed'}, {counted(check.entries, 'entry')}{often}{newest}"
    return "\n".join([head, about, *(f"  - {title}" for title in check.newest_titles)])
