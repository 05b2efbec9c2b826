"""Parses places in a stream as people write them. Pure."""

import re
from datetime import UTC, datetime

from feedmill.errors import ConsumerError

_ID = re.compile(r"(\d{1,20})(?:-(\d{1,20}))?")
_MAX_SEQUENCE = 2**64 - 1
"""Highest sequence number of an id: after it the next ms begins (Redis counts in 64 bits)."""


def parse_start(start: str | datetime) -> str:
    """Return the id after which to begin: `beginning`, `end`, after an id, or from a time on (RFC 3339).

    An id is two numbers, `1795465348709-0`; one number alone is no id, for it could be meant as a time.
    """
    if start == "beginning":
        return "0-0"
    if start == "end":
        return "$"
    if isinstance(start, str) and "-" in start and _ID.fullmatch(start):
        return start
    moment = parse_time_ms(start)
    return f"{moment - 1}-{_MAX_SEQUENCE}" if moment else "0-0"


def parse_time_ms(moment: str | datetime) -> int:
    """Return a time as ms since the epoch; a time without a zone is taken for UTC. Raises ConsumerError."""
    if isinstance(moment, str):
        try:
            moment = datetime.fromisoformat(moment)
        except ValueError:
            raise ConsumerError(
                f"{moment!r} is no place in the stream: say beginning, end, an id such as "
                "1795465348709-0, or a time such as 2026-11-23T20:00:00Z"
            ) from None
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0, round(zoned.timestamp() * 1000))
