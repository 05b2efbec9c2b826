"""A command that writes a file leaves alone what it has not written, and never follows a link."""

import os
import stat
from pathlib import Path

import pytest

from daemon.errors import FileKeptError, InvalidRequestError
from daemon.feeds.opml import is_opml_of_feedmill, write_opml
from daemon.processes.systemd_install import is_unit_of_feedmill
from daemon.processes.systemd_units import ServicePaths, render_units
from daemon.terminal.output_files import replaced_file


def is_ours(file: Path) -> bool:
    return file.read_bytes().startswith(b"ours")


def write(file: Path, *, force: bool = False, mode: int = 0o644) -> None:
    with replaced_file(file, "file of ours", is_ours, force=force, mode=mode) as out:
        out.write(b"ours, new")


def fail_half_way(file: Path) -> None:
    with replaced_file(file, "file of ours", is_ours, force=False) as out:
        out.write(b"ours, ha%d" % (1 // 0))


def test_a_new_file_and_one_of_ours_are_written(tmp_path: Path) -> None:
    write(tmp_path / "a", mode=0o600)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600
    write(tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"ours, new"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_new_file_is_no_more_open_than_the_umask_and_the_old_one(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write(tmp_path / "a")
        assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640
        os.umask(0)
        write(tmp_path / "a")
        assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640
        write(tmp_path / "b")
        assert stat.S_IMODE((tmp_path / "b").stat().st_mode) == 0o644
    finally:
        os.umask(before)


def test_a_file_of_somebody_else_is_kept_unless_forced(tmp_path: Path) -> None:
    (tmp_path / "thesis").write_bytes(b"years of work")
    with pytest.raises(FileKeptError, match=r"is no file of ours: .*--force"):
        write(tmp_path / "thesis")
    assert (tmp_path / "thesis").read_bytes() == b"years of work"
    write(tmp_path / "thesis", force=True)
    assert (tmp_path / "thesis").read_bytes() == b"ours, new"


def test_a_link_is_replaced_with_force_only_and_never_followed(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"ours, old")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with pytest.raises(FileKeptError):
        write(tmp_path / "link")
    write(tmp_path / "link", force=True)
    assert (tmp_path / "target").read_bytes() == b"ours, old"
    assert not (tmp_path / "link").is_symlink()


@pytest.mark.parametrize("name", ["/dev/null", "."])
def test_what_is_no_file_is_refused_also_with_force(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidRequestError, match="standard output"):
        write(tmp_path / name, force=True)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequestError, match="cannot be written"):
        write(tmp_path / "none" / "a")


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"ours, old")
    with pytest.raises(ZeroDivisionError):
        fail_half_way(tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"ours, old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_opml_and_units_are_known_by_what_is_in_them(tmp_path: Path) -> None:
    assert is_opml_of_feedmill(write_opml([]))
    foreign = write_opml([]).replace(b"<title>feedmill", b"<title>feedmill and others")
    for other in (foreign, b"<opml version='2.0'><body/></opml>", b"<html/>", b""):
        assert not is_opml_of_feedmill(other)
    for name, text in render_units(ServicePaths(), ["up"]):
        (tmp_path / name).write_text(text)
        assert is_unit_of_feedmill(tmp_path / name)
    (tmp_path / "x.service").write_text("[Unit]\nDescription=Somebody else's feedmill\n")
    assert not is_unit_of_feedmill(tmp_path / "x.service")
