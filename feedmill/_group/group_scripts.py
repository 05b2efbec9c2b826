"""Builds the groups' scripts of their Lua files: the shared part stands before each operation's own text."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha1
from importlib import resources


@dataclass(frozen=True, slots=True)
class GroupScript:
    """One operation's source as the server runs it."""

    source: str
    sha: str


@cache
def load_group_script(name: str) -> GroupScript:
    """Read and assemble the script of an operation."""
    folder = resources.files("feedmill._group") / "lua"
    source = "\n".join((folder / f"{part}.lua").read_text("utf-8") for part in ("_base", name))
    return GroupScript(source, sha1(source.encode(), usedforsecurity=False).hexdigest())
