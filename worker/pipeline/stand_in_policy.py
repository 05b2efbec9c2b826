"""Decides when the feed's own words stand in for a page that gives no article. Pure; times in ms.

What no later request will change (a file, a login, a robots.txt that forbids, 404) lets them do so at once.
So do refusals and challenges, after which the page is requested again all the same. For temporary trouble (a
network, a server, maintenance) the page is waited for first. Words are a first revision, or follow one that
was made of words: they never replace what was read from the page.
"""

import re
from dataclasses import dataclass
from typing import Literal

from feedmill._ledger.core.records import LeasedPage
from feedmill._site_credentials.credentials import LACKING
from worker.boilerplate.hold_policy import HeldPage
from worker.fetching.page_request import GATE
from worker.fetching.retry_policy import RetryLater
from worker.quality.confidence import SHORT_WORDS

StandIn = Literal["auto", "full", "never"]
HOUR_MS = 3_600_000
"""Ms of an hour, in which the wait is given."""
_REFUSED = re.compile(r"http_4(?!08|25|29)\d\d|challenge|unrelated")
"""Ends of a request that waiting rarely helps: 4xx (RFC 9110 section 15.5) without 408, 425 and 429."""
_NO_FAULT = frozenset({"shutdown", "offline", "time", "robots", "no_contact", LACKING})
"""Reasons for putting a page off that are no fault of its site."""
_SHUT_MS = 60_000
"""A gate that is shut for less is passed before long."""

NO_PAGE = "no_page"
"""Why the feed's words are an article's: the entry leads to no page of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandInPolicy:
    """The operator's settings of it."""

    stand_in: StandIn = "auto"
    """`full`: only a whole text that the feed carries stands in, at once; `never`: nothing does."""
    wait_ms: int = 2 * HOUR_MS
    """For how long a page in temporary trouble is waited for."""


def may_stand_in(page: LeasedPage, policy: StandInPolicy) -> bool:
    """Return whether words of any length may stand in for a page."""
    return policy.stand_in == "auto" and page.entry.stands_in


def is_due(page: LeasedPage, later: RetryLater, policy: StandInPolicy, *, now_ms: int) -> bool:
    """Return whether the words of a page that is put off are to be published meanwhile.

    So they are where the next try would come too late.
    """
    if page.known_rev or later.reason in _NO_FAULT or not may_stand_in(page, policy):
        return False
    if page.shut_ms or _REFUSED.fullmatch(later.reason):
        return True
    if later.reason == GATE and later.delay_ms < _SHUT_MS:
        return False
    since = page.listed_at if later.reason == GATE else now_ms
    began = page.first_failed_at if page.first_failed_at is not None else since
    return now_ms + later.delay_ms >= began + policy.wait_ms


def has_words_to_learn_from(held: HeldPage) -> bool:
    """Return whether a text may show its source's boilerplate.

    A title alone does not, nor do few words that stand in for a page; an entry without one has no others. Nor
    does a transcript: what is said in each episode was said in this one.
    """
    if held.cleaned.text_from == "transcript":
        return False
    is_own = held.stands_in in ("", NO_PAGE)
    return bool(held.cleaned.lines) and (is_own or held.cleaned.word_count >= SHORT_WORDS)
