"""Who refuses in a site's stead is told by what is set on refusals alone."""

from datetime import UTC, datetime
from random import Random

import pytest
from ledger_desk import Desk
from origin import Reply, serve
from poll_desk import URL, Poll

from feedmill._metrics.counters import ProcessCounters
from feedmill._net.client.http_client import HttpClient
from feedmill._net.client_settings import HttpClientSettings
from feedmill._net.refusing_party import find_refusing_party
from worker.fetching.retry_policy import GIVE_UP_AFTER_MS, FailureRun, GiveUp, after_status


@pytest.mark.parametrize(
    ("status", "headers", "party"),
    [
        (403, {"cf-mitigated": "challenge", "server": "cloudflare"}, "cloudflare"),
        (403, {"server": "cloudflare"}, ""),  # the site itself refuses behind it
        (403, {"x-datadome": "protected"}, "datadome"),
        (403, {"server": "DataDome"}, "datadome"),
        (403, {"server": "AkamaiGHost"}, "akamai"),
        (403, {"server": "AkamaiNetStorage"}, ""),
        (405, {"x-amzn-waf-action": "captcha"}, "aws_waf"),
        (403, {"x-sucuri-block": "x"}, "sucuri"),
        (429, {"cf-mitigated": "block"}, "cloudflare"),
        (200, {"cf-mitigated": "challenge"}, ""),
        (404, {"server": "AkamaiGHost"}, ""),
        (403, {}, ""),
    ],
)
def test_a_party_is_named_by_its_own_fields(status: int, headers: dict[str, str], party: str) -> None:
    assert find_refusing_party(status, headers) == party


def test_a_poll_says_who_refused(desk: Desk) -> None:
    poll = Poll(desk)
    poll.answered(status=403, cf_mitigated="challenge")
    assert (desk.feed(URL).outcome, desk.feed(URL).detail) == ("http_403", "refused by cloudflare")
    poll.answered(status=403)
    assert desk.feed(URL).detail == ""


def test_a_page_that_is_given_up_says_who_refused() -> None:
    now = datetime(2026, 1, 9, tzinfo=UTC)
    began = FailureRun(9, round(now.timestamp() * 1000) - GIVE_UP_AFTER_MS)
    ended = after_status(403, {"x-datadome": "1"}, began, now=now, rng=Random(1))
    assert isinstance(ended, GiveUp)
    assert ended.detail.startswith("refused by datadome; failed 10 times in a row since 2026-01-02")


async def test_refusals_are_counted_by_who_refuses() -> None:
    meters = ProcessCounters()
    refusal = Reply(status=403, headers={"cf-mitigated": "challenge"})
    settings = HttpClientSettings(user_agent="t", allow_private=("127.0.0.0/8",))
    async with serve({"/": refusal}) as origin, HttpClient(settings, listener=meters.count_request) as client:
        await client.fetch(origin.url("/"), deadline_s=60)
    labels = {"kind": "other", "by": "cloudflare"}
    assert meters.registry.get_sample_value("feedmill_refusals_total", labels) == 1
