"""Schedulers and workers by themselves, on a server that the drill holds; what dies starts again at once."""

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from faults.mill import Mill

_NURSERY = Path(__file__).with_name("nursery.py")


@contextmanager
def fleet(
    mill: Mill, roles: Sequence[str], environs: Sequence[Mapping[str, str]] = ()
) -> Iterator[dict[int, str]]:
    """Keep these roles running, each with what `environs` adds to its environment.

    Gives the nurseries' process ids and roles.
    """
    more = environs or [{}] * len(roles)
    nurseries = [_start(mill, role, environ) for role, environ in zip(roles, more, strict=True)]
    try:
        yield {nursery.pid: role for nursery, role in zip(nurseries, roles, strict=True)}
    finally:
        for nursery in nurseries:
            nursery.send_signal(signal.SIGTERM)
        for nursery in nurseries:
            with suppress(subprocess.TimeoutExpired):
                nursery.wait(120)
            nursery.kill()
            nursery.wait()


def _start(mill: Mill, role: str, more: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    options = mill.site.arguments()[4:]
    command = [sys.executable, "-P", str(_NURSERY), role, *options]
    with mill.log.open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, env={**mill.environ, **more})
