"""A simulated week of polls and pages: the report finds nothing, and an independent auditor agrees."""

import pytest
import redis.asyncio
from ledger_desk import DAY
from week import HOUR, Channel, week_of
from week_auditor import Auditor, agree

import scheduler.polling.next_poll_decision
import scheduler.polling.poll_stages
from scheduler.polling.poll_values import PollRequest


def without_validators(*given: object) -> PollRequest:
    feed = given[0]
    return PollRequest(url=feed.url, headers={}, conditional=False)  # type: ignore[attr-defined]


def deaf(*_: object) -> None:
    return None


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ("unconditional", (scheduler.polling.poll_stages, "build_poll_request", without_validators)),
        ("fresh", (scheduler.polling.next_poll_decision, "read_max_age", deaf)),
        ("gap", None),
        ("retry_after", (scheduler.polling.next_poll_decision, "read_retry_after_s", deaf)),
    ],
)
async def test_a_broken_run_is_found(
    redis_client: redis.asyncio.Redis, redis_url: str, monkeypatch: pytest.MonkeyPatch,
    rule: str, fault: tuple[object, str, object] | None,
) -> None:  # fmt: skip
    channels = [
        Channel(host="127.0.1.1", name="one", every=3),
        Channel(host="127.0.1.1", name="two", every=3, max_age=7200),
        Channel(host="127.0.1.2", name="three", every=2, refuses=((3 * HOUR, 20 * HOUR, 503),)),
    ]
    if fault:
        monkeypatch.setattr(*fault)
    gap = {"forgetful": rule == "retry_after"} if fault else {"real_gap_ms": 0}
    async with week_of(channels, redis_client, redis_url, **gap) as week:
        await week.live(DAY)
        auditor = Auditor(week.world.log, channels)
        broken = await agree(week, auditor)
    assert rule in set().union(*broken.values())
    seen = {site: rules - {"at_once"} for site, rules in broken.items()}  # a log of arrivals shows no overlap
    assert {site: rules for site, rules in seen.items() if rules} == auditor.broken()
