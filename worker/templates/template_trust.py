"""Decides how far a site's template is trusted: which way its next page is read. Pure.

learning   the full way reads, and teaches; from LEAST_READINGS on
trial      both ways read, the full way's text is published; after TRIAL_PAGES alike in a row
trusted    the template reads alone; each k-th page both ways read (an audit), k from 5 doubling to 50
suspended  after one audit that differs: both ways read; TRIAL_PAGES alike in a row make it trusted again
unlearned  after the second: what was learned is forgotten, and learning begins anew
"""

from dataclasses import dataclass, replace
from typing import Literal

TrustState = Literal["learning", "trial", "trusted", "suspended", "unlearned"]
ReadingWay = Literal["full", "both", "template"]
PageResult = Literal["taught", "alike", "differs", "template", "doubtful"]
"""`taught`: the full way read, for learning; `alike`, `differs`: both ways read; `template`: it alone."""

LEAST_READINGS = 5
"""Pages read by the full way that a template learns from before it is tried; fewer show too little."""
TRIAL_PAGES = 5
"""Pages in a row that both ways must read alike before the template's text is published."""
FIRST_AUDIT_GAP = 5
"""Pages until the first audit of a trusted template; each that agrees makes the next gap longer."""
LAST_AUDIT_GAP = 50
"""Longest gap between two audits, in pages: a change that shows in no doubt is found within so many."""
DOUBTS_IN_ROW = 5
"""Doubtful pages of a template in a row that count as an audit that differs: a redesign."""


MOST_SETBACKS = 3
"""Reasons of suspensions that are kept, the latest ones: what an operator looks at."""

RARE_TRIALS = 4
"""Of pages after DOUBTS_IN_ROW doubtful ones each so-manieth is tried: two ways for nothing cost most."""


@dataclass(frozen=True, slots=True)
class TemplateTrust:
    """Where a template stands."""

    state: TrustState = "learning"
    readings: int = 0
    """Readings by the full way that it has learned from."""
    alike: int = 0
    """Pages in a row that both ways read alike, in trial and when suspended."""
    audit_gap: int = FIRST_AUDIT_GAP
    until_audit: int = FIRST_AUDIT_GAP
    """Pages until the next audit, that page counted."""
    doubtful: int = 0
    """Doubtful pages in a row."""
    suspensions: int = 0
    """How often it was suspended or unlearned, those that it took the place of included."""
    setbacks: tuple[str, ...] = ()
    """Why, in single words, the latest first."""


def choose_way(trust: TemplateTrust) -> ReadingWay:
    """Return the way that the next page is read."""
    if trust.state in ("learning", "unlearned"):
        return "full"
    if trust.doubtful >= DOUBTS_IN_ROW and trust.doubtful % RARE_TRIALS:
        return "full"
    if trust.state == "trusted" and trust.until_audit > 1:
        return "template"
    return "both"


def advance_trust(trust: TemplateTrust, result: PageResult, why: str = "") -> TemplateTrust:
    """Return where a template stands after a page; an `unlearned` one is to be dropped with its readings.

    `why` names the page's doubt, or how its two readings differ.
    """
    if result == "doubtful":
        return _advance_doubtful(trust, why)
    trust = replace(trust, doubtful=0)
    if trust.state in ("learning", "unlearned"):
        return _advance_learning(trust) if result == "taught" else trust
    if result == "taught":
        return replace(trust, readings=trust.readings + 1)
    if result == "template":
        return replace(trust, until_audit=max(1, trust.until_audit - 1))
    if result == "alike":
        return _advance_alike(replace(trust, readings=trust.readings + 1))
    return _advance_differing(trust, why)


def _advance_learning(trust: TemplateTrust) -> TemplateTrust:
    readings = trust.readings + 1
    return replace(trust, readings=readings, state="trial" if readings >= LEAST_READINGS else "learning")


def _advance_alike(trust: TemplateTrust) -> TemplateTrust:
    if trust.state == "trusted":
        gap = min(trust.audit_gap * 2, LAST_AUDIT_GAP)
        return replace(trust, audit_gap=gap, until_audit=gap)
    if trust.alike + 1 < TRIAL_PAGES:
        return replace(trust, alike=trust.alike + 1)
    return replace(trust, state="trusted", alike=0, audit_gap=FIRST_AUDIT_GAP, until_audit=FIRST_AUDIT_GAP)


def _advance_differing(trust: TemplateTrust, why: str) -> TemplateTrust:
    if trust.state == "trial":
        return replace(trust, alike=0, readings=trust.readings + 1)
    setbacks = (why, *trust.setbacks)[:MOST_SETBACKS]
    trust = replace(trust, alike=0, suspensions=trust.suspensions + 1, setbacks=setbacks)
    if trust.state == "trusted":
        return replace(trust, state="suspended", audit_gap=FIRST_AUDIT_GAP)
    return begin_anew(trust, state="unlearned")


def begin_anew(trust: TemplateTrust, state: TrustState = "learning") -> TemplateTrust:
    """Return trust that has not been earned, with what is remembered of suspensions."""
    return TemplateTrust(state, suspensions=trust.suspensions, setbacks=trust.setbacks)


def _advance_doubtful(trust: TemplateTrust, why: str) -> TemplateTrust:
    """Count a doubtful page: it neither earns trust nor loses it, but many in a row are a redesign."""
    doubtful = trust.doubtful + 1
    if doubtful < DOUBTS_IN_ROW or trust.state in ("learning", "unlearned", "trial"):
        return replace(trust, doubtful=doubtful)
    return _advance_differing(replace(trust, doubtful=0), why)
