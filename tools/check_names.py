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
MIN_MODULES = 4
"""Modules of one folder without folders of its own, `__init__.py` aside: fewer join another folder."""
MAX_MODULES = 14
"""Modules of one folder at most: what a reader takes in at a look."""
MAX_LINES = 300
MAX_FRAGMENT_LINES = 60
"""Lines up to which a module that one other imports is a fragment of that one, and joins it."""
ONE_EACH = (
    "config/sections/",
    "daemon/commands/",
    "feedmill/_ledger/operations/",
    "web/api/",
    "web/pages/",
    "worker/cleaning/",
    "worker/document/normalization/",
    "worker/document/preparation/",
    "worker/pipeline/",
)
"""Folders with a module for each table, operation, command, endpoint, page, step or stage, however short."""
KEPT_APART = {
    "config/feed_list_diff.py": "pure; its user is a loop of a process",
    "daemon/entry.py": "imports nothing before it has set the signals",
    "feedmill/_ledger/identity/link_equivalence.py": "a rule on links, beside those that normalize them",
    "feedmill/_redis/tls_greeting.py": "opens a socket of its own; server_errors.py opens none",
    "feedmill/schema.py": "public: `python -m feedmill.schema` writes the schemas",
    "scheduler/intervals/failure_weights.py": "weights with their reasons, beside the rules that use the sum",
    "scheduler/loops/changed_bounds_rescheduling.py": "runs once at the start; main.py only wires",
    "scheduler/polling/poll_events.py": "the events of feeds, apart from the record that carries them",
    "web/api_routes.py": "lists all routes, where a reader looks for them",
    "web/http/token_file.py": "reads and writes a file; auth_token.py is pure",
    "web/router.py": "the one place that answers a path, apart from the process",
    "web/status/backed_off_sites.py": "reads the ledger for an endpoint; status_endpoints.py is full",
    "web/status/count_samples.py": "a loop of its own; main.py only wires",
    "web/status/running_state.py": "pure, with a table of tests; status_endpoints.py is full",
    "worker/process/dead_horses.py": "outlives the horses that main.py starts, with tests of its own",
    "worker/quality/retraction_notice.py": "pure, with its words in notices.toml; its user is a stage",
    "worker/stories/subject_builder.py": "pure; its user is a stage",
}
"""Fragments that stay modules, each with the reason."""
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
        "folders of few modules": sorted(small_folders()),
        "long modules": sorted(long_modules()),
        "fragments": sorted(fragments(trees)),
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


def small_folders() -> Iterator[str]:
    """Find folders that are too small for a room of their own."""
    inner = {path.parent for path in modules() if path.parent.parent != ROOT}
    for folder in sorted(inner):
        count = sum(path.name != "__init__.py" for path in folder.glob("*.py"))
        has_folders = any(other.parent == folder for other in inner)
        if 0 < count < MIN_MODULES and not has_folders:
            yield shown(folder)


def long_modules() -> Iterator[str]:
    """Find modules that are too long."""
    for path in modules():
        if len(path.read_text(encoding="utf-8").splitlines()) > MAX_LINES:
            yield shown(path)


def fragments(trees: dict[Path, ast.Module]) -> Iterator[str]:
    """Find short modules that one other imports and no reason keeps apart, and reasons without a module."""
    importers: dict[str, set[Path]] = defaultdict(set)
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
                for name in names:
                    importers[f"{name.replace('.', '/')}.py"].add(path)
    short = {
        shown(path)
        for path in trees
        if len(path.read_text(encoding="utf-8").splitlines()) <= MAX_FRAGMENT_LINES
        and len(importers[shown(path)]) == 1
        and not shown(path).startswith(ONE_EACH)
    }
    yield from (f"{name}: joins {shown(*importers[name])}" for name in short - KEPT_APART.keys())
    yield from (f"{name}: is kept apart and is no fragment" for name in KEPT_APART.keys() - short)


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
