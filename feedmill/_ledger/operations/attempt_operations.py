"""Operations on the attempt that a page's reading is charged with."""

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.script_call import Call, build_call


def suspend_attempt(keys: Keys, *, page_id: str, lease: str, token: str) -> Call[bool]:
    """Take back a charged attempt while something else is requested for the page: it is charged again after.

    Whatever ends the process meanwhile is no fault of the page. False: the lease is lost, or nothing was
    charged under it.
    """
    return build_call("suspend", keys, bool, token, page_id, lease)
