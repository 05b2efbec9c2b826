"""Decides whether two links look like addresses of one article (for a page's canonical link). Pure."""

import re
from urllib.parse import urlsplit

from feedmill._ledger.identity.registrable_domain import find_site
from feedmill._ledger.identity.url_normalization import normalize_url

_MIN_SLUG_WORDS = 3
"""Words of a path's last part from which it is a slug that few pages share."""
_MIN_ID_DIGITS = 5
"""Digits of a path's last part from which it is a number that few pages share; fewer may be a year."""


def is_variant_of(link: str, canonical_url: str) -> bool:
    """Return whether a page's own name for itself looks like its address: evidence that it is one article.

    On one site, and with the same last part of the path where that is a slug or a number that few pages
    share, or the same query on the same path. A name that misses this counts only with other evidence.
    """
    if find_site(link) != find_site(canonical_url):
        return False
    try:
        one, other = urlsplit(normalize_url(link)), urlsplit(normalize_url(canonical_url))
    except ValueError:
        return False
    if one.path == other.path and one.query == other.query:
        return True
    ends = [_ending(part.path) for part in (one, other)]
    return ends[0] == ends[1] and _is_telling(ends[0]) and not (one.query and other.query)


def _ending(path: str) -> str:
    return re.sub(r"\.(amp\.)?(html?|php|aspx?|shtml)$", "", path.rstrip("/").rpartition("/")[2].lower())


def _is_telling(ending: str) -> bool:
    words = re.split(r"[-_]", ending)
    return len(words) >= _MIN_SLUG_WORDS or sum(map(str.isdigit, ending)) >= _MIN_ID_DIGITS
