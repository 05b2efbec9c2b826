"""The Lua files as whole scripts: the shared files (_*.lua) an operation needs stand before its own text.

The keys stand in the text, as the table K of those that it uses: sent with every call, 48 names are half
of what a call costs. So each prefix has scripts of its own.
"""

import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha1
from importlib import resources

from feedmill._ledger.keys import Keys

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
_STANDARD = Keys()
_USED = re.compile(r"\bK\.(\w+)")


@dataclass(frozen=True, slots=True)
class Script:
    """One operation's source as the server runs it."""

    name: str
    source: str
    sha: str


@cache
def script(name: str, keys: Keys = _STANDARD) -> Script:
    """Read and assemble the script of an operation, for the keys under one prefix."""
    folder = resources.files("feedmill._ledger") / "lua"
    own = (folder / f"{name}.lua").read_text("utf-8")
    needs = _NEEDS.search(own)
    wanted = {"base", *(needs.group(1).split() if needs else ())}
    parts = [(folder / f"_{part}.lua").read_text("utf-8") for part in SHARED if part in wanted]
    text = "\n".join((*parts, own))
    source = f"{_key_table(text, keys)}\n{text}"
    return Script(name, source, sha1(source.encode(), usedforsecurity=False).hexdigest())


def _key_table(text: str, keys: Keys) -> str:
    used = sorted(set(_USED.findall(text)))
    return "local K = {" + ", ".join(f"{name} = '{getattr(keys, name)()}'" for name in used) + "}"
