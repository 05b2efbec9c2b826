"""Schedulers and workers by themselves, on a server that the drill holds; what dies starts again at once."""

import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from faults.mill import Mill

_NURSERY = Path(__file__).with_name("nursery.py")


@contextmanager
def fleet(mill: Mill, roles: Sequence[str]) -> Iterator[dict[int, str]]:
    """Keep these roles running; gives the nurseries' process ids and roles."""
    nurseries = [_start(mill, role) for role in roles]
    try:
        yield {nursery.pid: role for nursery, role in zip(nurseries, roles, strict=True)}
    finally:
        for nursery in nurseries:
            nursery.send_signal(signal.SIGTERM)
        for nursery in nurseries:
            with suppress(subprocess.TimeoutExpired):
                nursery.wait(40)
            nursery.kill()
            nursery.wait()


def _start(mill: Mill, role: str) -> "subprocess.Popen[bytes]":
    options = mill.site.arguments()[4:]
    command = [sys.executable, "-P", str(_NURSERY), role, *options]
    with mill.log.open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, env=mill.environ)
