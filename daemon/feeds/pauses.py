"""Pauses and resumes what an operator names: everything, a site or a feed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import redis

from daemon.errors import InvalidRequestError
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import SyncLedger
from feedmill._ledger.identity.article_and_feed_ids import name_feed
from feedmill._ledger.identity.registrable_domain import find_site
from feedmill._ledger.operations.feed_operations import list_feeds
from feedmill._ledger.operations.pause_operations import pause_work, resume_work
from feedmill._ledger.operations.site_request_operations import read_request_report

_WEEKS_ASKED = 5
"""Weeks in which a request to a site shows that it is one of feedmill's: as many as the record keeps."""


@dataclass(frozen=True, slots=True)
class PauseEntry:
    """One thing that is paused."""

    what: str
    """`all`, a site, or a feed's URL."""
    kind: str
    """all, site or feed."""
    since_ms: int


class PauseStore:
    """The pauses of one ledger."""

    def __init__(self, client: redis.Redis, prefix: str) -> None:
        self._client = client
        self._keys = Keys(prefix)
        self._ledger = SyncLedger(client, self._keys)

    def resolve_name(self, said: str) -> tuple[str, str]:
        """Return the ledger's name for what an operator said, and how to show it.

        Raises InvalidRequestError.
        """
        if said == "all":
            return "all", "everything"
        if "://" in said:
            return f"feed:{name_feed(said)}", said
        site = find_site(f"http://{said}/")
        if not site or "/" in said or " " in said:
            raise InvalidRequestError(f"{said}: give `all`, a feed's URL, or a site such as example.org")
        return f"site:{site}", site

    def require_site(self, site: str, own: Iterable[str]) -> None:
        """Raise InvalidRequestError for a site of no feed, of no page and not among the operator's `own`."""
        if site in own or any(feed.site == site for feed in self._ledger.run(list_feeds(self._keys))):
            return
        sent = self._ledger.run(read_request_report(self._keys, weeks=_WEEKS_ASKED, limit=1, site=site))
        if not any(one.counts.get("requests") for one in sent):
            raise InvalidRequestError(
                f"{site}: no feed and no page is of this site; `feedmill feeds report` lists the sites"
            )

    def pause(self, name: str) -> int:
        """Pause it: 1, 0 when it was, -1 when there is no such feed."""
        return self._ledger.run(pause_work(self._keys, what=name, token=uuid4().hex))

    def resume(self, name: str) -> bool:
        """Go on with it; False when it was not paused."""
        return self._ledger.run(resume_work(self._keys, what=name, token=uuid4().hex))

    def list_pauses(self) -> list[PauseEntry]:
        """List what is paused."""
        found: Any = self._client.hgetall(self._keys.paused())
        urls = (
            {f"feed:{feed.id}": feed.url for feed in self._ledger.run(list_feeds(self._keys))}
            if found
            else {}
        )
        return sorted(
            (
                PauseEntry(
                    urls.get(name, name.partition(":")[2]) or "all", name.partition(":")[0], int(moment)
                )
                for name, moment in ((raw.decode(), at) for raw, at in found.items())
            ),
            key=lambda one: (one.kind, one.what),
        )


def find_pauses_of_feed(paused: Iterable[PauseEntry], url: str) -> list[PauseEntry]:
    """Pick the pauses that keep feedmill from a feed."""
    names = {("all", "all"), ("site", find_site(url)), ("feed", url)}
    return [one for one in paused if (one.kind, one.what) in names]


def format_since(paused: PauseEntry) -> str:
    """Write since when it is paused."""
    return datetime.fromtimestamp(paused.since_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
