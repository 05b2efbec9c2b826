# ruff: noqa: T201
"""Checks names and sizes: classes, folders, modules, and words that identifiers use no more.

    python tools/check_names.py            # ends with 1 and says what is wrong
    python tools/check_names.py --write    # writes what is wrong now as the exceptions

Exceptions stand in check_names.json. They only shrink: one that is needed no more is an error, too.
"""

import ast
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXCEPTIONS = Path(__file__).with_suffix(".json")
ROOMS = ("config", "scheduler", "worker", "web", "daemon", "feedmill", "seeds")
MAX_MODULES = 15
"""Modules of one folder, `__init__.py` aside: what a reader takes in at a look."""
MAX_LINES = 300
FORBIDDEN = {
    "told", "still", "tied", "course", "shelf", "errand", "errands", "bench", "desk", "liar", "grudge",
    "lies", "looker", "poetry", "glance", "glanced", "trifle", "trifles", "worries", "outlook",
    "entrance", "burial", "burials", "look", "looks", "looking", "insist", "insisted", "noted",
    "noting", "judge", "judged", "judges", "kin", "cage", "caged", "mended", "mend", "utils", "util",
    "helpers", "helper", "manager", "common", "misc", "bury", "patiently", "constantly",
}  # fmt: skip
"""Words that were used for what the field has a term for."""


def check() -> dict[str, list[str]]:
    """Return what is wrong, by the kind of check."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in modules()}
    return {
        "classes of one name": sorted(classes_of_one_name(trees)),
        "classes called as a library's": sorted(classes_of_libraries(trees)),
        "folders of many modules": sorted(large_folders()),
        "long modules": sorted(long_modules()),
        "words not used any more": sorted(set(forbidden_words(trees))),
    }


def modules() -> list[Path]:
    """List the modules of the product."""
    return sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def shown(path: Path) -> str:
    """Return a path as it stands in the repository."""
    return path.relative_to(ROOT).as_posix()


def classes_of(tree: ast.AST) -> Iterator[str]:
    """Yield the names of all classes that others may import."""
    yield from (
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )


def classes_of_one_name(trees: dict[Path, ast.Module]) -> Iterator[str]:
    """Find names that two classes have."""
    places: dict[str, list[str]] = defaultdict(list)
    for path, tree in trees.items():
        for name in classes_of(tree):
            places[name].append(shown(path))
    yield from (f"{name}: {', '.join(found)}" for name, found in places.items() if len(found) > 1)


def classes_of_libraries(trees: dict[Path, ast.Module]) -> Iterator[str]:
    """Find classes with the name of one that some module imports from a library."""
    imported: dict[str, str] = {}
    for tree in trees.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] not in ROOMS:
                for alias in node.names:
                    if alias.name[:1].isupper() and not alias.name.isupper():
                        imported[alias.name] = node.module or ""
    for path, tree in trees.items():
        yield from (
            f"{shown(path)}: {name} ({imported[name]})" for name in classes_of(tree) if name in imported
        )


def large_folders() -> Iterator[str]:
    """Find folders with more modules than a reader takes in."""
    counts: dict[Path, int] = defaultdict(int)
    for path in modules():
        counts[path.parent] += path.name != "__init__.py"
    yield from (shown(folder) for folder, count in counts.items() if count > MAX_MODULES)


def long_modules() -> Iterator[str]:
    """Find modules that are too long."""
    for path in modules():
        if len(path.read_text(encoding="utf-8").splitlines()) > MAX_LINES:
            yield shown(path)


def words_of(name: str) -> set[str]:
    """Take an identifier apart: `read_PageStats` into read, page, stats."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def forbidden_words(trees: dict[Path, ast.Module]) -> Iterator[str]:
    """Find modules, classes, functions, constants and fields with a word that is not used any more."""
    for path, tree in trees.items():
        names = [path.stem, *path.relative_to(ROOT).parent.parts, *definitions(tree)]
        for name in names:
            if words_of(name) & FORBIDDEN:
                yield f"{shown(path)}: {name}"


def definitions(tree: ast.Module) -> Iterator[str]:
    """Yield the names that a module defines: at its top, and in its classes."""
    for node in [
        *tree.body,
        *(item for top in tree.body if isinstance(top, ast.ClassDef) for item in top.body),
    ]:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (
                name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)
            )


def main() -> int:
    """Print what is new and what is needed no more; answers the exit status."""
    found = check()
    if "--write" in sys.argv[1:]:
        EXCEPTIONS.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return 0
    allowed = json.loads(EXCEPTIONS.read_text(encoding="utf-8"))
    wrong = 0
    for kind, items in found.items():
        before = set(allowed.get(kind, []))
        for item in sorted(set(items) - before):
            wrong += 1
            print(f"{kind}: {item}")
        for item in sorted(before - set(items)):
            wrong += 1
            print(f"{kind}: no more: {item}; take it out of {shown(EXCEPTIONS)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
