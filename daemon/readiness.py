"""Whether the processes of a machine are alive and their server answers. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from feedmill._metrics.slots import Seen

_LONGEST_S = {"worker": 180.0}
_LONGEST_OTHER_S = 30.0
"""A worker's parent comes by at least every minute, an event loop every five seconds."""


@dataclass(frozen=True, slots=True)
class Check:
    """One condition of being ready."""

    name: str
    ok: bool
    detail: str


def judge(said: str | None, live: Iterable[Seen], roles: Iterable[str]) -> tuple[Check, ...]:
    """Judge what the server said (None: it answered) and who is alive; each of `roles` must be."""
    seen = list(live)
    checks = [Check("redis", said is None, said or "answers")]
    for one in seen:
        longest = _LONGEST_S.get(one.role, _LONGEST_OTHER_S)
        heard = f"process {one.pid}, last heard of {one.silent_s:.0f} s ago"
        checks.append(Check(one.name, one.silent_s <= longest, heard))
    here = {one.role for one in seen}
    missing = [role for role in roles if role not in here]
    checks += [Check(role, False, "no such process is running") for role in missing]  # noqa: FBT003
    if not seen and not missing:
        checks.append(Check("processes", False, "none is running"))  # noqa: FBT003
    return tuple(checks)
