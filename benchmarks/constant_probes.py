"""Numbers that record on which pages another value would decide otherwise.

While modules are imported by `import_probed`, each tuning constant is a `Probe`: it compares, cuts and counts as the number
does, and records the page where its lower or higher value would have given another answer. So a constant is tried on
these pages alone.
"""

import ast
import builtins
import itertools
import operator
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import ClassVar

from tuning_constants import Constant, constants_of, import_edited


class Record:
    """The pages on which a constant decided: by its key, those of the lower and of the higher value."""

    page: ClassVar[int | None] = None
    pages: ClassVar[dict[str, tuple[set[int], set[int]]]] = defaultdict(lambda: (set(), set()))
    at_import: ClassVar[set[str]] = set()

    @classmethod
    def note(cls, key: str, *sides: int) -> None:
        if cls.page is None:
            cls.at_import.add(key)
        else:
            for side in sides:
                cls.pages[key][side].add(cls.page)


class Probe:
    """A number with what it would be were one of its constants lower or higher."""

    __slots__ = ("base", "others")

    def __init__(self, base: float, others: dict[str, tuple[float, float]]) -> None:
        self.base, self.others = base, others

    def _used(self) -> float:
        for key in self.others:
            Record.note(key, 0, 1)
        return self.base

    def __hash__(self) -> int:
        return hash(self._used())

    def __index__(self) -> int:
        return operator.index(self._used())

    def __int__(self) -> int:
        return int(self._used())

    def __float__(self) -> float:
        return float(self._used())

    def __str__(self) -> str:
        return str(self._used())

    def __repr__(self) -> str:
        return repr(self._used())

    def __format__(self, form: str) -> str:
        return format(self._used(), form)

    def __round__(self, digits: int | None = None) -> float:
        return round(self._used(), digits)

    def __bool__(self) -> bool:
        return bool(self != 0)

    def __neg__(self) -> "Probe":
        return Probe(-self.base, {key: (-low, -high) for key, (low, high) in self.others.items()})


def values_of(number: object) -> tuple[object, dict[str, tuple[object, object]]]:
    return (number.base, number.others) if isinstance(number, Probe) else (number, {})


def sides_of(call: Callable, *numbers: object) -> tuple[object, dict[str, tuple[object, object]]]:
    """Call with the numbers as they are, and for each constant in them with its lower and higher value."""
    parts = [values_of(number) for number in numbers]
    base = [value for value, _ in parts]
    keys = {key for _, others in parts for key in others}
    return call(*base), {
        key: tuple(
            call(*(others.get(key, (value, value))[side] for value, others in parts)) for side in (0, 1)
        )
        for key in keys
    }


def decide(call: Callable, *numbers: object) -> object:
    """Give what the call gives, and record the constants whose other values would give something else."""
    given, others = sides_of(call, *numbers)
    for key, both in others.items():
        for side in (0, 1):
            if both[side] != given:
                Record.note(key, side)
    return given


def _define_operators() -> None:
    def compared(call: Callable) -> Callable:
        return lambda self, other: decide(call, self, other)

    def counted(call: Callable, *, turned: bool) -> Callable:
        def count(self: Probe, other: object) -> object:
            if not isinstance(other, (int, float, Probe)):
                return call(other, self._used()) if turned else call(self._used(), other)
            return Probe(*(sides_of(call, other, self) if turned else sides_of(call, self, other)))

        return count

    for name in ("lt", "le", "gt", "ge", "eq", "ne"):
        setattr(Probe, f"__{name}__", compared(getattr(operator, name)))
    for name in ("add", "sub", "mul", "truediv", "floordiv", "mod"):
        setattr(Probe, f"__{name}__", counted(getattr(operator, name), turned=False))
        setattr(Probe, f"__r{name}__", counted(getattr(operator, name), turned=True))


_define_operators()


def cut(whole: object, lower: object, upper: object, step: object) -> object:
    if not any(isinstance(bound, Probe) for bound in (lower, upper, step)):
        return whole[lower:upper:step]
    given, others = sides_of(lambda *bounds: whole[slice(*bounds)], lower, upper, step)
    for key, both in others.items():
        for side in (0, 1):
            if len(both[side]) != len(given):
                Record.note(key, side)
    return given


def first_of(things: object, *bounds: object) -> Iterator:
    """Do what `itertools.islice` does."""
    if not any(isinstance(bound, Probe) for bound in bounds):
        return itertools.islice(things, *bounds)
    if len(bounds) == 1:
        return _counted(iter(things), *values_of(bounds[0]))
    listed = list(things)
    return iter(cut(listed, bounds[0], bounds[1], None))


def numbers_up_to(*bounds: object) -> object:
    """Do what `range` does."""
    if not any(isinstance(bound, Probe) for bound in bounds):
        return range(*bounds)
    if len(bounds) == 1:
        return _counted(itertools.count(), *values_of(bounds[0]))
    return range(*(int(bound) for bound in bounds))


def _counted(things: Iterator, most: int, others: dict[str, tuple[int, int]]) -> Iterator:
    for place in range(most):
        thing = next(things, things)
        if thing is things:
            return
        for key, (low, _) in others.items():
            if place >= low:
                Record.note(key, 0)
        yield thing
    if next(things, things) is not things:
        for key in others:
            Record.note(key, 1)


class _ProbedTree(ast.NodeTransformer):
    """The tree of a module with probes for its constants, and with calls where C code would read a number unseen."""

    def __init__(self, constants: dict[str, Constant]) -> None:
        self.constants = constants

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        target = node.targets[0]
        if isinstance(target, ast.Name) and target.id in self.constants and target.col_offset == 0:
            constant = self.constants[target.id]
            low, high = constant.neighbors()
            made = ast.parse(f"__probe__({constant.value!r}, {{{constant.key!r}: ({low!r}, {high!r})}})")
            node.value = made.body[0].value
            return node
        return self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.ctx, ast.Load) or not isinstance(node.slice, ast.Slice):
            return node
        bounds = [
            bound or ast.Constant(None) for bound in (node.slice.lower, node.slice.upper, node.slice.step)
        ]
        return ast.Call(ast.Name("__cut__", ast.Load()), [node.value, *bounds], [])

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id in ("range", "islice"):
            node.func = ast.Name(f"__{node.func.id}__", ast.Load())
        return node


def probe_constants(module: str, tree: ast.Module) -> ast.Module:
    """Put probes in place of a module's constants; what is learned from several pages is tried whole."""
    if module.startswith("worker.boilerplate"):
        return tree
    return _ProbedTree({constant.name: constant for constant in constants_of(module, tree)}).visit(tree)


def import_probed() -> None:
    """Import all modules of the worker anew, with probes."""
    vars(builtins).update(__probe__=Probe, __cut__=cut, __range__=numbers_up_to, __islice__=first_of)
    import_edited(probe_constants)
