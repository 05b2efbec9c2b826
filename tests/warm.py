"""A process that has imported feedmill and forks for every command, as a shell would start one.

A process for each of hundreds of short commands would spend its time on imports. A request is one JSON line
on the socket whose number is the argument: words, cwd, environ, and the files to be standard input, output
and error. The answer is the process id of the command at once, and its exit status at its end, a line each.
"""

import gc
import importlib
import json
import os
import pkgutil
import socket
import sys
from typing import Any

_ROOMS = ("config", "daemon", "feedmill", "scheduler", "worker")


def main() -> None:
    """Serve until the other end closes."""
    with socket.socket(fileno=int(sys.argv[1])) as line:
        from daemon import command  # noqa: PLC0415

        for room in _ROOMS:
            for found in pkgutil.walk_packages(importlib.import_module(room).__path__, f"{room}."):
                if not found.name.endswith("__main__"):
                    importlib.import_module(found.name)
        gc.freeze()  # a fork touches none of it
        for asked in line.makefile("rb"):
            pid = os.fork()
            if not pid:
                line.detach()
                os.close(int(sys.argv[1]))
                _become(json.loads(asked))
                command.main()
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


if __name__ == "__main__":
    main()
