"""Builds calls on a source's page history: how its latest pages came out, whether its site changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.operation_call import Call, build_call
from feedmill._ledger.core.script_values import decode_number, decode_optional_number

STATS_BYTES = 4
"""Bytes of one page's stats, as `worker.quality.template_change` packs them."""
REDESIGNED = "site_redesigned"
"""Event of a site whose latest page is unlike all of it so far."""


@dataclass(frozen=True, slots=True)
class PageHistory:
    """How the latest pages of a source came out, the page in hand first."""

    stats: tuple[bytes, ...]
    since: int | None = None
    """Pages since its site changed, this one included; None while it runs as usual."""


def add_page_stats(
    keys: Keys,
    *,
    history: str,
    page_id: str,
    stats: bytes,
    token: str,
    templates: bytes | None = None,
    reader: int = 0,
) -> Call[PageHistory]:
    """Add a page's mark (4 bytes) to a course of 120 at most; a page that is known by its id counts once.

    `templates` are written as those of the course's source and host by the reader of this number; empty
    bytes forget them, None leaves them.
    """

    def decode(reply: Any) -> PageHistory:
        joined, since = reply
        marks = (joined[at : at + STATS_BYTES] for at in range(0, len(joined), STATS_BYTES))
        return PageHistory(tuple(marks), decode_optional_number(since))

    written = ("", b"") if templates is None else (str(reader), templates)
    return build_call("note_page", keys, decode, token, history, page_id, stats, *written)


def announce_site_event(
    keys: Keys, *, history: str, since: int, keep: int, fields: Mapping[str, str], token: str
) -> Call[bool]:
    """Append an event on a site to the events stream once; False: it has been appended already.

    `history` names the source's history, or what is announced besides changes. Under that name `since` is
    kept for 90 days: pages since the change, or 1; 0 when it is over, as for a site that has settled.
    `keep`: marks that stay in the history, 0 for all.
    """
    flat = (part for pair in fields.items() for part in pair)
    return build_call("tell_change", keys, bool, token, history, since, keep, *flat)


def forget_templates(keys: Keys, *, names: Sequence[str], token: str) -> Call[int]:
    """Forget the templates of these sources and hosts, each as `source host`; returns how many had some."""
    return build_call("forget_templates", keys, decode_number, token, *names)
