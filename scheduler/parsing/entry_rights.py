"""Reads the licences and rights that a feed states, for itself or for one entry."""

from collections.abc import Iterable, Mapping
from typing import Any

from scheduler.parsing.text_fields import clean_line, resolve_link

MAX_STATED_CHARS = 300
"""Of one statement: a licence's address or a line about copyright is shorter."""
_MAX_LICENSES = 3


def read_licenses(links: Iterable[Mapping[str, Any]], url: str) -> tuple[str, ...]:
    """List `license=URL` of an entry's or a feed's links.

    Licences of Atom (RFC 4946), `creativeCommons:license` and `cc:license` are among them.
    """
    found = (
        resolve_link(link.get("href"), url) for link in links if str(link.get("rel")).lower() == "license"
    )
    stated = dict.fromkeys(f"license={one}" for one in found if one and len(one) <= MAX_STATED_CHARS)
    return tuple(stated)[:_MAX_LICENSES]


def read_stated_rights(raw: Mapping[str, Any], licenses: tuple[str, ...]) -> tuple[str, ...]:
    """List an entry's licences, and `rights=WORDS` where it has `dc:rights` or `rights` of its own."""
    words = clean_line(raw.get("rights"), markup=True)
    return (*licenses, *([f"rights={words[:MAX_STATED_CHARS]}"] if words else []))
