"""A process that has imported feedmill and forks for every command, as a shell would start one.

A process for each of hundreds of short commands would spend its time on imports. A request is one JSON line
on the socket whose number is the argument: words, cwd, environ, and the files to be standard input, output
and error. The answer is the process id of the command at once, and its exit status at its end, a line each.
"""

import atexit
import contextlib
import gc
import importlib
import io
import json
import os
import pkgutil
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

_ROOMS = ("config", "daemon", "feedmill", "scheduler", "worker")


def main() -> None:
    """Serve until the other end closes."""
    with socket.socket(fileno=int(sys.argv[1])) as line:
        from daemon import cli  # noqa: PLC0415

        for room in _ROOMS:
            for found in pkgutil.walk_packages(importlib.import_module(room).__path__, f"{room}."):
                if not found.name.endswith("__main__"):
                    importlib.import_module(found.name)
        with contextlib.redirect_stderr(io.StringIO()), contextlib.suppress(SystemExit):
            cli.app(["no-such-command"])  # what the library imports at the first command
        gc.freeze()  # a fork touches none of it
        for asked in line.makefile("rb"):
            pid = os.fork()
            if not pid:
                line.detach()
                os.close(int(sys.argv[1]))
                _become(json.loads(asked))
                _end_at_once(cli.main)
            line.sendall(b"%d\n" % pid)
            _, status = os.waitpid(pid, 0)
            line.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))


def _become(asked: dict[str, Any]) -> None:
    for number, path in enumerate(asked["files"]):
        opened = os.open(path, os.O_WRONLY | os.O_TRUNC if number else os.O_RDONLY)
        os.dup2(opened, number)
        os.close(opened)
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["environ"])
    sys.stdin, sys.stdout, sys.stderr = (open(n, "w" if n else "r", encoding="utf-8") for n in range(3))  # noqa: SIM115, PTH123
    sys.argv[:] = ["feedmill", *asked["words"]]


def _end_at_once(run: Callable[[], None]) -> NoReturn:
    """Run a command and end as it ends, but take no module apart: that costs as much again."""
    try:
        run()
        status = 0
    except SystemExit as ended:
        status = int(ended.code or 0)
    except BaseException:  # noqa: BLE001  what an interpreter does with it
        traceback.print_exc()
        status = 1
    threading._shutdown()  # type: ignore[attr-defined]  # joins the threads that are no daemons
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
    except OSError:
        status = 120  # as the interpreter says it
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    main()
