"""Starts the embedded server, and stops it when no process holds it any more.

Run as a script by daemon/embedded_server/server.py, with the standard library only:

    keeper.py SERVER_BINARY SERVER_LOCK HOLDERS_LOCK     stdin: the server's configuration, fd 3: report

What ends when:
- every command that uses the server holds HOLDERS_LOCK shared; the keeper waits for it alone. When it
  gets it no holder is left (the kernel drops locks also after SIGKILL) and the server is shut down cleanly;
- the server is killed by the kernel when the keeper ends (PR_SET_PDEATHSIG);
- the server inherits SERVER_LOCK, so that the lock is held exactly as long as the server runs: no second
  server can open the same folder.

The report is `busy` when another server holds SERVER_LOCK; end of file means that the keeper has ended.
"""

import contextlib
import ctypes
import fcntl
import os
import signal
import sys
import threading

_REPORT_FD = 3
"""Descriptor of the pipe to the process that starts the keeper."""
_PR_SET_PDEATHSIG = 1
"""Number of the prctl(2) option that sets the signal on the parent's death (linux/prctl.h)."""
_STOP_S = 30
"""Seconds that the server may take to save and end on SIGTERM before SIGKILL ends it."""


def main(binary: str, server_lock: str, holders_lock: str) -> int:
    """Keep one server; returns the exit status of the process."""
    os.setsid()
    os.umask(0o077)  # what the server writes is its owner's alone
    os.set_inheritable(_REPORT_FD, False)  # noqa: FBT003  (positional only)
    lock = os.open(server_lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.write(_REPORT_FD, b"busy")
        return 0
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    keeper = os.getpid()
    server = os.fork()
    if server == 0:
        _become_server(binary, lock, keeper, libc)
    os.close(lock)
    signal.signal(signal.SIGTERM, lambda *_: _tell(server, signal.SIGTERM))
    threading.Thread(target=_stop_when_unheld, args=(holders_lock, server), daemon=True).start()
    _, status = os.waitpid(server, 0)
    return os.waitstatus_to_exitcode(status)


def _become_server(binary: str, lock: int, keeper: int, libc: ctypes.CDLL | None) -> None:
    """Turn the forked child into the server, tied to its keeper's life."""
    if libc is not None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != keeper:
        os._exit(1)  # the keeper died before the tie was made
    os.set_inheritable(lock, True)  # noqa: FBT003  (positional only)
    try:
        os.execv(binary, [binary, "-"])  # noqa: S606  (no shell is meant)
    finally:
        os._exit(127)


def _stop_when_unheld(holders_lock: str, server: int) -> None:
    """Wait until the last holder is gone, then end the server; the lock is kept until the keeper exits."""
    holders = os.open(holders_lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    fcntl.flock(holders, fcntl.LOCK_EX)
    _tell(server, signal.SIGTERM)
    threading.Event().wait(_STOP_S)
    _tell(server, signal.SIGKILL)


def _tell(server: int, number: signal.Signals) -> None:
    """Send the server a signal, if it still runs; called by a signal handler, it never raises."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(server, number)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
