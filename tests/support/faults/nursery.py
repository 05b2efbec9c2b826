"""A warm parent of one role: forks the real command, and forks it again whenever it dies.

nursery.py ROLE OPTION…        what is loaded once need not be loaded for each of a hundred lives
"""

import ctypes
import os
import signal
import sys


def main() -> int:
    """Keep one role running until SIGTERM; prints a line for each death."""
    role, *options = sys.argv[1:]
    import scheduler.main  # noqa: PLC0415
    import worker.main  # noqa: PLC0415
    from daemon.cli import main as command  # noqa: PLC0415

    del scheduler, worker
    stopping = False
    child = 0

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True
        if child:
            os.kill(child, signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    while not stopping:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)
            sys.argv = ["feedmill", *options, role]
            try:
                command()
            finally:
                sys.stderr.flush()
                os._exit(0)
        os.waitpid(child, 0)
        print(f'{{"event": "life_over", "role": "{role}"}}', file=sys.stderr, flush=True)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
