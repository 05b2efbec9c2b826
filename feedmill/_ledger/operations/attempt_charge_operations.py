"""Builds calls on the attempts of a page: charge one, suspend it, take the page of a dead reader back."""

from typing import Any

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.operation_call import Call, build_call, decode_text
from feedmill._ledger.core.operation_result_types import ChargedAttempt


def charge_attempt(
    keys: Keys, *, page_id: str, lease: str, token: str, templates: str = "", reader: int = 0
) -> Call[ChargedAttempt | None]:
    """Charge an attempt, right before the page's bytes are decoded; returns the attempts charged so far.

    The request is over: the page's slots are free and its run of failures ends. None: the lease is lost.
    `templates` names those that are handed out with it, by source and host, of the reader of this number.
    """

    def decode(reply: Any) -> ChargedAttempt | None:
        return None if reply is None else ChargedAttempt(int(reply[0]), reply[1] if reply[1:] else None)

    return build_call("begin", keys, decode, token, page_id, lease, templates, reader)


def suspend_attempt(keys: Keys, *, page_id: str, lease: str, token: str) -> Call[bool]:
    """Take back a charged attempt while something else is requested for the page: it is charged again after.

    Whatever ends the process meanwhile is no fault of the page. False: the lease is lost, or nothing was
    charged under it.
    """
    return build_call("suspend", keys, bool, token, page_id, lease)


def abandon_page(
    keys: Keys, *, page_id: str, lease: str, reason: str, max_attempts: int, token: str
) -> Call[str]:
    """Take back a page whose reader ended, charged: `returned` at once, or `buried`; "": no lease."""
    return build_call("abandon_page", keys, decode_text, token, page_id, lease, reason, max_attempts)
