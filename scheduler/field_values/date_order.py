"""Finds out in which order a document writes day and month, from all its dates together. Pure.

Of two readings the one counts that agrees with the feed's other dates: numbers that can only be days,
weekdays, dates that leave no choice, the order of the entries, and at last the document's language.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from statistics import median

from scheduler.field_values.date_parser import parse_date

_NUMBERS = re.compile(r"(?<![\d/.-])(\d{1,2})[/-](\d{1,2})[/-]\d{4}(?!\d)")
_MAX_MONTH = 12
"""Highest number of a month: a higher one can only be a day."""
_MAX_READ_DATES = 500
"""Dates of a document that are read: enough to decide, and a bound on the cost."""
_MIN_ORDERED_DATES = 3
"""Dates in a row that make an order; fewer are ordered by chance."""


def find_day_order(dates: Sequence[str], others: Sequence[str] = (), lang: str | None = None) -> bool | None:
    """Return whether the day comes first in dates such as 3/4/2026; None where nothing shows it.

    `dates` are those of the entries as written, in the document's order; `others` the document's own.
    """
    open_dates = [text for text in dates[:_MAX_READ_DATES] if _NUMBERS.search(text)]
    if not open_dates:
        return None
    votes = {vote for text in open_dates if (vote := _read_vote(text)) is not None}
    if votes:
        return votes.pop() if len(votes) == 1 else None
    plain = (parse_date(text) for text in (*dates[:_MAX_READ_DATES], *others) if not _NUMBERS.search(text))
    readings = {first: _read_all(open_dates, day_first=first) for first in (True, False)}
    known = [moment for moment in plain if moment is not None]
    if readings[True] == readings[False]:
        return None
    if known:
        distances = {first: _measure_distance(read, known) for first, read in readings.items()}
        if distances[True] != distances[False]:
            return distances[True] < distances[False]
    orders = {first: _are_ordered(read) for first, read in readings.items()}
    if orders[True] != orders[False]:
        return orders[True]
    return _read_language(lang)


def _read_vote(text: str) -> bool | None:
    """Decide which order the only possible reading of a date has; None where both are possible."""
    found = _NUMBERS.search(text)
    if found is None:
        return None
    one, two = int(found[1]), int(found[2])
    if one > _MAX_MONTH or two > _MAX_MONTH:
        return one > _MAX_MONTH
    by_day, by_month = parse_date(text, day_first=True), parse_date(text, day_first=False)
    if one == two or by_day is None or by_day != by_month:
        return None
    return by_day.day == one  # a weekday decided


def _read_all(texts: Sequence[str], *, day_first: bool) -> list[datetime]:
    return [moment for text in texts if (moment := parse_date(text, day_first=day_first)) is not None]


def _measure_distance(read: Sequence[datetime], known: Sequence[datetime]) -> float:
    return abs(median(one.timestamp() for one in read) - median(one.timestamp() for one in known))


def _are_ordered(read: Sequence[datetime]) -> bool:
    if len(read) < _MIN_ORDERED_DATES:
        return False
    return all(one >= two for one, two in pairwise(read)) or all(one <= two for one, two in pairwise(read))


def _read_language(lang: str | None) -> bool | None:
    """Name a language's order: day first in all but English, of which only some countries' is known."""
    if not lang:
        return None
    tag = lang.lower().replace("_", "-")
    if tag.split("-")[0] != "en":
        return True
    return {"en": None, "en-us": False}.get(
        tag, tag in {"en-gb", "en-au", "en-nz", "en-ie", "en-in", "en-za"} or None
    )
