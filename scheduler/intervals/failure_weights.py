"""Weighs a failed poll: permanent, soft and temporary faults count differently. Pure.

A strain of 1 doubles the interval. What heals by itself (a timeout, a 503) weighs a quarter, what a person
will probably repair (a maintenance page, a broken document) a half, an address without a feed (a 404) all.
"""

from typing import Literal

from feedmill._site_credentials.credentials import LACKING

FailureKind = Literal["permanent", "soft", "temporary", "none"]

FAILURE_WEIGHTS: dict[FailureKind, float] = {"permanent": 1.0, "soft": 0.5, "temporary": 0.25, "none": 0.0}
MAX_FAILURE_SCORE = 16.0
"""Bounds the strain: more of it would change no interval."""
FAILING_SCORE = 2.0
"""From this strain on a feed counts as failing: two permanent faults, four soft, eight temporary ones."""

_TEMPORARY = frozenset(
    {"dns", "connect", "proxy", "timeout", "too_slow", "internal_error", "parser_timeout", "parser_busy"}
)
_TEMPORARY_STATUS = frozenset({408, 421, 425, 429})
_PERMANENT = frozenset({"bad_url", "forbidden_address", "forbidden_port"})


def classify_failure(outcome: str) -> FailureKind:
    """Classify a failed poll's outcome."""
    if outcome in ("gate", LACKING):  # the way was closed by others, or on this side
        return "none"
    if outcome in _TEMPORARY:
        return "temporary"
    if outcome in _PERMANENT:
        return "permanent"
    if outcome.startswith("http_"):
        status = int(outcome.removeprefix("http_"))
        if status >= 500 or status in _TEMPORARY_STATUS:  # noqa: PLR2004  the 5xx class
            return "temporary"
        return "permanent" if status >= 400 else "soft"  # noqa: PLR2004  the 4xx class
    return "soft"


def add_failure_weight(score: float, outcome: str) -> float:
    """Return the strain after one more failed poll."""
    return min(score + FAILURE_WEIGHTS[classify_failure(outcome)], MAX_FAILURE_SCORE)
