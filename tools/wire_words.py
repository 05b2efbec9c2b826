# ruff: noqa: T201
"""Lists the words that others rely on: in Redis, streams, metrics, API, settings, commands and the log.

    python tools/wire_words.py > tests/whole/golden_records/words.json

A test holds that none of them goes: a name in the code may change, a word on the wire may not.
"""

import ast
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import typer.main

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from config.settings import list_setting_descriptions  # noqa: E402
from daemon.cli import app  # noqa: E402
from feedmill._group.group_keys import GroupKeys  # noqa: E402
from feedmill._ledger.core.keys import Keys  # noqa: E402
from feedmill._metrics.definitions import ALL_METRICS  # noqa: E402
from feedmill.asyncapi import build_asyncapi  # noqa: E402
from feedmill.event import STREAM_FIELDS  # noqa: E402
from feedmill.schema import article_schema, changes_schema  # noqa: E402
from web.api.openapi import build_openapi  # noqa: E402
from web.api_routes import API_ROUTES  # noqa: E402
from worker.quality.confidence import CONFIDENCE_FACTORS  # noqa: E402

ROOMS = ("config", "scheduler", "worker", "web", "daemon", "feedmill")
LEVELS = frozenset({"debug", "info", "warning", "error", "exception", "critical"})
WORD = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def collect() -> dict[str, list[str]]:
    """List the words by where they stand."""
    words: dict[str, set[str]] = {
        "redis_keys": {
            *Keys("P").table(),
            *GroupKeys("P", "G").table("N"),
            *GroupKeys("P", "G", "R").table("N"),
        },
        "lua": set(lua_words()),
        "stream_fields": set(STREAM_FIELDS),
        "stream_schemas": set(names_in([build_asyncapi(), article_schema(), changes_schema()])),
        "metrics": {" ".join((metric.full_name, *metric.labels)) for metric in ALL_METRICS},
        "api": set(names_in(build_openapi(API_ROUTES))),
        "settings": {setting.name for setting in list_setting_descriptions()}
        | {setting.variable for setting in list_setting_descriptions()},
        "commands": set(command_words(typer.main.get_command(app), "feedmill")),
        "log": set(log_words()),
        "doubts": set(CONFIDENCE_FACTORS),
        "outcomes": set(outcome_words()),
    }
    return {place: sorted(found) for place, found in words.items()}


def lua_words() -> Iterator[str]:
    """Yield the texts in the Lua files that are words: hash fields, counters, outcomes, commands."""
    for path in (ROOT / "feedmill").rglob("*.lua"):
        for text in re.findall(r"'([^'\n]*)'|\"([^\"\n]*)\"", path.read_text(encoding="utf-8")):
            word = text[0] or text[1]
            if re.fullmatch(r"[\w:.]+", word):
                yield word


def names_in(document: Any, at: str = "") -> Iterator[str]:
    """Yield the names in a schema document: of properties, parameters, paths, operations, and closed words.

    The names of components are no word: they are types.
    """
    if isinstance(document, Mapping):
        for name, value in document.items():
            if at in {"properties", "paths", "channels", "messages", "webhooks", "headers"}:
                yield f"{at}: {name}"
            if name in {"enum", "required"} and isinstance(value, (list, tuple)):
                yield from (f"{name}: {one}" for one in value)
            elif name in {"const", "operationId", "address"} or (name == "name" and "in" in document):
                yield f"{name}: {value}"
            yield from names_in(value, "" if at == "properties" else str(name))
    elif isinstance(document, (list, tuple)):
        for value in document:
            yield from names_in(value, at)


def command_words(command: click.Command, path: str) -> Iterator[str]:
    """Yield each command and each of its options and arguments."""
    yield path
    for parameter in command.params:
        words = [*parameter.opts, *parameter.secondary_opts]
        yield from (f"{path} {word}" for word in words if word.startswith("-"))
        if not words or not words[0].startswith("-"):
            name = parameter.metavar or parameter.name or ""
            yield f"{path} {name.upper()}"
    for name, inner in getattr(command, "commands", {}).items():
        yield from command_words(inner, f"{path} {name}")


def log_words() -> Iterator[str]:
    """Yield the events of the log with the keys that they carry."""
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr in LEVELS
                    and node.args
                    and isinstance(node.args[0], ast.Constant)
                    and isinstance(node.args[0].value, str)
                ):
                    event = node.args[0].value
                    yield event
                    yield from (f"{event}: {key.arg}" for key in node.keywords if key.arg)


def outcome_words() -> Iterator[str]:
    """Yield outcomes and reasons: what is said as one, what classes are made of, closed lists of words."""
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    name = (
                        node.func.attr
                        if isinstance(node.func, ast.Attribute)
                        else getattr(node.func, "id", "")
                    )
                    said = [word.value for word in node.keywords if word.arg in {"outcome", "reason"}]
                    said += node.args[:1] if name[:1].isupper() else []
                elif isinstance(node, ast.Assign):
                    targets = {getattr(target, "id", "") for target in node.targets}
                    said = [node.value] if targets & {"outcome", "reason"} else []
                elif isinstance(node, ast.Subscript) and getattr(node.value, "id", "") == "Literal":
                    said = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
                else:
                    said = []
                for one in said:
                    if (
                        isinstance(one, ast.Constant)
                        and isinstance(one.value, str)
                        and WORD.fullmatch(one.value)
                    ):
                        yield one.value


def main() -> None:
    """Print the words as JSON."""
    print(json.dumps(collect(), indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
