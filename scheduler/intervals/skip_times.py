"""Moves a poll out of the hours and days that a feed asks to skip (RSS 2.0, in GMT). Pure."""

from scheduler.parsing.document_models import Hints
from scheduler.parsing.feed_hints import DAY_S, HOUR_S

ALL_HOURS, ALL_DAYS = (1 << 24) - 1, (1 << 7) - 1


def skip_to_allowed(at: float, hints: Hints) -> tuple[float, str]:
    """Move a moment (epoch seconds) out of the hours and days to be skipped; also name the rule, or ""."""
    hours = hints.skip_hours if hints.skip_hours != ALL_HOURS else 0
    days = hints.skip_days if hints.skip_days != ALL_DAYS else 0
    rule = ""
    for _ in range(24 * 7):
        if days >> (int(at // DAY_S) + 3) % 7 & 1:
            at, rule = (at // DAY_S + 1) * DAY_S, "skip_days"
        elif hours >> int(at // HOUR_S) % 24 & 1:
            at, rule = (at // HOUR_S + 1) * HOUR_S, "skip_hours"
        else:
            break
    return at, rule
