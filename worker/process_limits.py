"""Sets the limits that the kernel keeps for a horse, and names the cause of a horse's end."""

import ctypes
import errno
import os
import resource
import signal
import sys
import time
from pathlib import Path

OUT_OF_MEMORY_STATUS = errno.ENOMEM
"""Exit code of a horse that ran into its memory limit."""

_LINUX = sys.platform == "linux"
_M_ARENA_MAX = -8
"""Parameter of mallopt(3) for the number of arenas (malloc.h)."""
_MAX_ARENAS = 2
"""Arenas of malloc: each reserves 64 MiB of the address space that the horse's limit counts."""


def limit_malloc_arenas() -> None:
    """Keep malloc from reserving 64 MiB of address space for every thread (glibc only)."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if _LINUX else None
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, _MAX_ARENAS)


def limit_memory(limit: int) -> None:
    """Bound this process's address space in bytes; no core files."""
    _lower_limit(resource.RLIMIT_AS, limit)
    _lower_limit(resource.RLIMIT_CORE, 0)


def extend_cpu_limit(seconds: float) -> None:
    """Allow this process so much more processor time before SIGXCPU ends it, in whole seconds."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime + seconds) + 1
    _lower_limit(resource.RLIMIT_CPU, until)


def read_resident_bytes(pid: int | None = None) -> int:
    """Return a process's resident bytes, this one's without `pid`; 0 where the system has no /proc."""
    try:
        pages = Path(f"/proc/{pid or 'self'}/statm").read_bytes().split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * resource.getpagesize()


def cpu_s_of(pid: int) -> float | None:
    """Return the processor time of another process, by its clock (clock_getcpuclockid(3)); None off Linux."""
    if not _LINUX:
        return None
    try:
        return time.clock_gettime(~pid << 3 | 2)
    except OSError:  # it has ended
        return None


def exit_out_of_memory() -> None:
    """End this process at once, saying by its exit code that memory ran out."""
    os._exit(OUT_OF_MEMORY_STATUS)


def name_death_cause(status: int, *, killed: bool) -> str:
    """Name why a horse ended, from its wait status; `killed`: its parent killed it.

    The name is what the page in hand is charged with, should the horse have had one: timeout, memory,
    crash, or error when the horse left in order.
    """
    if os.WIFSIGNALED(status):
        late = os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGALRM)
        return "timeout" if late or killed else "crash"
    code = os.waitstatus_to_exitcode(status)
    if code == OUT_OF_MEMORY_STATUS:
        return "memory"
    return "error" if code == 0 else "crash"


def _lower_limit(what: int, soft: int) -> None:
    """Set a soft limit, no higher than the hard one allows."""
    _, hard = resource.getrlimit(what)
    resource.setrlimit(what, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
