"""What holds for every command: help with an example, exit codes, no traceback, an instant start."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
import typer
from running import COMMAND, Site, clean_environment
from support.waiting import block_until

from config.errors import ConfigError, ConfigProblem
from daemon.cli import app
from daemon.embedded_server.data_folder import DataFolder
from daemon.errors import DataFolderLockedError, InvalidRequestError, ServerError
from daemon.terminal.error_report import print_error
from feedmill._text_safety import plain_text


def commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    found: list[tuple[tuple[str, ...], click.Command]] = [(path, group)]
    for name, command in group.commands.items():
        below = (*path, name)
        found += commands(command, below) if hasattr(command, "commands") else [(below, command)]
    return found


ALL = commands(typer.main.get_command(app))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "config", tmp_path / "data")


def test_all_commands_are_there() -> None:
    top = {path[0] for path, _ in ALL if path}
    wanted = "up scheduler worker demo init url status doctor tail search consume replay dead groups clean"
    wanted += (
        " parse feeds backfill config web webhooks metrics ready service pause resume backup restore help"
    )
    wanted += " sites"
    assert top == set(wanted.split())
    assert {path[1] for path, _ in ALL if path[:1] == ("feeds",) and path[1:]} == {
        *(
            "list",
            "add",
            "remove",
            "why",
            "check",
            "import",
            "export",
            "report",
            "poll",
            "retry",
            "dropped",
            "set",
            "packs",
        )
    }
    assert {path[1] for path, _ in ALL if path[:1] == ("dead",) and path[1:]} == {
        *("list", "show", "retry", "drop")
    }
    assert {path[1] for path, _ in ALL if path[:1] == ("sites",) and path[1:]} == {"show", "forget"}
    assert {path[1] for path, _ in ALL if path[:1] == ("config",) and path[1:]} == {"show", "check"}


@pytest.mark.parametrize(("path", "command"), ALL, ids=[" ".join(path) or "feedmill" for path, _ in ALL])
def test_the_help_of_every_command_says_what_it_does_and_shows_an_example(
    path: tuple[str, ...], command: click.Command
) -> None:
    shown = command.get_help(click.Context(command, info_name=" ".join(("feedmill", *path))))
    example = shown.partition("Example:")[2]
    assert f"feedmill{'' if path else ' '}" in example
    assert " ".join(path) in example
    assert command.help
    assert command.help.endswith(".")
    assert all(getattr(parameter, "help", "given") for parameter in command.params)


def test_help_loads_no_heavy_module() -> None:
    heavy = [
        "redis",
        "rq",
        "httpx",
        "aiohttp",
        "lxml",
        "trafilatura",
        "feedparser",
        "structlog",
        "tomlkit",
        "msgspec",
        "rich",
        "asyncio",
    ]
    script = f"import sys, daemon.cli; print(*[name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == ""


@pytest.mark.parametrize(
    "words",
    [
        ("frobnicate",),
        ("up", "--frobnicate"),
        ("tail", "--count", "0"),
        ("clean",),
        ("clean", "no-such-file.html"),
        ("feeds", "add", "ftp://x.example"),
        ("feeds", "add", "https://x.example", "--interval", "soon"),
        ("--config", "no-such-folder", "up"),
    ],
)
def test_who_asks_wrongly_gets_2_and_one_line(site: Site, words: tuple[str, ...]) -> None:
    done = site.run(*words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert "rror: " in done.stderr or "feedmill: " in done.stderr


def test_up_without_a_feed_list_says_what_to_do(site: Site) -> None:
    site.config.mkdir()
    done = site.run("up")
    assert (done.returncode, done.stderr) == (
        2,
        f"feedmill: no feeds.toml in {site.config}; `feedmill init` writes one\n",
    )


def test_mistakes_in_the_files_are_all_printed_with_2(site: Site) -> None:
    site.write("ftp://x.example", "https://y.example", settings="[poling]\n")
    for words in (("up",), ("config", "check"), ("status",)):
        done = site.run(*words, FEEDMILL_WORKERS_LEASE="x")
        assert done.returncode == 2
        assert done.stderr.startswith("feedmill: 3 mistakes in the configuration:\n")
        assert done.stderr.count("allowed: ") == 3
    assert not site.data.exists()


def test_a_server_that_is_not_there_is_1_and_one_line(site: Site) -> None:
    site.write()
    done = site.run("status", FEEDMILL_REDIS_URL="redis://127.0.0.1:1/0")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_the_version_is_printed() -> None:
    done = subprocess.run([*COMMAND, "--version"], capture_output=True, check=True, text=True)
    assert done.stdout.startswith("feedmill 0.")


def test_a_reader_that_leaves_is_no_error(site: Site) -> None:
    site.write(*(f"https://{number}.example/" for number in range(2000)))
    script = f"{' '.join(site.arguments('feeds', 'list', '--json'))} | head -1"
    done = subprocess.run(
        script, shell=True, capture_output=True, check=True, text=True, env=clean_environment()
    )
    assert (done.stdout, done.stderr) == ("[\n", "")


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (ConfigError([ConfigProblem("f:1", "k", "is x", "y")]), 2,
        "feedmill: 1 mistake in the configuration:\n  f:1: k: is x;"),
        (InvalidRequestError("no"), 2, "feedmill: no\n"),
        (DataFolderLockedError("/d", "process 5"), 2,
        "feedmill: /d is held by another `feedmill up` (process 5)"),
        (ServerError("gone"), 1, "feedmill: gone\n"),
        (PermissionError(13, "Permission denied", "/x"), 1, "feedmill: /x: Permission denied\n"),
        (ZeroDivisionError("oh"), 1, "feedmill: a fault of feedmill itself: ZeroDivisionError: oh ("),
    ],
)  # fmt: skip
def test_an_error_ends_in_words_and_a_code(
    error: Exception, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(type(error)) as caught:
        raise error
    assert print_error(caught.value) == code
    assert capsys.readouterr().err.startswith(said)


def test_a_reader_that_leaves_and_a_full_disk_are_no_faults_of_feedmill(site: Site) -> None:
    site.write(*(f"https://news{number}.example/feed.xml" for number in range(1500)))
    for words in (("feeds", "list"), ("feeds", "list", "--json"), ("feeds", "export")):
        left = subprocess.Popen(site.arguments(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with left:
            assert left.stdout is not None
            assert left.stderr is not None
            left.stdout.readline()
            left.stdout.close()
            assert left.stderr.read() == b""
        assert left.returncode == 0, words
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(site.arguments(*words), stdout=full, stderr=subprocess.PIPE, check=False)
        assert done.returncode == 1
        assert done.stderr.decode() == "feedmill: nothing more can be written: No space left on device\n"


def test_ctrl_c_ends_a_tail_as_meant(site: Site) -> None:
    site.write()
    with subprocess.Popen(site.arguments("tail"), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as tail:
        block_until((site.data / "server.json").exists)
        tail.send_signal(signal.SIGINT)
        out, err = tail.communicate(timeout=120)
    assert (tail.returncode, out, err) == (0, b"", b"")


def test_a_long_folder_for_temporary_files_is_no_obstacle(tmp_path: Path) -> None:
    site = Site(tmp_path / "config", tmp_path / ("d" * 120))
    site.write()
    deep = tmp_path / ("t" * 120)
    deep.mkdir()
    done = site.run("status", TMPDIR=str(deep))
    assert done.returncode == 0, done.stderr
    shutil.rmtree(DataFolder(site.data).socket.parent)


@pytest.mark.parametrize(
    "words",
    [
        ("parse", "http://127.0.0.1:9/\x9b31m\x1b[2J"), ("clean", "\x1b[2J"), ("feeds", "check", "http://a.example/\x1b\u202e"),
        ("dead", "show", "\x1b[2J"),
    ],
)  # fmt: skip
def test_an_address_in_an_error_steers_no_terminal(words: tuple[str, ...], tmp_path: Path) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    site.write()
    done = site.run(*words)
    assert done.returncode
    assert plain_text(done.stderr) == done.stderr
