"""The data folder and all in it are their owner's alone: made so, tightened, or refused with the way out."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from typer.main import get_command

from daemon.cli import app
from daemon.embedded_server.data_folder import DataFolder
from daemon.embedded_server.private_folder import make_private_folder, may_own, require_own_folder
from daemon.embedded_server.server import EmbeddedServer
from daemon.errors import ForeignFolderError, ServerError

NOBODY = 65534
ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: gives files to another user")


@pytest.fixture
def short() -> Iterator[Path]:
    """Give a folder whose path leaves room for a socket's."""
    path = Path(tempfile.mkdtemp(prefix="fm-", dir="/tmp"))
    yield path
    shutil.rmtree(path)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_a_folder_is_made_for_its_owner_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_private_folder(tmp_path / "a" / "data")
    assert mode(tmp_path / "a" / "data") == 0o700
    assert capsys.readouterr().err == ""


def test_a_folder_of_an_older_version_is_tightened_and_that_is_said_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    (data / "metrics").mkdir(parents=True)
    for name in ("server.json", "server.log", "metrics/counter_worker-1.db"):
        (data / name).write_text("x")
        (data / name).chmod(0o664)
    data.chmod(0o755)
    make_private_folder(data)
    assert [mode(data / name) for name in ("", "metrics", "server.json", "metrics/counter_worker-1.db")] == [
        0o700, 0o700, 0o600, 0o600,
    ]  # fmt: skip
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert str(data) in said
    make_private_folder(data)
    assert capsys.readouterr().err == ""


@ROOT
@pytest.mark.parametrize("place", ["", "server.json", "metrics/one.db"])
def test_what_another_user_owns_is_refused_with_the_way_out(tmp_path: Path, place: str) -> None:
    data = tmp_path / "data"
    (data / "metrics").mkdir(parents=True)
    (data / "server.json").touch()
    (data / "metrics" / "one.db").touch()
    os.chown(data / place, NOBODY, NOBODY)
    with pytest.raises(ForeignFolderError, match=f"chown -R root {data}"):
        make_private_folder(data)


@ROOT
def test_a_user_without_a_name_is_refused_a_folder_of_root_with_a_command_that_works(short: Path) -> None:
    data = short / "data"
    data.mkdir(mode=0o755)
    short.chmod(0o755)
    child = os.fork()
    if child == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY - 1)
        try:
            make_private_folder(data)
        except ForeignFolderError as error:
            os._exit(0 if f"chown -R {NOBODY - 1} {data}" in str(error) else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@ROOT
def test_a_folder_that_a_stranger_cannot_read_comes_to_the_check_that_names_its_owner(short: Path) -> None:
    data = short / "data"
    data.mkdir(mode=0o700)
    os.chown(data, NOBODY - 1, NOBODY)
    short.chmod(0o755)
    command, words = get_command(app), ["--data-dir", str(data), "status"]
    command.make_context("feedmill", [*words])  # a stranger may not read what is imported here
    child = os.fork()
    if child == 0:
        os.setuid(NOBODY)
        try:
            command.make_context("feedmill", words)
            require_own_folder(data)
        except ForeignFolderError:
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.parametrize(
    ("owner", "mode", "user", "is_top", "fits"),
    [
        (1000, 0o40700, 1000, True, True),
        (1000, 0o100600, 1000, False, True),
        (1001, 0o40700, 1000, True, False),
        (0, 0o42775, 1000, True, True),
        (0, 0o40777, 1000, True, False),
        (0, 0o100600, 1000, False, False),
        (1000, 0o40700, 0, True, False),
    ],
)
def test_a_folder_is_ones_own_or_lent_by_root_to_a_group(
    owner: int, mode: int, user: int, is_top: bool, fits: bool
) -> None:
    assert may_own(owner, mode, user, is_top=is_top) is fits


@pytest.mark.parametrize("place", ["server.log", "metrics"])
def test_links_in_the_folder_are_refused_and_what_they_lead_to_is_left_alone(
    tmp_path: Path, place: str
) -> None:
    data, other = tmp_path / "data", tmp_path / "other"
    data.mkdir()
    other.mkdir(mode=0o755)
    other.chmod(0o755)
    (data / place).symlink_to(other)
    with pytest.raises(ForeignFolderError, match="is a link"):
        make_private_folder(data)
    assert mode(other) == 0o755


def test_the_folder_itself_may_be_a_link_to_a_folder_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir(mode=0o755)
    (tmp_path / "data").symlink_to(tmp_path / "disk")
    make_private_folder(tmp_path / "data")
    assert mode(tmp_path / "disk") == 0o700


@ROOT
def test_root_uses_the_running_server_of_another_user_and_starts_none(short: Path) -> None:
    data = short / "data"
    with EmbeddedServer(DataFolder(data)) as own:
        for path in (data, *data.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
        with EmbeddedServer(DataFolder(data)) as server:
            assert server.url == own.url
        assert {path.lstat().st_uid for path in data.rglob("*")} == {NOBODY}
    EmbeddedServer(DataFolder(data)).wait_gone()
    before = sorted(data.rglob("*"))
    with pytest.raises(ForeignFolderError), EmbeddedServer(DataFolder(data)):
        pass
    assert sorted(data.rglob("*")) == before


def test_what_the_server_writes_is_its_owners_alone(short: Path) -> None:
    folder = DataFolder(short / "data")
    with EmbeddedServer(folder) as server, redis.Redis.from_url(server.url) as client:
        client.set("a", "b")
        loose = [path for path in folder.path.rglob("*") if path.is_file() and mode(path) & 0o077]
        assert list(folder.path.rglob("*.aof")) != []
    EmbeddedServer(folder).wait_gone()
    assert loose == []


def test_a_folder_that_cannot_be_made_is_said_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ServerError, match="cannot be made"):
        make_private_folder(tmp_path / "file" / "data")
