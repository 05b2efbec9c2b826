"""Checks this machine: clock, disk and memory. Pure; each finding has a remedy."""

from collections.abc import Iterator
from dataclasses import dataclass

from daemon.health.server_checks import Finding
from web.rendering.durations import format_span

_MAX_CLOCK_DRIFT_MS = 5_000
"""Ms that this machine's clock may differ from the server's; less is the network's delay, or drift."""
_MIN_FREE_BYTES = 2**30
"""Bytes that the data folder's disk must have free, or `_MIN_FREE_SHARE` of a small disk."""
_MIN_FREE_SHARE = 0.1
"""Share of the disk that suffices where a tenth is less than `_MIN_FREE_BYTES`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineState:
    """Figures of this machine; None where it gives none."""

    now_ms: int
    folder: str
    free: int | None
    """Bytes on the disk of the data folder; None where the server is elsewhere."""
    total: int | None
    memory: int | None
    """Bytes that could be taken at once."""
    wanted: int
    """Bytes that the workers of `up` may take here."""


def check_machine(machine: MachineState, server_ms: int) -> Iterator[Finding]:
    """Check clock, disk and memory."""
    apart = abs(machine.now_ms - server_ms)
    wanted = "this clock and the server's agree"
    yield (
        Finding("clock", "ok", f"{apart} ms apart", wanted)
        if apart <= _MAX_CLOCK_DRIFT_MS
        else Finding(
            "clock", "warn", f"{format_span(apart)} apart", wanted,
            "set both by NTP: leases and polls go by the server's clock, the log by this one",
        )
    )  # fmt: skip
    if machine.free is not None and machine.total:
        found = f"{machine.free / 2**30:.1f} GiB free at {machine.folder}"
        enough = machine.free >= min(_MIN_FREE_BYTES, machine.total * _MIN_FREE_SHARE)
        wanted = "1 GiB free, or a tenth of the disk"
        yield (
            Finding("disk", "ok", found, wanted)
            if enough
            else Finding(
                "disk", "wrong", found, wanted, "make room: a server that cannot write takes no work"
            )
        )
    if machine.memory is not None:
        found = f"{machine.memory / 2**30:.1f} GiB available"
        wanted = f"{machine.wanted / 2**30:.1f} GiB, should every worker take what it may"
        yield (
            Finding("machine memory", "ok", found, wanted)
            if machine.memory >= machine.wanted / 4
            else Finding("machine memory", "warn", found, wanted, "lower workers.processes or workers.memory")
        )
