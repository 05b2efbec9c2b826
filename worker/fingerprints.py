"""Fingerprints of what is published: what tells a change in substance from a trifle. Pure."""

from functools import lru_cache
from hashlib import sha256

from feedmill._ledger.links import site_of
from feedmill._ledger.substance import substance
from worker.page import Cleaned

RETRACTED = "retracted"
"""Stands for the fingerprint of an article that was retracted."""
_HALF = 16
_BOTH = 32


def fingerprint(read: Cleaned, stripped: Cleaned | None = None, *, url: str = "") -> str:
    """Hash the substance (title and text) as 40 hex characters; `url` is the address that answered.

    The first 16 are of the page as read, the next without its source's boilerplate, the last 8 of its site.
    """
    return _half(read) + _half(stripped or read) + _digest(site_of(url))[:8]


def same_substance(one: str, two: str) -> bool:
    """Tell whether two fingerprints are of one substance: what was learned meanwhile makes no revision."""
    return one[:_HALF] == two[:_HALF] or one[_HALF:_BOTH] == two[_HALF:_BOTH]


def same_site(one: str, two: str) -> bool:
    """Tell whether two fingerprints are of one site: no other site may revise an article."""
    return one[_BOTH:] == two[_BOTH:]


def _half(cleaned: Cleaned) -> str:
    return _half_of(cleaned.title, cleaned.text)


@lru_cache(maxsize=4)
def _half_of(title: str, text: str) -> str:
    """Hash one text; a page asks for its own three times over."""
    return _digest(substance(title) + "\x1f" + substance(text))[:_HALF]


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
