"""Decides whether the processes of a machine are alive and their server answers. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from feedmill._metrics.process_files import LiveSlot

_MAX_SILENT_S = {"worker": 180.0}
_MAX_SILENT_OTHER_S = 30.0
"""Seconds without a beat from which a process hangs: event loops beat every 5, a worker's parent every 60."""


@dataclass(frozen=True, slots=True)
class ReadinessCheck:
    """One condition of being ready."""

    name: str
    ok: bool
    detail: str


def check_readiness(
    said: str | None, live: Iterable[LiveSlot], roles: Iterable[str]
) -> tuple[ReadinessCheck, ...]:
    """Check the server's error (None: it answered) and the running processes; each of `roles` must run."""
    snapshot = list(live)
    checks = [ReadinessCheck("redis", said is None, said or "answers")]
    for one in snapshot:
        longest = _MAX_SILENT_S.get(one.role, _MAX_SILENT_OTHER_S)
        heard = f"process {one.pid}, last heard of {one.silent_s:.0f} s ago"
        checks.append(ReadinessCheck(one.name, one.silent_s <= longest, heard))
    here = {one.role for one in snapshot}
    missing = [role for role in roles if role not in here]
    checks += [ReadinessCheck(role, False, "no such process is running") for role in missing]  # noqa: FBT003
    if not snapshot and not missing:
        checks.append(ReadinessCheck("processes", False, "none is running"))  # noqa: FBT003
    return tuple(checks)
