"""Holds what each site was sent against published rules for feed readers. Pure.

The counting is done where the requests are recorded (record_sent.lua); here it is put into words.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from feedmill._ledger.core.operation_result_types import SiteRequests

RULES = {
    "retry_after": "a request was made before the time that a Retry-After had named",
    "gap": "two requests to the site came closer than the gap that is set",
    "at_once": "more requests were under way to the site than are set",
    "unconditional": "a feed was asked in full again within a day, though it gives validators",
    "validator": "a validator was sent that the feed had not given, byte for byte",
    "twice": "a feed was asked twice within a minute",
    "hourly": "a feed without a change for three days was asked within an hour of the last time",
    "fresh": "a feed was asked before its answer's max-age or Expires was over",
    "gone": "a feed was asked where it had answered 410",
    "robots": "a robots.txt was fetched again within 20 hours",
    "agent": "the user agent named no contact",
    "cookie": "a cookie was sent",
    "referer": "a Referer was sent",
    "favicon": "a favicon was asked for",
}
"""What can be broken; under these names it is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleViolation:
    """A rule that was broken at a site."""

    rule: str
    means: str
    times: int
    last_at: int
    """ms since the epoch."""
    last_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteReport:
    """What one site was sent."""

    site: str
    requests: int
    polls: int
    conditional: int
    """Polls that sent a validator."""
    not_modified: int
    pages: int
    robots: int
    """Fetches of robots.txt."""
    refused: int
    """Answers 429 and 503."""
    sooner: int
    """Polls within an hour of the one before, of a feed whose news come that often."""
    shortest_gap_ms: int | None
    """Between the starts of two requests; None when there was but one."""
    at_once: int
    gap_ms: int | None
    """The pace of its own that the site has now; None: as all sites."""
    per_site: int | None
    robots_ignored: str
    """The operator's reason for not obeying the site's robots.txt; empty where it is obeyed."""
    ruled: bool
    """The pace is the operator's for this site."""
    reason: str
    """The operator's, for a rule of the site's own."""
    broken: tuple[RuleViolation, ...]


def build_site_report(sent: SiteRequests) -> SiteReport:
    """Report on one site."""
    count = sent.counts.get
    ignored = sent.rule.robots == "ignore"
    return SiteReport(
        site=sent.site,
        requests=count("requests", 0),
        polls=count("polls", 0),
        conditional=count("conditional", 0),
        not_modified=count("not_modified", 0),
        pages=count("pages", 0),
        robots=count("robots", 0),
        refused=count("refused", 0),
        sooner=count("quick", 0),
        shortest_gap_ms=count("shortest"),
        at_once=count("at_once", 0),
        gap_ms=sent.pace[0] if sent.pace else None,
        per_site=sent.pace[1] if sent.pace else None,
        robots_ignored=sent.rule.reason if ignored else "",
        ruled=sent.rule.gap_ms is not None or sent.rule.per_site is not None,
        reason=sent.rule.reason,
        broken=tuple(_build_violation(sent, rule, times) for rule, times in sorted(sent.broken.items())),
    )


def summarize_reports(reports: Iterable[SiteReport]) -> str:
    """Return in a sentence how things stand."""
    listed = list(reports)
    sites = sum(1 for report in listed if report.broken)
    requests = sum(report.requests for report in listed)
    if not sites:
        return f"{requests} requests to {len(listed)} sites: no rule was broken"
    rules = sorted({breach.rule for report in listed for breach in report.broken})
    return f"{requests} requests to {len(listed)} sites: broken at {sites} of them: {', '.join(rules)}"


def _build_violation(sent: SiteRequests, rule: str, times: int) -> RuleViolation:
    last_at, last_url = sent.last.get(rule, (0, ""))
    return RuleViolation(
        rule=rule, means=RULES.get(rule, rule), times=times, last_at=last_at, last_url=last_url
    )
