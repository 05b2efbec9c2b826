"""The operator's feeds, sites and routes become the ledger's, by whichever process owns the list."""

import asyncio
from typing import Any

import redis.asyncio

from config.sections.route_tables import ListedRoute
from config.sections.site_tables import ListedSite
from config.settings import Settings
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.core.records import FeedSpec
from scheduler.ledger_config_sync import FEEDS_PER_CALL, apply_feed_list, apply_lists
from scheduler.retrying_ledger import RetryingLedger

KEYS = Keys()
SETTINGS = Settings(sites=(ListedSite(site="site.example", gap=7.0),), routes=(ListedRoute(stream="part"),))


def feeds(count: int) -> list[FeedSpec]:
    return [FeedSpec(url=f"https://site.example/{number}", source="S") for number in range(count)]


class CallRecorder(RetryingLedger):
    """The ledger, with the scripts that were run."""

    def __init__(self, client: redis.asyncio.Redis) -> None:
        super().__init__(Ledger(client, KEYS), asyncio.Event())
        self.scripts: list[str] = []

    async def run(self, build: Any) -> Any:
        """Run it, and note its script."""
        self.scripts.append(build(KEYS).script)
        return await super().run(build)


async def test_rules_are_in_force_before_a_feed_is_listed(redis_client: redis.asyncio.Redis) -> None:
    ledger = CallRecorder(redis_client)
    applied = await ledger.run_steps(apply_lists(KEYS, SETTINGS, feeds(2)))
    assert ledger.scripts == ["apply_sites", "apply_routes", "feed_ids", "apply_feeds"]
    assert (len(applied.added), len(applied.changed), len(applied.removed)) == (2, 0, 0)
    assert b"site.example" in await redis_client.hkeys(KEYS.sites())
    again = await ledger.run_steps(apply_lists(KEYS, SETTINGS, feeds(2)))
    assert (again.added, again.changed, again.removed) == ((), (), ())


async def test_a_long_list_is_applied_in_parts_and_answers_as_one(redis_client: redis.asyncio.Redis) -> None:
    ledger = CallRecorder(redis_client)
    applied = await ledger.run_steps(apply_feed_list(KEYS, feeds(FEEDS_PER_CALL + 1)))
    assert ledger.scripts == ["feed_ids", "apply_feeds", "apply_feeds"]
    assert len(applied.added) == FEEDS_PER_CALL + 1
    shorter = await ledger.run_steps(apply_feed_list(KEYS, feeds(1)))
    assert len(shorter.removed) == FEEDS_PER_CALL
