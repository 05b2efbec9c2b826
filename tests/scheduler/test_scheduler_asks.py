"""What servers and feeds ask for, as tables."""

from datetime import UTC, datetime

import pytest

from scheduler.intervals.next_poll import skip_to_allowed
from scheduler.parsing.document_models import Hints, ParsedFeed
from scheduler.parsing.document_parser import parse_document
from scheduler.parsing.feed_hints import read_hints

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ttl", "period", "frequency", "hints"),
    [
        ("60", None, None, Hints(ttl=3600)),
        (" 5 ", None, None, Hints(ttl=300)),
        ("-1", None, None, None),
        ("an hour", None, None, None),
        ("0", None, None, None),
        (None, "hourly", "1", Hints(period=3600)),
        (None, " Daily ", "4", Hints(period=21600)),
        (None, "daily", None, Hints(period=86400)),
        (None, "hourly", "0.5", Hints(period=7200)),
        (None, "hourly", "0", None),
        (None, "hourly", "often", Hints(period=3600)),
        (None, "now and then", "1", None),
        ("99999999999999", None, None, Hints(ttl=366 * 86400)),
    ],
)
def test_elements_of_the_feed_are_read(
    ttl: str | None, period: str | None, frequency: str | None, hints: Hints | None
) -> None:
    assert read_hints(ttl=ttl, period=period, frequency=frequency, body=b"") == hints


def test_a_document_carries_its_wishes() -> None:
    document = b"""<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>
    <title>t</title><ttl>30</ttl><sy:updatePeriod>daily</sy:updatePeriod>
    <sy:updateFrequency>2</sy:updateFrequency>
    <skipHours><hour>0</hour><hour> 23</hour><hour>24</hour></skipHours>
    <skipDays><day>Saturday</day><day>sunday</day><day>Blursday</day></skipDays>
    <item><title>a</title><link>http://site.example/a</link></item></channel></rss>"""
    parsed = parse_document(document, None, "http://site.example/feed")
    assert isinstance(parsed, ParsedFeed)
    assert parsed.hints == Hints(ttl=1800, period=43200, skip_hours=1 << 23 | 1, skip_days=0b1100000)


@pytest.mark.parametrize(
    ("hints", "hours", "rule"),
    [
        (Hints(), 0, ""),
        (Hints(skip_hours=1 << 11), 0, ""),
        (Hints(skip_hours=0b111 << 10), 3, "skip_hours"),
        (Hints(skip_days=0b1), 14, "skip_days"),
        (Hints(skip_days=0b1, skip_hours=0b11), 16, "skip_hours"),
        (Hints(skip_days=0b1111111), 0, ""),
    ],
)
def test_hours_and_days_are_skipped(hints: Hints, hours: float, rule: str) -> None:
    at, why = skip_to_allowed(NOW.timestamp(), hints)
    assert ((at - NOW.timestamp()) / 3600, why) == (hours, rule)
