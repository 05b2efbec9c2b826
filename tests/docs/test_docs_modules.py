"""Modules that docs, deployment, CI, benchmarks, fuzzing, examples and tools name exist.

A module that is moved or renamed is named there too, where no import fails.
"""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from support.tracked import ROOT, tracked

from config.settings import TABLES

ROOMS = ("feedmill", "config", "scheduler", "worker", "web", "daemon")
FOLDERS = ("docs", "deploy", ".ci", "benchmarks", "fuzz", "examples", "tools", "requirements", "config")
NAMED = "|".join((*ROOMS, "tests", "tools"))
PATH = re.compile(rf"(?<![\w./-])(?:{NAMED})(?:/[\w*]+)+\.(?:py|lua|toml|md)\b")
PART = re.compile(r"(?<![\w./*-])[a-z_]\w*(?:/[a-z_]\w*)+\.(?:py|lua)\b")
"""The end of a path, as `document/blocks.py` where the room is clear."""
FILE = re.compile(r"(?<![\w./*-])[a-z_]\w+\.(?:py|lua)\b")
DOTTED = re.compile(rf"(?<![\w./:@-])(?:{'|'.join(ROOMS)})(?:\.[A-Za-z_]\w*)+(?![\w(/])")
FILES_BESIDE = {"toml", "yaml", "service", "target", "fmb", "example", "log"}
"""What follows a room's name in the names of files and hosts: feedmill.toml, feedmill.service."""
FOREIGN = {"pelicanconf.py"}
"""Files of other projects."""


def named_elsewhere() -> list[Path]:
    """List what names modules without importing them."""
    top = [path for path in tracked() if path.parent == ROOT]
    return [*top, *(path for folder in FOLDERS for path in tracked(folder))]


def text_of(path: Path) -> str:
    """Read a file; of Python what is no code, which imports check: texts and docstrings."""
    data = path.read_bytes()
    text = "" if b"\0" in data else data.decode("utf-8", "replace")
    if path.suffix != ".py":
        return text
    texts = (node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant))
    return "\n".join(value for value in texts if isinstance(value, str))


def is_known(dotted: str) -> bool:
    """Whether a dotted name is a module, a name in one, a setting or a file beside."""
    first, *rest = dotted.split(".")
    if rest[0] in FILES_BESIDE or (first in TABLES and hasattr(TABLES[first], rest[0])):
        return True
    place = ROOT / first
    while rest and (place / rest[0]).is_dir():
        place /= rest.pop(0)
    module = place / f"{rest[0]}.py" if rest else place
    if module.is_file():
        place, rest = module, rest[1:]
    else:
        place /= "__init__.py"
    return not rest or rest[0].startswith("__") or rest[0] in names_in(place)


@cache
def names_in(module: Path) -> set[str]:
    """Collect the names that a module defines, imports or lists."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        match node:
            case ast.alias(name=name) | ast.Name(id=name) | ast.Constant(value=str(name)):
                found.add(name)
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.add(name)
    return found


def find_unknown(text: str) -> list[str]:
    """Find the names of modules in a text that do not exist."""
    files = {path.name for path in tracked()}
    ends = tuple(f"/{path.as_posix()}" for path in tracked())
    wrong = {path for path in PATH.findall(text) if not any(ROOT.glob(path))}
    wrong |= {part for part in PART.findall(text) if not any(end.endswith(f"/{part}") for end in ends)}
    wrong |= {name for name in FILE.findall(text) if name not in files | FOREIGN}
    wrong |= {name for name in DOTTED.findall(text) if not is_known(name)}
    return sorted(wrong)


@pytest.mark.parametrize("path", named_elsewhere(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_module_that_is_named_exists(path: Path) -> None:
    if path.name == "CHANGELOG.md":  # speaks of what was
        return
    assert find_unknown(text_of(path)) == []


def test_every_module_that_a_docstring_of_the_product_names_exists() -> None:
    modules = [path for room in ROOMS for path in tracked(room, ".py")]
    wrong = {path.relative_to(ROOT).as_posix(): find_unknown(text_of(path)) for path in modules}
    assert {name: found for name, found in wrong.items() if found} == {}


def test_former_names_are_found() -> None:
    text = """`worker/turn.py`, `journal.py`, python -m scheduler.asks, feedmill._net.door, `web.house.House`,
    `feedmill/_ledger/lua/note.lua`, `tests/test_identity_*.py`,
    `clean/recover.py`; not `document/blocks.py`,
    not scheduler.cage_child, `feedmill._net.client.http_client.HttpClient`, feedmill.Consumer,
    web.trusted_proxies, feedmill.toml, `tests/docs/test_docs_*.py`"""
    assert find_unknown(text) == [
        "clean/recover.py",
        "feedmill._net.door",
        "feedmill/_ledger/lua/note.lua",
        "journal.py",
        "scheduler.asks",
        "tests/test_identity_*.py",
        "web.house.House",
        "worker/turn.py",
    ]


@pytest.mark.parametrize(
    ("former", "present"),
    [
        ("worker/notices.toml", "worker/publishing/notices.toml"),
        ("worker/told/months.toml", "worker/metadata/months.toml"),
    ],
)
def test_words_are_the_same_under_the_name_that_a_worker_of_0_1_loads_them_by(
    former: str, present: str
) -> None:
    assert (ROOT / former).read_text(encoding="utf-8") == (ROOT / present).read_text(encoding="utf-8")
