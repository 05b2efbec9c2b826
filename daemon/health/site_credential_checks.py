"""Judges whether hosts have the credentials that are set for sites. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from daemon.health.server_checks import Finding
from feedmill._ledger.core.feed_result_types import FeedState
from feedmill._site_access.credentials import LACKING, SiteCredentials

_WANTED = "every host that polls or works has the credentials of [[sites]]"
_REMEDY = "give the host the same feedmill.toml, variables and files, and start it again"


def check_lacking(pages: int, feeds: Sequence[FeedState]) -> Iterator[Finding]:
    """Find feeds and pages that a host could not request; `pages` is how many wait so."""
    sources = [feed.source for feed in feeds if feed.enabled and feed.outcome == LACKING]
    said = [*([f"{pages} or more pages"] if pages else []), *sources[:5]]
    if said:
        yield Finding("lacking credentials", "warn", ", ".join(said), _WANTED, _REMEDY)


def check_own_credentials(sites: Iterable[SiteCredentials]) -> Iterator[Finding]:
    """Find what this host lacks."""
    for one in sites:
        if one.missing:
            remedy = "set the variable or write the file on this host; or name origins"
            yield Finding(f"credentials {one.site}", "warn", "; ".join(one.missing), _WANTED, remedy)
        else:
            yield Finding(f"credentials {one.site}", "ok", f"go to {', '.join(one.origins)}", _WANTED)
