"""Applies the operator's feed list and rules for sites and routes to the ledger."""

from collections.abc import Collection, Generator, Sequence
from typing import Any
from uuid import uuid4

import structlog

from config.sections.site_tables import ListedSite
from config.settings import Settings
from feedmill._ledger.core.feed_operation_results import AppliedFeeds
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.operation_call import Call
from feedmill._ledger.core.records import FeedSpec
from feedmill._ledger.core.site_and_route_rules import RouteRule, SiteRule
from feedmill._ledger.identity.article_and_feed_ids import name_feed
from feedmill._ledger.identity.registrable_domain import find_site_of_host
from feedmill._ledger.operations.feed_operations import apply_feeds, list_feed_ids
from feedmill._ledger.operations.rule_operations import apply_routes, replace_site_rules
from feedmill._ledger.politeness.rate_limiter import make_site_pace

FEEDS_PER_CALL = 1000
"""Feeds in one call: about a tenth of a second of the server's time."""

LedgerSteps = Generator[Call[Any], Any, AppliedFeeds]
"""Calls of the ledger in order: each is sent its answer, by a caller that can wait for the server."""


def apply_lists(keys: Keys, settings: Settings, feeds: Sequence[FeedSpec]) -> LedgerSteps:
    """Make the operator's sites, routes and feeds those of the ledger.

    The rules come first: another scheduler may poll a feed as soon as it is listed.
    """
    log = structlog.get_logger()
    rules = build_site_rules(settings)
    for site in (yield apply_site_rules(keys, settings)):
        log.info("site", site=site, rule=rules.get(site, "none any more"))
    for route in (yield apply_route_rules(keys, settings)):
        log.info("route", stream=route)
    return (yield from apply_feed_list(keys, feeds))


def apply_feed_list(keys: Keys, feeds: Sequence[FeedSpec]) -> LedgerSteps:
    """Make these feeds the ledger's list; returns what that has changed."""
    known = yield list_feed_ids(keys)
    answers: list[AppliedFeeds] = []
    for call in build_apply_calls(keys, feeds=feeds, known=known, token=uuid4().hex):
        answers += [(yield call)]
    return merge_answers(answers)


def build_site_rules(settings: Settings) -> dict[str, SiteRule]:
    """Return the operator's rules by site."""
    return list_site_rules(settings.sites)


def list_site_rules(sites: Sequence[ListedSite]) -> dict[str, SiteRule]:
    """Return the rules of `[[sites]]` tables by site; a host stands for the site that it belongs to."""
    return {
        find_site_of_host(listed.site): SiteRule(
            per_site=listed.per_site,
            gap_ms=None if listed.gap is None else round(listed.gap * 1000),
            robots="ignore" if listed.robots == "ignore" else "obey",
            reason=listed.reason,
            overrides=listed.overrides,
            origins=listed.credentials.origins if listed.credentials and listed.credentials.is_secret else (),
        )
        for listed in sites
    }


def apply_site_rules(keys: Keys, settings: Settings) -> Call[tuple[str, ...]]:
    """Make the operator's rules for single sites those of the ledger."""
    pace = make_site_pace(settings.politeness)
    return replace_site_rules(
        keys,
        rules=build_site_rules(settings),
        per_site=pace.per_site,
        gap_ms=pace.gap_ms,
        most_ms=pace.max_gap_ms,
        token=uuid4().hex,
    )


def apply_route_rules(keys: Keys, settings: Settings) -> Call[tuple[str, ...]]:
    """Make the operator's routes those of the ledger; what a route leaves open is as for the main stream."""
    stream = settings.stream
    routes = {
        route.stream: RouteRule(
            keep_ms=round((stream.keep if route.keep is None else route.keep) * 1000),
            max_bytes=stream.max_bytes if route.max_bytes is None else route.max_bytes,
            protect=route.protect,
            sources=route.sources,
            tags=route.tags,
            langs=route.langs,
            feeds=route.feeds,
            events=route.events,
            text_from=route.text_from,
            firsts_days=settings.stories.window_days if route.firsts else 0,
        )
        for route in settings.routes
    }
    return apply_routes(keys, routes=routes, token=uuid4().hex)


def build_apply_calls(
    keys: Keys, *, feeds: Sequence[FeedSpec], known: Collection[str], token: str
) -> list[Call[AppliedFeeds]]:
    """Return the calls that together make this the feed list; `known` are the ids of the listed feeds.

    One call does for short lists, in one step.
    """
    if max(len(feeds), len(known)) <= FEEDS_PER_CALL:
        return [apply_feeds(keys, feeds=feeds, token=token)]
    gone = sorted(set(known).difference(name_feed(spec.url) for spec in feeds))
    parts: list[tuple[Sequence[FeedSpec], Sequence[str]]]
    parts = [(feeds[at : at + FEEDS_PER_CALL], ()) for at in range(0, len(feeds), FEEDS_PER_CALL)]
    parts += [((), tuple(gone[at : at + FEEDS_PER_CALL])) for at in range(0, len(gone), FEEDS_PER_CALL)]
    return [
        apply_feeds(keys, feeds=listed, gone=off, token=f"{token}{number}")
        for number, (listed, off) in enumerate(parts)
    ]


def merge_answers(answers: Sequence[AppliedFeeds]) -> AppliedFeeds:
    """Join the answers of all calls."""
    return AppliedFeeds(
        tuple(url for answer in answers for url in answer.added),
        tuple(url for answer in answers for url in answer.changed),
        tuple(url for answer in answers for url in answer.removed),
        max(answer.generation for answer in answers),
    )
