"""The Lua files as whole scripts: the shared files (_*.lua) an operation needs stand before its own text."""

import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha1
from importlib import resources

from feedmill._ledger.keys import TABLE

SHARED = (
    "base",
    "line",
    "gate",
    "pace",
    "sent",
    "memory",
    "feeds",
    "routes",
    "lists",
    "visits",
    "pages",
    "entries",
    "past",
)
"""The shared parts in the order in which they may use one another."""

_NEEDS = re.compile(r"^-- NEEDS +(.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Script:
    """One operation's source as the server runs it."""

    name: str
    source: str
    sha: str


@cache
def script(name: str) -> Script:
    """Read and assemble the script of an operation."""
    folder = resources.files("feedmill._ledger") / "lua"
    own = (folder / f"{name}.lua").read_text("utf-8")
    needs = _NEEDS.search(own)
    wanted = {"base", *(needs.group(1).split() if needs else ())}
    parts = [(folder / f"_{part}.lua").read_text("utf-8") for part in SHARED if part in wanted]
    source = "\n".join((_key_table(), *parts, own))
    return Script(name, source, sha1(source.encode(), usedforsecurity=False).hexdigest())


def _key_table() -> str:
    names = ", ".join(f"{name} = KEYS[{place}]" for place, name in enumerate(TABLE, 1))
    return f"local K = {{{names}}}"
