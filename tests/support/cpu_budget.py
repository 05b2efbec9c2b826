"""Runs pytest and prints the processor time of everything that it started, beside the budget.

    python tests/support/cpu_budget.py BUDGET_S [pytest's arguments]

Orphans of the tests come to this process (PR_SET_CHILD_SUBREAPER, prctl(2)), which waits for them, so the
total misses nothing but what is still alive at the end. A run over the budget says so and does not fail by
it: what a second of a processor is differs between machines. The exit status is pytest's.
"""

import ctypes
import os
import resource
import subprocess
import sys
import time

from cpu_tests import DEAREST

_PR_SET_CHILD_SUBREAPER = 36


def main(budget_s: float, arguments: list[str]) -> int:
    """Run pytest to its end; answers its exit status."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", f"--dearest={DEAREST}", *arguments]
    # a process that may not keep what it has compiled would compile feedmill anew, and tests start hundreds
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    tests = subprocess.Popen(command, env=environ)
    status = _reap_until(tests.pid)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s, wall_s = used.ru_utime + used.ru_stime, time.monotonic() - began
    print(f"{cpu_s:.0f} CPU-seconds of a budget of {budget_s:.0f}, in {wall_s:.0f} s")
    if cpu_s > budget_s:
        print(f"!!! OVER THE BUDGET by {cpu_s - budget_s:.0f} CPU-seconds: make the dearest tests cheaper,")
        print("!!! or move what needs long runs to tests/drills (CONTRIBUTING.md)")
    return status


def _reap_until(pid: int) -> int:
    """Wait for all children, orphans included, until one of them has ended; answers its exit status."""
    while True:
        try:
            ended, status = os.wait()
        except KeyboardInterrupt:  # pytest got it as well, and ends
            continue
        if ended == pid:
            return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2:]))
