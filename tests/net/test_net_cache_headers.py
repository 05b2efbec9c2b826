"""How long a response is fresh, and when its server wants the next request."""

from datetime import UTC, datetime

import pytest

from feedmill._ledger.politeness.request_audit_record import RequestSummary, build_request_record
from feedmill._net.cache_and_retry_headers import WaitRequest, read_max_age, read_retry_after_s
from feedmill._net.client.exchange_record import Exchange, RequestPurpose

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
WEEK = 7 * 86400


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Mon, 02 Mar 2026 10:02:00 GMT", 120),
        ("Mon, 02 Mar 2026 11:02:00 +0100", 120),
        ("Monday, 02-Mar-26 10:02:00 GMT", 120),
        ("Mon Mar  2 10:02:00 2026", 120),
        ("Mon, 02 Mar 2026 09:00:00 GMT", 0),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("soon", None),
        ("", None),
        ("9" * 400, WEEK),
    ],
)
def test_retry_after_is_read_in_both_forms(header: str, seconds: float | None) -> None:
    assert read_retry_after_s({"retry-after": header}, NOW) == seconds


@pytest.mark.parametrize(
    ("headers", "asked"),
    [
        ({}, None),
        ({"cache-control": "max-age=600"}, WaitRequest("max_age", 600)),
        ({"cache-control": 'public, Max-Age="600"'}, WaitRequest("max_age", 600)),
        ({"cache-control": "max-age=600", "age": "200"}, WaitRequest("max_age", 400)),
        ({"cache-control": "max-age=600", "age": "900"}, WaitRequest("max_age", 0)),
        ({"cache-control": "max-age=600", "age": "old"}, WaitRequest("max_age", 600)),
        ({"cache-control": "s-maxage=600"}, None),
        ({"cache-control": "no-cache, max-age=600"}, None),
        ({"cache-control": "no-store"}, None),
        ({"cache-control": "max-age=soon", "expires": "Mon, 02 Mar 2026 12:00:00 GMT"}, None),
        ({"expires": "Mon, 02 Mar 2026 12:00:00 GMT"}, WaitRequest("expires", 7200)),
        (
            {"expires": "Mon, 02 Mar 2026 12:00:00 GMT", "date": "Mon, 02 Mar 2026 11:00:00 GMT"},
            WaitRequest("expires", 3600),  # the server's clock is an hour ahead
        ),
        ({"expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, WaitRequest("expires", 0)),
        ({"expires": "0"}, None),
        (
            {"expires": "Mon, 02 Mar 2026 12:00:00 GMT", "cache-control": "max-age=60"},
            WaitRequest("max_age", 60),
        ),
    ],
)
def test_freshness_is_read_from_the_headers(headers: dict[str, str], asked: WaitRequest | None) -> None:
    assert read_max_age(headers, NOW) == asked


def test_a_date_to_come_back_at_is_read_by_the_servers_clock() -> None:
    said = {"retry-after": "Wed, 01 Jan 2020 02:00:00 GMT", "date": "Wed, 01 Jan 2020 00:00:00 GMT"}
    assert read_retry_after_s(said, NOW) == 7200


@pytest.mark.parametrize(
    ("control", "seconds"),
    [
        ("max-age=600, max-age=60", 600),  # RFC 9111 section 4.2.1: the first of several
        ("max-age=60, public, max-age=soon", 60),
        ('community="a, max-age=5", max-age=60', 60),  # a comma within quotes parts nothing
        ("max-age=60;foo", 60),
    ],
)
def test_of_directives_the_first_of_a_name_counts(control: str, seconds: float) -> None:
    assert read_max_age({"cache-control": control}, NOW) == WaitRequest("max_age", seconds)


def record(status: int, headers: dict[str, str]) -> tuple[int, int]:
    exchange = Exchange(
        purpose=RequestPurpose(kind="feed", name="f1"),
        hop=0,
        url="https://press.example/feed",
        sent={"user-agent": "feedmill (+https://reader.example)"},
        began=10.0,
        answered=11.0,
        ended=12.0,
        status=status,
        headers=headers,
        body=b"",
    )
    made = build_request_record(RequestSummary(exchange), 12.0, NOW)
    return made.retry, made.fresh


@pytest.mark.parametrize(
    ("status", "headers", "recorded"),
    [
        (200, {"cache-control": "max-age=600, max-age=60"}, (0, 600_000)),
        (200, {"cache-control": "max-age=9999999"}, (0, 86_400_000)),
        (304, {"expires": "Mon, 02 Mar 2026 12:00:00 GMT"}, (0, 7_200_000)),  # no Date: this host's clock
        (404, {"cache-control": "max-age=600"}, (0, 0)),
        (429, {"retry-after": "Mon, 02 Mar 2026 10:02:00 GMT"}, (120_000, 0)),
        (503, {"retry-after": "soon"}, (0, 0)),
        (200, {"retry-after": "120"}, (0, 0)),
    ],
)
def test_the_record_has_what_the_poll_obeys(
    status: int, headers: dict[str, str], recorded: tuple[int, int]
) -> None:
    assert record(status, headers) == recorded
