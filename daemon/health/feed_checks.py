"""Checks feeds: their polls, their place in the list, their credentials and templates. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from config.sections.feed_tables import ListedFeed
from daemon.health.server_checks import Finding
from daemon.terminal.output import format_count
from feedmill._ledger.core.entry_outcome_summary import read_entry_counts
from feedmill._ledger.core.feed_operation_results import FeedState
from feedmill._site_credentials.credentials import LACKING, SiteCredentials
from scheduler.polling.feed_state import read_poll_state

_CREDENTIALS_WANTED = "every host that polls or works has the credentials of [[sites]]"
_CREDENTIALS_REMEDY = "give the host the same feedmill.toml, variables and files, and start it again"
_MAX_SHOWN_NAMES = 5
"""Names that a finding lists; the rest is counted, so that it stays one line."""
_MANY_SUSPENSIONS = 3
"""Suspensions of one template from which on its site is named: one or two are a redesign."""


def check_lacking(pages: int, feeds: Sequence[FeedState]) -> Iterator[Finding]:
    """Find feeds and pages that a host could not request; `pages` is how many wait so."""
    sources = [feed.source for feed in feeds if feed.enabled and feed.outcome == LACKING]
    said = [*([f"{pages} or more pages"] if pages else []), *sources[:5]]
    if said:
        yield Finding(
            "lacking credentials", "warn", ", ".join(said), _CREDENTIALS_WANTED, _CREDENTIALS_REMEDY
        )


def check_redesigns(sites: Sequence[str]) -> Iterator[Finding]:
    """Name the sites that have had a new design for less than a day; that mends itself."""
    if sites:
        wanted = "templates are learned anew, `feedmill sites show SITE`; selectors of [[sites]] still fit"
        yield Finding("redesigned sites", "ok", f"within a day {_list_some(sites)}", wanted)


def check_own_credentials(sites: Iterable[SiteCredentials]) -> Iterator[Finding]:
    """Find what this host lacks."""
    for one in sites:
        if one.missing:
            remedy = "set the variable or write the file on this host; or name origins"
            yield Finding(
                f"credentials {one.site}", "warn", "; ".join(one.missing), _CREDENTIALS_WANTED, remedy
            )
        else:
            yield Finding(
                f"credentials {one.site}", "ok", f"go to {', '.join(one.origins)}", _CREDENTIALS_WANTED
            )


def check_feeds(feeds: Sequence[FeedState]) -> Iterator[Finding]:
    """Find feeds that fail, fell silent, flood, give no articles, or are gone."""
    enabled = [feed for feed in feeds if feed.enabled]
    failing = [feed.source for feed in enabled if feed.failures]
    yield from _warn_of("failing feeds", failing, "see `feedmill status`")
    silent = [feed.source for feed in enabled if read_poll_state(feed.notes).silent]
    remedy = "`feedmill feeds why URL` says since when; the site may have moved its feed"
    yield from _warn_of("silent feeds", silent, remedy)
    flooding = [feed.source for feed in enabled if feed.flooding_since is not None]
    remedy = "some of their entries are left out: see polling.entries_per_day and polling.waiting_per_feed"
    yield from _warn_of("flooding feeds", flooding, remedy)
    unreadable = [feed.source for feed in enabled if feed.unreadable_since is not None]
    remedy = "most of their last pages gave no article: see `feedmill feeds why URL` and `feeds dropped URL`"
    yield from _warn_of("unreadable feeds", unreadable, remedy)
    losing = sorted(
        ((sum(counts.dropped.values()), feed.source, next(iter(counts.dropped)))
         for feed in feeds if (counts := read_entry_counts(feed.counts)).dropped), reverse=True,
    )  # fmt: skip
    found = [f"{source} ({number}, most as {reason})" for number, source, reason in losing]
    remedy = "`feedmill feeds dropped URL` lists them, `feedmill feeds retry URL` gives them another try"
    yield from _warn_of("dropped entries", found, remedy)
    gone = [feed.source for feed in enabled if feed.stopped]
    remedy = "they answered 410: take them off feeds.toml, or find where they went"
    yield from _warn_of("feeds that are gone", gone, remedy)


def _warn_of(name: str, sources: Sequence[str], remedy: str) -> Iterator[Finding]:
    if sources:
        yield Finding(name, "warn", _list_some(sources), "none", remedy)


def check_feed_list_drift(listed: Sequence[ListedFeed], feeds: Sequence[FeedState], file: str) -> Finding:
    """Compare feeds.toml with the list that the ledger polls."""
    here = {feed.url: (feed.source, feed.tags, feed.interval, feed.enabled, feed.text) for feed in listed}
    there = {feed.url: (feed.source, feed.tags, feed.interval, feed.enabled, feed.text) for feed in feeds}
    missing = [url for url in here if url not in there]
    more = [url for url in there if url not in here]
    other = [url for url in here if url in there and here[url] != there[url]]
    wanted = f"the ledger polls what {file} lists"
    if not (missing or more or other):
        return Finding("feed list", "ok", format_count(len(here), "feed"), wanted)
    if not there:
        found = f"{format_count(len(missing), 'feed')} listed, none handed to a scheduler yet"
        return Finding("feed list", "warn", found, wanted, "`feedmill up` polls them")
    found = f"{len(missing)} not applied, {len(more)} only in the ledger, {len(other)} different"
    remedy = (
        "`feedmill up`, or one `feedmill scheduler` without --follow, applies its own feeds.toml: is it this?"
    )
    return Finding("feed list", "warn", found, wanted, remedy)


def _list_some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_MAX_SHOWN_NAMES])
    return f"{len(names)}: {shown}" + (", …" if len(names) > _MAX_SHOWN_NAMES else "")


def check_templates(suspensions: Mapping[str, tuple[int, str]]) -> Iterator[Finding]:
    """Check how often templates were suspended: by source and host, with the latest reason."""
    often = sorted(
        ((times, name, why) for name, (times, why) in suspensions.items() if times >= _MANY_SUSPENSIONS),
        reverse=True,
    )
    if not often:
        return
    shown = [f"{name} {times} times ({why})" for times, name, why in often[:_MAX_SHOWN_NAMES]]
    more = [f"{len(often) - _MAX_SHOWN_NAMES} more"] if len(often) > _MAX_SHOWN_NAMES else []
    yield Finding(
        "templates",
        "warn",
        f"suspended: {', '.join((*shown, *more))}",
        f"under {_MANY_SUSPENSIONS} suspensions of a template",
        "see `feedmill sites show SITE`; such pages are read by the full way, at its cost",
    )
