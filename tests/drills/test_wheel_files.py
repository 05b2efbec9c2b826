"""Both wheels hold every file that git tracks in their packages; an editable install hides a missing one."""

from pathlib import Path
from zipfile import ZipFile

import pytest
from replaced_install import build_wheels, copy_tracked
from tracked import ROOT, tracked

PACKAGES = ("config", "scheduler", "worker", "web", "daemon", "seeds", "feedmill")
MANUAL = sorted((ROOT / "docs").glob("*.md"))
"""Pages that `feedmill help` prints; the build copies them."""
NO_PART = frozenset({"feedmill/pyproject.toml"})
"""What says how a wheel is built is no part of it."""


def list_tracked_files() -> set[str]:
    return {str(path.relative_to(ROOT)) for package in PACKAGES for path in tracked(package)} - NO_PART


def find_original(name: str) -> Path:
    return ROOT / "docs" / Path(name).name if name.startswith("daemon/manual/") else ROOT / name


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("wheels")
    copy_tracked(folder / "tree")
    found: dict[str, bytes] = {}
    for wheel in build_wheels(folder / "tree", folder / "dist"):
        with ZipFile(wheel) as file:
            names = [name for name in file.namelist() if ".dist-info/" not in name]
            assert not found.keys() & set(names), "a file is in both wheels"
            found.update((name, file.read(name)) for name in names)
    return found


def test_the_wheels_have_each_tracked_file_and_no_other(packed: dict[str, bytes]) -> None:
    wanted = list_tracked_files() | {f"daemon/manual/{page.name}" for page in MANUAL}
    assert sorted(wanted - packed.keys()) == []
    assert sorted(packed.keys() - wanted) == []


def test_the_files_in_the_wheels_are_those_of_the_checkout(packed: dict[str, bytes]) -> None:
    assert [name for name in sorted(packed) if find_original(name).read_bytes() != packed[name]] == []


def test_data_of_every_kind_is_in_the_wheels(packed: dict[str, bytes]) -> None:
    kinds = {Path(name).suffix or Path(name).name for name in packed}
    assert {".toml", ".lua", ".html", ".css", ".js", ".opml", ".xml", ".md", ".txt", ".typed"} <= kinds
