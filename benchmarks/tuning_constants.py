"""The tuning constants of reading, and other values for them.

A constant is a name that a module of FOLDERS gives a number. `list_constants` finds them in the source; `with_constant`
gives one another value for a while.
"""

import ast
import functools
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("extraction", "cleaning", "document", "metadata", "quality", "boilerplate")


@dataclass(frozen=True)
class Constant:
    module: str
    name: str
    value: float
    bounds: str

    @property
    def key(self) -> str:
        return f"{self.module}.{self.name}"

    def neighbors(self) -> tuple[float, float]:
        """Give the lower and the higher value: half and double; of a share halfway to 0 and 1; of a factor by its excess over 1."""
        value = self.value
        if isinstance(value, int):
            return value // 2, value * 2
        if value <= 1:
            return value / 2, (1 + value) / 2
        return 1 + (value - 1) / 2, 1 + (value - 1) * 2


def list_constants() -> list[Constant]:
    found = []
    for folder in FOLDERS:
        for path in sorted((ROOT / "worker" / folder).rglob("*.py")):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found += list(constants_of(module, ast.parse(path.read_text(encoding="utf-8"))))
    return found


def constants_of(module: str, tree: ast.Module) -> Iterator[Constant]:
    for place, statement in enumerate(tree.body):
        name, value = _number_of(statement)
        if name is None:
            continue
        behind = tree.body[place + 1] if place + 1 < len(tree.body) else None
        words = ""
        if isinstance(behind, ast.Expr) and isinstance(behind.value, ast.Constant):
            words = str(behind.value.value).split("\n\n")[0]
        yield Constant(module, name, value, " ".join(words.split()))


def _number_of(statement: ast.stmt) -> tuple[str | None, float]:
    """Give the name and number that a statement defines; numbers may be written as sums and shifts of numbers."""
    if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
        return None, 0
    parts = list(ast.walk(statement.value))
    plain = (ast.Constant, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop)
    if not all(isinstance(part, plain) for part in parts):
        return None, 0
    value = eval(compile(ast.Expression(statement.value), "", "eval"), {})
    return (statement.targets[0].id, value) if type(value) in (int, float) else (None, 0)


@contextmanager
def with_constant(key: str, value: float) -> Iterator[None]:
    """Give a constant another value for as long as the context lasts, in all modules that have it."""
    module, _, name = key.rpartition(".")
    users = [
        (user, tree)
        for user, tree in list_trees()
        if user == module or any(module == node.module and _imports(node, name) for node in _imports_of(tree))
    ]
    there = {known: sys.modules[known] for known in sys.modules if known.startswith("worker.")}
    if any(_computes_at_import(tree, name) for _, tree in users):
        finder = import_edited(lambda user, tree: _with_value(tree, name, value) if user == module else tree)
        try:
            yield
        finally:
            sys.meta_path.remove(finder)
            for known in [known for known in sys.modules if known.startswith("worker.")]:
                del sys.modules[known]
            sys.modules.update(there)
        return
    changed = [there[user] for user, _ in users if user in there]
    own = [getattr(user, name) for user in changed]
    for user in changed:
        setattr(user, name, value)
    _forget(there)
    try:
        yield
    finally:
        for user, former in zip(changed, own, strict=True):
            setattr(user, name, former)
        _forget(there)


def _forget(modules: dict[str, ModuleType]) -> None:
    """Empty what modules remember of calls with arguments; those without load files."""
    for module in modules.values():
        for thing in list(vars(module).values()):
            if hasattr(thing, "cache_clear") and thing.__wrapped__.__code__.co_argcount:
                thing.cache_clear()


@functools.cache
def list_trees() -> list[tuple[str, ast.Module]]:
    """Parse the worker's modules; once a process, and those that are forked from it."""
    paths = sorted((ROOT / "worker").rglob("*.py"))
    return [
        (".".join(path.relative_to(ROOT).with_suffix("").parts), ast.parse(path.read_text(encoding="utf-8")))
        for path in paths
    ]


def _imports_of(tree: ast.Module) -> list[ast.ImportFrom]:
    return [node for node in tree.body if isinstance(node, ast.ImportFrom)]


def _imports(node: ast.ImportFrom, name: str) -> bool:
    return any(alias.name == name for alias in node.names)


def _computes_at_import(tree: ast.AST, name: str) -> bool:
    """Tell whether a name is read outside of the bodies of functions."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
            return True
        parts = [node]
        if isinstance(node, ast.FunctionDef):
            parts = [node.args, *node.decorator_list]
        if any(_computes_at_import(part, name) for part in parts):
            return True
    return False


def _with_value(tree: ast.Module, name: str, value: float) -> ast.Module:
    for statement in tree.body:
        if _number_of(statement)[0] == name:
            statement.value = ast.copy_location(ast.Constant(value), statement.value)
    return tree


class _EditedModule(importlib.machinery.SourceFileLoader):
    edit: Callable[[str, ast.Module], ast.Module]

    def get_code(self, fullname: str) -> object:
        path = self.get_filename(fullname)
        tree = self.edit(fullname, ast.parse(self.get_data(path)))
        return compile(ast.fix_missing_locations(tree), path, "exec")


def import_edited(edit: Callable[[str, ast.Module], ast.Module]) -> importlib.abc.MetaPathFinder:
    """Compile all modules of the worker that are imported from now on from an edited tree."""

    class Finder(importlib.abc.MetaPathFinder):
        def find_spec(self, name: str, path: object, target: object = None) -> object:
            if not name.startswith("worker."):
                return None
            spec = importlib.machinery.PathFinder.find_spec(name, path, target)
            if spec and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
                spec.loader = _EditedModule(name, spec.loader.path)
                spec.loader.edit = edit
            return spec

    for name in [name for name in sys.modules if name.startswith("worker.")]:
        del sys.modules[name]
    finder = Finder()
    sys.meta_path.insert(0, finder)
    return finder
