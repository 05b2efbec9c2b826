"""An auditor of a simulated week who reads the origin's log alone, and the comparison with the report."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from ledger_desk import DAY, SECOND
from week import AGENT, HOUR, Channel, Logged, Week


class Auditor:
    """Reads the origin's log, and knows nothing of what feedmill has recorded."""

    def __init__(self, log: Iterable[Logged], channels: Iterable[Channel]) -> None:
        self.log = sorted(log, key=lambda line: line.at)
        self.channels = list(channels)
        self.sites: dict[str, list[Logged]] = defaultdict(list)
        for line in self.log:
            self.sites[line.site].append(line)

    def broken(self) -> dict[str, set[str]]:
        """Name the rules that were broken at each site."""
        found: dict[str, set[str]] = defaultdict(set)
        for site, lines in self.sites.items():
            shortest = self.shortest(site)
            if shortest is not None and shortest < SECOND * 0.75:
                found[site].add("gap")
            if self._in_rest(lines):
                found[site].add("retry_after")
            if any(AGENT not in line.sent["user-agent"] for line in lines):
                found[site].add("agent")
            found[site] |= {
                name for name in ("cookie", "referer") if any(name in line.sent for line in lines)
            }
        for channel in self.channels:
            found[channel.host] |= self._feed(channel)
        return {site: rules for site, rules in found.items() if rules}

    def shortest(self, site: str) -> int | None:
        return min((after.at - before.at for before, after in pairwise(self.sites[site])), default=None)

    def _in_rest(self, lines: list[Logged]) -> bool:
        until, since = 0, 0
        for line in lines:
            if since + 2 * SECOND < line.at < until - 2 * SECOND:
                return True
            if line.status in (429, 503):
                since, until = line.at, max(until, line.at + int(line.given["retry-after"]) * SECOND)
        return False

    def _feed(self, channel: Channel) -> set[str]:
        asked = [line for line in self.sites[channel.host] if line.path == channel.path]
        answers = [line for line in self.log if line.path == channel.path and line.status in (200, 304)]
        etags = {line.given.get("etag") for line in answers}
        found = set()
        full = [line.at for line in asked if "if-none-match" not in line.sent]
        if channel.validators and any(c - a < 23 * HOUR for a, c in zip(full, full[2:], strict=False)):
            found.add("unconditional")
        if any(line.sent.get("if-none-match") not in {None, *etags} for line in asked):
            found.add("validator")
        gaps = [after.at - before.at for before, after in pairwise(asked)]
        if not channel.every and min(gaps, default=DAY) < 55 * HOUR // 60:
            found.add("hourly")
        if min(gaps, default=DAY) < 60 * SECOND:
            found.add("twice")
        if channel.max_age and min(gaps, default=DAY) < channel.max_age * SECOND - 2 * SECOND:
            found.add("fresh")
        ends = [line.at for line in asked if line.status == 410]
        if ends and asked[-1].at > ends[0]:
            found.add("gone")
        return found


async def agree(week: Week, auditor: Auditor) -> dict[str, set[str]]:
    """Hold the report against the auditor's findings; answers the broken rules by site."""
    reports = await week.report()
    assert set(reports) == set(auditor.sites)
    feeds = {channel.path for channel in auditor.channels}
    for site, report in reports.items():
        lines = auditor.sites[site]
        assert report.counts["requests"] == len(lines)
        own = {channel.path for channel in auditor.channels if channel.host == site}
        polls = [line for line in lines if line.path in own]
        assert report.counts.get("polls", 0) == len(polls)
        conditional = [line for line in polls if "if-none-match" in line.sent]
        assert report.counts.get("conditional", 0) == len(conditional)
        assert report.counts.get("not_modified", 0) == sum(line.status == 304 for line in lines)
        assert report.counts.get("robots", 0) == sum(line.path == "/robots.txt" for line in lines)
        pages = [line for line in lines if line.path not in feeds and line.path != "/robots.txt"]
        assert report.counts.get("pages", 0) == len(pages)
        shortest = auditor.shortest(site)
        if shortest is not None:  # times are taken at the two ends of the wire
            assert abs(report.counts["shortest"] - shortest) < 250
    return {site: set(report.broken) for site, report in reports.items() if report.broken}
