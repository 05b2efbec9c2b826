"""What the docs say is so: commands, options, settings, keys, files and links exist."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest
import typer
from support.docs_commands import DOCS, NAMED
from support.tracked import ROOT

from config.load import load_config
from config.settings import list_setting_descriptions
from daemon.cli import app
from feedmill._group.group_keys import GroupKeys
from feedmill._ledger.core.keys import Keys
from feedmill.article import SCHEMA, Article


def test_the_docs_name_many_commands() -> None:
    assert len({command for _, command in NAMED}) >= 15
    assert DOCS


@pytest.mark.parametrize(("path", "command"), NAMED, ids=lambda value: str(value).removeprefix(str(ROOT)))
def test_every_command_in_the_docs_exists_with_its_options(path: Path, command: str) -> None:
    where = f"{path.name}: feedmill {command}"
    words = shlex.split(command)
    tree = typer.main.get_command(app)
    while words:
        word = words.pop(0)
        if word == "--":  # what follows is another program's
            break
        if word.startswith("-"):
            named = [one for one in tree.params if word in (*one.opts, *one.secondary_opts)]
            assert named or word in {"--help", "-h"}, f"{where}: no option {word}"
            if named and not named[0].is_flag and words:
                words.pop(0)
        elif commands := getattr(tree, "commands", {}):
            assert word in commands, f"{where}: no command {word}"
            tree = commands[word]
        else:
            assert [one for one in tree.params if one.param_type_name == "argument"], (
                f"{where}: takes no argument"
            )


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_link_between_the_docs_leads_to_a_file(path: Path) -> None:
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text)
    missing = [link for link in links if "://" not in link and not (path.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_file_that_the_docs_name_in_backticks_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = set(
        re.findall(r"`((?:config|scheduler|worker|daemon|feedmill|seeds|docs|examples)/[\w./-]*)`", text)
    )
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_every_key_that_the_docs_name_is_one_of_the_ledgers() -> None:
    keys = Keys()
    known = {
        getattr(keys, name)()
        for name in dir(keys)
        if not name.startswith("_") and name not in ("table", "prefix")
    }
    groups = GroupKeys()
    known |= {groups.again(), groups.dead(), groups.tries()}
    known = {key.rstrip(":") for key in known}
    for path in DOCS:
        for name in re.findall(r"`(feedmill:[a-z:]+)(?:<\w+>)?`", path.read_text(encoding="utf-8")):
            assert name.rstrip(":") in known, f"{path.name}: {name}"


def test_every_setting_that_the_docs_name_exists() -> None:
    known = {(one.table, one.key) for one in list_setting_descriptions()}
    for path in DOCS:
        text = path.read_text(encoding="utf-8")
        for table, key in re.findall(r"`\[(\w+)\] (\w+)`", text):
            assert (table, key) in known, f"{path.name}: [{table}] {key}"
        for name in re.findall(r"\bFEEDMILL_[A-Z_]+[A-Z]\b", text):
            assert name.removesuffix("_FILE") in VARIABLES, f"{path.name}: {name}"


VARIABLES = {one.variable for one in list_setting_descriptions()} | {
    "FEEDMILL_CONFIG",
    "FEEDMILL_DATA_DIR",
    "FEEDMILL_TABLE_KEY",
}


def test_toml_in_the_docs_is_a_valid_configuration(tmp_path: Path) -> None:
    blocks = [
        block
        for path in DOCS
        for block in re.findall(
            r"^```toml\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
        )
    ]
    assert blocks
    for number, block in enumerate(blocks):
        folder = tmp_path / str(number)
        folder.mkdir()
        name = "feeds.toml" if "feeds" in tomllib.loads(block) else "feedmill.toml"
        (folder / name).write_text(block, encoding="utf-8")
        load_config(folder, {})


def test_the_stream_contract_names_every_field_of_entry_and_article() -> None:
    text = (ROOT / "docs" / "stream.md").read_text(encoding="utf-8")
    entry = {"event", "id", "rev", "source", "feed", "lang", "tags", "url", "time", "schema", "article"}
    rows = {
        name
        for row in re.findall(r"^\| (`[^|]+) \|", text, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    }
    story = {"story", "story_size", "story_sources", "similarity", "relation", "access", "reserved"}
    assert rows == entry | story | set(Article.__struct_fields__)
    assert f"`{SCHEMA}`" in text
