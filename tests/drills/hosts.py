"""Several hosts on one machine: network namespaces on a bridge, each with a UTS name of its own (root, Linux).

Run by `make hosts`, which is tests/drills/hosts_drill.py; no test of the usual run.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

NET = "10.213.77"


def can() -> str:
    """Say why hosts cannot be made here; empty when they can."""
    if os.geteuid() != 0:
        return "root is needed to make network namespaces"
    if shutil.which("ip") is None or shutil.which("unshare") is None:
        return "iproute2 and util-linux are needed"
    probe = subprocess.run(["ip", "netns", "add", "fmprobe"], capture_output=True, check=False)
    subprocess.run(["ip", "netns", "del", "fmprobe"], capture_output=True, check=False)
    return "" if probe.returncode == 0 else probe.stderr.decode().strip()


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@dataclass(frozen=True, slots=True)
class Host:
    """One host: its namespace's name and its address."""

    name: str
    address: str

    @property
    def space(self) -> str:
        return f"fm-{self.name}"

    def command(self, words: Sequence[str]) -> list[str]:
        """Give the command line that runs something on this host, under its name."""
        named = 'hostname "$0" && exec "$@"'
        return ["ip", "netns", "exec", self.space, "unshare", "--uts", "sh", "-c", named, self.name, *words]

    def cut_off(self) -> None:
        """Pull its cable."""
        ip("-n", "fm-switch", "link", "set", f"fmv-{self.name}", "down")

    def bring_back(self) -> None:
        """Plug it in again."""
        ip("-n", "fm-switch", "link", "set", f"fmv-{self.name}", "up")


@contextmanager
def hosts(*names: str) -> Iterator[list[Host]]:
    """Make hosts that reach one another; they are gone afterwards."""
    made = [Host(name, f"{NET}.{number}") for number, name in enumerate(names, 11)]
    _remove(made)
    try:
        ip("netns", "add", "fm-switch")
        ip("-n", "fm-switch", "link", "add", "fmbr", "type", "bridge")
        ip("-n", "fm-switch", "link", "set", "fmbr", "up")
        for host in made:
            _join(host)
        yield made
    finally:
        _remove(made)


def _join(host: Host) -> None:
    cable = f"fmv-{host.name}"
    ip("netns", "add", host.space)
    ip("-n", host.space, "link", "set", "lo", "up")
    ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", host.space)
    ip("link", "set", cable, "netns", "fm-switch")
    ip("-n", "fm-switch", "link", "set", cable, "master", "fmbr", "up")
    ip("-n", host.space, "addr", "add", f"{host.address}/24", "dev", "eth0")
    ip("-n", host.space, "link", "set", "eth0", "up")


def _remove(made: Sequence[Host]) -> None:
    for space in (*(host.space for host in made), "fm-switch"):
        subprocess.run(["ip", "netns", "del", space], capture_output=True, check=False)
