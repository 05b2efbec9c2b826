"""The Lua files keep the rules of the house."""

import inspect
import re
from importlib import resources
from pathlib import Path

import pytest
import redis
from ledger_scene import MODULES

from feedmill._ledger.core import keys
from feedmill._ledger.core.keys import TABLE, Keys
from feedmill._ledger.core.lua_script_assembly import SHARED, load_ledger_script, preload_ledger_scripts
from feedmill._ledger.core.operation_call import Call

LUA = Path(str(resources.files("feedmill._ledger"))) / "lua"
OPERATIONS = sorted(path.stem for path in LUA.glob("*.lua") if not path.name.startswith("_"))
SHARED_FILES = sorted(path.stem for path in LUA.glob("_*.lua"))


def test_each_operation_has_one_builder() -> None:
    built = [
        script
        for module in MODULES
        for _, function in inspect.getmembers(module, inspect.isfunction)
        if inspect.signature(function).return_annotation != inspect.Signature.empty
        and getattr(inspect.signature(function).return_annotation, "__origin__", None) is Call
        and function.__module__ == module.__name__
        for script in re.findall(r'build_call\(\s*"(\w+)"', inspect.getsource(function))
    ]
    assert sorted(built) == OPERATIONS


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_begins_with_its_contract(name: str) -> None:
    lines = (LUA / f"{name}.lua").read_text().splitlines()
    header = "\n".join(lines[: next(at for at, line in enumerate(lines) if not line.startswith("--"))])
    assert re.match(rf"-- {name}: \S.*\.", header)
    assert re.search(r"^-- KEYS     the ledger's table K; uses \S", header, re.MULTILINE)
    assert re.search(r"^-- ARGV     1 now", header, re.MULTILINE)
    assert re.search(r"^-- Returns  \S", header, re.MULTILINE)
    token = "answer(ARGV[2]" in (LUA / f"{name}.lua").read_text()
    assert token == ("2 token" in header)


@pytest.mark.parametrize("name", OPERATIONS + SHARED_FILES)
def test_no_script_spells_a_key(name: str) -> None:
    text = (LUA / f"{name}.lua").read_text()
    assert "feedmill:" not in text
    assert "KEYS[" not in text
    assert set(re.findall(r"\bK\.(\w+)", text)) <= set(TABLE)


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_script_compiles_within_its_needs(redis_client_sync: redis.Redis, name: str) -> None:
    source = load_ledger_script(name)
    assert redis_client_sync.script_load(source.source) == source.sha


def test_what_is_preloaded_reads_no_file_any_more() -> None:
    own = Keys("preloaded")
    preload_ledger_scripts(own)
    before = load_ledger_script.cache_info()
    assert [load_ledger_script(name, own).name for name in OPERATIONS] == OPERATIONS
    after = load_ledger_script.cache_info()
    assert (after.misses, after.hits) == (before.misses, before.hits + len(OPERATIONS))


def test_the_shared_files_are_all_in_use() -> None:
    assert [f"_{name}" for name in sorted(SHARED)] == SHARED_FILES


def test_no_other_module_spells_a_key() -> None:
    package = LUA.parent
    for path in package.rglob("*.py"):
        if path.name not in {"keys.py", "article_and_stream_keys.py"}:
            assert "feedmill:" not in path.read_text(), path


def test_every_key_method_is_in_the_table_and_carries_the_prefix() -> None:
    methods = {
        name for name, _ in inspect.getmembers(keys.Keys, inspect.isfunction) if not name.startswith("_")
    }
    assert methods - {"table"} == set(TABLE)
    assert all(key.startswith("mine:") for key in Keys("mine").table())
    assert (
        len(set(Keys().table())) >= len(TABLE) - 2
    )  # feeds:due and pages:waiting differ from their prefixes by a colon


@pytest.mark.parametrize("path", sorted(LUA.glob("*.lua")), ids=lambda path: path.name)
def test_lines_are_short(path: Path) -> None:
    assert max(len(line) for line in path.read_text().splitlines()) <= 120
