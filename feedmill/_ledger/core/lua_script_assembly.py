"""Assembles Lua files to whole scripts: the shared ones (_*.lua) that an operation needs, then its own.

The keys stand in the text, as the table K of those that it uses: sent with every call, 48 names are half
of what a call costs. So each prefix has scripts of its own.
"""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha1
from importlib import resources

from feedmill._ledger.core.keys import Keys

SHARED = (
    "base",
    "line",
    "gate",
    "holdings",
    "used",
    "pace",
    "sent",
    "memory",
    "words",
    "feeds",
    "accounting",
    "routes",
    "story_state",
    "lists",
    "visits",
    "pages",
    "deferral",
    "stories",
    "growth",
    "revisions",
    "admission",
    "entries",
    "past",
    "templates",
)
"""The shared parts in the order in which they may use one another."""

_NEEDS = re.compile(r"^-- NEEDS +(.+)$", re.MULTILINE)
_STANDARD = Keys()
_USED = re.compile(r"\bK\.(\w+)")
_WORD = re.compile(r"\w+")
_DECLARED = re.compile(r"^local (?:function )?(\w+(?:, \w+)*)", re.MULTILINE)
"""The names of a part that its own functions do not enclose, as they are declared together."""
_DECLARATION = re.compile(r"^local (function )?(\w+(?:, \w+)*)((?=\s*(?:--.*)?$))?", re.MULTILINE)
"""The same with what it declares: a function, or values that stand after it, or (empty) nothing yet."""


@dataclass(frozen=True, slots=True)
class LedgerScript:
    """One operation's source as the server runs it."""

    name: str
    source: str
    sha: str


@cache
def load_ledger_script(name: str, keys: Keys = _STANDARD) -> LedgerScript:
    """Read and assemble the script of an operation, for the keys under one prefix."""
    own = _read_file(name)
    needs = _NEEDS.search(own)
    wanted = {"base", *(needs.group(1).split() if needs else ())}
    parts = [_read_file(f"_{part}") for part in SHARED if part in wanted]
    text = "\n".join((*_scope_parts(parts, own), own))
    source = f"{_render_key_table(text, keys)}\n{text}"
    return LedgerScript(name, source, sha1(source.encode(), usedforsecurity=False).hexdigest())


def preload_ledger_scripts(keys: Keys) -> None:
    """Assemble all scripts now: for a process that forks, and that others may replace the files of."""
    for file in (resources.files("feedmill._ledger") / "lua").iterdir():
        name = file.name.removesuffix(".lua")
        if name != file.name and not name.startswith("_"):
            load_ledger_script(name, keys)


@cache
def _read_file(name: str) -> str:
    return (resources.files("feedmill._ledger") / "lua" / f"{name}.lua").read_text("utf-8")


@cache
def _find_words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text))


def _scope_parts(parts: Sequence[str], own: str) -> list[str]:
    """Put each shared part in a block of its own, with the names that later text uses declared before it.

    A function of Lua 5.1 has at most 200 local variables, and the main one would have those of all parts.
    """
    later = set(_find_words(own))
    scoped: list[str] = []
    for part in reversed(parts):
        rows = _DECLARED.findall(part)
        shared = [names for names in rows if not later.isdisjoint(_WORD.findall(names))]
        declared = f"local {', '.join(shared)}\n" if shared else ""
        scoped.append(f"{declared}do\n{_assign_names(part, frozenset(shared))}\nend")
        later |= _find_words(part)
    return scoped[::-1]


def _assign_names(part: str, shared: Container[str]) -> str:
    """Write the declarations of names that stand before the block as what gives them their values."""

    def write(declaration: re.Match[str]) -> str:
        function, names, ends = declaration.groups()
        if names not in shared:
            return declaration[0]
        if function:
            return f"function {names}"
        if ends is not None:
            return ""
        return names if declaration.string.startswith(" =", declaration.end()) else declaration[0]

    return _DECLARATION.sub(write, part)


def _render_key_table(text: str, keys: Keys) -> str:
    used = sorted(set(_USED.findall(text)))
    return "local K = {" + ", ".join(f"{name} = '{getattr(keys, name)()}'" for name in used) + "}"
