"""The Lua files as whole scripts: the shared files (_*.lua) an operation needs stand before its own text.

The keys stand in the text, as the table K of those that it uses: sent with every call, 48 names are half
of what a call costs. So each prefix has scripts of its own.
"""

import re
from collections.abc import Iterator, Sequence
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
    "revisions",
    "admission",
    "entries",
    "past",
)
"""The shared parts in the order in which they may use one another."""

_NEEDS = re.compile(r"^-- NEEDS +(.+)$", re.MULTILINE)
_STANDARD = Keys()
_USED = re.compile(r"\bK\.(\w+)")
_WORD = re.compile(r"\w+")
_DECLARED = re.compile(r"^local (?:function )?(\w+(?:, \w+)*)", re.MULTILINE)
"""The names of a part that its own functions do not enclose, as they are declared together."""


@dataclass(frozen=True, slots=True)
class LedgerScript:
    """One operation's source as the server runs it."""

    name: str
    source: str
    sha: str


@cache
def load_ledger_script(name: str, keys: Keys = _STANDARD) -> LedgerScript:
    """Read and assemble the script of an operation, for the keys under one prefix."""
    folder = resources.files("feedmill._ledger") / "lua"
    own = (folder / f"{name}.lua").read_text("utf-8")
    needs = _NEEDS.search(own)
    wanted = {"base", *(needs.group(1).split() if needs else ())}
    parts = [(folder / f"_{part}.lua").read_text("utf-8") for part in SHARED if part in wanted]
    text = "\n".join((*_scope_parts(parts, own), own))
    source = f"{_render_key_table(text, keys)}\n{text}"
    return LedgerScript(name, source, sha1(source.encode(), usedforsecurity=False).hexdigest())


def _scope_parts(parts: Sequence[str], own: str) -> Iterator[str]:
    """Put each shared part in a block of its own, with the names that later text uses declared before it.

    A function of Lua 5.1 has at most 200 local variables, and the main one would have those of all parts.
    """
    for place, part in enumerate(parts):
        later = set(_WORD.findall("\n".join((*parts[place + 1 :], own))))
        rows = _DECLARED.findall(part)
        shared = [names for names in rows if later.intersection(_WORD.findall(names))]
        body = part
        for names in shared:
            name = re.escape(names)
            body = re.sub(rf"^local function {name}\b", f"function {names}", body, flags=re.MULTILINE)
            body = re.sub(rf"^local {name}(?= =)", names, body, flags=re.MULTILINE)
            body = re.sub(rf"^local {name}(?=\s*(--.*)?$)", "", body, flags=re.MULTILINE)
        declared = f"local {', '.join(shared)}\n" if shared else ""
        yield f"{declared}do\n{body}\nend"


def _render_key_table(text: str, keys: Keys) -> str:
    used = sorted(set(_USED.findall(text)))
    return "local K = {" + ", ".join(f"{name} = '{getattr(keys, name)()}'" for name in used) + "}"
