"""Builds the calls that pause feeds, sites or all work, and let it go on."""

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.operation_call import Call, build_call


def pause_work(keys: Keys, *, what: str, token: str) -> Call[int]:
    """Keep feedmill from `all`, `site:<site>` or `feed:<id>`; 0: it was paused, -1: there is no such feed."""
    return build_call("pause", keys, int, token, what)


def resume_work(keys: Keys, *, what: str, token: str) -> Call[bool]:
    """Go on with what was paused. False: it was not."""
    return build_call("resume", keys, bool, token, what)
