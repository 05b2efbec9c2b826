"""Builds calls on dead pages: list them, try them again, drop or expire them."""

from typing import Any

import msgspec

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.operation_call import Call, build_call
from feedmill._ledger.core.operation_result_types import DeadPage
from feedmill._ledger.core.records import Entry
from feedmill._ledger.core.script_values import (
    decode_lines,
    decode_number,
    decode_optional_number,
    decode_text,
)

_decode_entry = msgspec.json.Decoder(Entry).decode


def retry_dead_page(keys: Keys, *, page_id: str, token: str) -> Call[bool]:
    """Bring a dead page back with no attempts charged. False: it is not among the dead."""
    return build_call("retry", keys, bool, token, page_id)


def drop_dead_page(keys: Keys, *, page_id: str, token: str) -> Call[bool]:
    """Forget a dead page; it settles as `dropped`. False: it is not among the dead."""
    return build_call("drop", keys, bool, token, page_id)


def expire_dead_pages(keys: Keys, *, limit: int, max_age_ms: int, most: int, token: str) -> Call[int]:
    """Forget up to `limit` dead letters older than `max_age_ms` or beyond `most`; returns how many."""
    return build_call("expire", keys, decode_number, token, limit, max_age_ms, most)


def list_dead_pages(keys: Keys, *, limit: int) -> Call[list[DeadPage]]:
    """Read up to `limit` dead letters, the latest first."""

    def decode(reply: Any) -> list[DeadPage]:
        return [_read_dead_page(page) for page in reply]

    return build_call("dead", keys, decode, limit)


def _read_dead_page(reply: Any) -> DeadPage:
    return DeadPage(
        id=decode_text(reply[0]),
        url=decode_text(reply[1]),
        site=decode_text(reply[2]),
        source=decode_text(reply[3]),
        feed=decode_text(reply[4]),
        tags=decode_lines(reply[5]),
        entry=_decode_entry(reply[6]),
        reason=decode_text(reply[7]),
        detail=decode_text(reply[8]),
        attempts=decode_number(reply[9]),
        failures=decode_number(reply[10]),
        first_failed_at=decode_optional_number(reply[11]),
        listed_at=decode_number(reply[12]),
        died_at=decode_number(reply[13]),
    )
