"""Crash points: a place before and after every effect, found by reading the code, so that none is forgotten.

A place is `MODULE:EFFECT:before` or `…:after`. Effects are the ledger's operations (every call builder),
requests (`HttpClient.fetch`), parsing in a parser process and putting out tickets. `arm` lays a file for each
place into a folder; a process that reaches a place takes the file and dies (faults/site/sitecustomize.py).
"""

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path

from support.tracked import tracked

import feedmill._ledger.operations

ROOT = Path(__file__).parents[3]
ROOMS = ("scheduler", "worker", "feedmill/_ledger/politeness/rate_limiter.py")
EFFECTS = {
    "fetch": ("feedmill._net.client.http_client", "HttpClient"),
    "parse": ("scheduler.sandbox.parser_pool", "ParserPool"),
    "enqueue_many": ("rq", "Queue"),
}
"""Methods with an effect, and the class that each belongs to."""
_CALLERS = {"fetch": "client", "parse": "parser_pool", "enqueue_many": "queue"}


def call_modules() -> list[str]:
    """Name the modules that build the ledger's operations."""
    found = pkgutil.iter_modules(feedmill._ledger.operations.__path__)
    return sorted(
        f"feedmill._ledger.operations.{module.name}"
        for module in found
        if module.name.endswith("_operations")
    )


def builders() -> dict[str, str]:
    """Map every call builder to its module."""
    found = {}
    for name in call_modules():
        module = importlib.import_module(name)
        for builder, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == name and not builder.startswith("_"):
                found[builder] = name
    return found


def places() -> list[str]:
    """List every place of the rooms' code."""
    known = set(builders())
    found = set()
    for room in ROOMS:
        for path in tracked(room, ".py") or (ROOT / room,):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
            imported = {name for node in nodes for name in _imported(node)}
            effects = {_effect(node, known, imported & known) for node in nodes} - {None}
            found |= {f"{module}:{effect}:{side}" for effect in effects for side in ("before", "after")}
    return sorted(found)


def _imported(node: ast.AST) -> list[str]:
    calls = isinstance(node, ast.ImportFrom) and (node.module or "").endswith("_operations")
    return [alias.name for alias in node.names] if calls else []


def _effect(node: ast.AST, known: set[str], imported: set[str]) -> str | None:
    """Name a node's effect: a builder that is called or handed on, or a method with an effect."""
    if isinstance(node, ast.Call):
        handed = [argument.id for argument in node.args if isinstance(argument, ast.Name)]
        if isinstance(node.func, ast.Attribute) and node.func.attr == "run":
            return next((name for name in handed if name in imported), None)  # ledger.run(census)
        if isinstance(node.func, ast.Name) and node.func.id in imported:
            return node.func.id
        if isinstance(node.func, ast.Attribute):
            of = ast.unparse(node.func.value)
            if node.func.attr in known and of.endswith("_operations"):
                return node.func.attr
            if node.func.attr in EFFECTS and of.endswith(_CALLERS[node.func.attr]):
                return node.func.attr
    return None


def arm(folder: Path, wanted: list[str], *, times: int) -> None:
    """Lay out the files: every place kills so often."""
    folder.mkdir()
    for place in wanted:
        for number in range(times):
            (folder / f"{place}~{number}").touch()


def left(folder: Path) -> list[str]:
    """List the places that have not killed as often as they should."""
    return sorted({path.name.partition("~")[0] for path in folder.iterdir()})
