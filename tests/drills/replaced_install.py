"""An installed feedmill that is replaced while it runs: as a tree of files, and as wheels in an environment.

Each begins with what stood at an older commit; `replace` puts today's in its place, as `git checkout` or
`pip install` would: processes that run already keep what they have loaded, their children load the new.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pytest
from tracked import ROOT, tracked

LAST_OF_0_1 = "db664e2"
"""What is changed over from where nothing has been released yet."""
DISTRIBUTIONS = ("feedmill", "")
"""Folders of the repository that a wheel is built from."""


class Installed(Protocol):
    """A feedmill that can be started, and replaced."""

    @property
    def python(self) -> str:
        """Give the interpreter that runs it."""

    @property
    def environ(self) -> Mapping[str, str]:
        """Give what its processes need in their environment."""

    def replace(self) -> None:
        """Put today's feedmill in its place."""


def find_last_release() -> str:
    """Give the commit named by FROM, else the last release, else the last state of 0.1.0."""
    git = ["git", "-C", str(ROOT)]
    described = [*git, "describe", "--tags", "--abbrev=0", "HEAD~1"]
    last = subprocess.run(described, capture_output=True, text=True, check=False).stdout.strip()
    wanted = os.environ.get("FROM") or last or LAST_OF_0_1
    asked = [*git, "rev-parse", "--verify", "--quiet", f"{wanted}^{{commit}}"]
    found = subprocess.run(asked, capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.skip(f"the history here does not reach back to {wanted}")
    return found.stdout.strip()


def unpack_commit(commit: str, folder: Path) -> None:
    """Write the tree of a commit into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    archive = subprocess.run(["git", "-C", ROOT, "archive", commit], capture_output=True, check=True).stdout
    subprocess.run(["tar", "-x", "-C", folder], input=archive, check=True)


def copy_tracked(folder: Path) -> None:
    """Write today's tree into a folder."""
    for path in tracked():
        (folder / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, folder / path.relative_to(ROOT))


def build_wheels(tree: Path, into: Path) -> list[Path]:
    """Build both wheels of a tree, without a registry."""
    uv = Path(sys.executable).with_name("uv")
    for name in DISTRIBUTIONS:
        words = ("build", "--offline", "--wheel", "--no-build-isolation", "--python", sys.executable)
        subprocess.run([uv, *words, "--out-dir", into, tree / name], capture_output=True, check=True)
    return sorted(into.glob("*.whl"))


@dataclass(frozen=True, slots=True)
class InstalledTree:
    """A checkout that is imported from where it lies."""

    folder: Path
    commit: str
    python: str = sys.executable

    def __post_init__(self) -> None:
        unpack_commit(self.commit, self.folder)

    @property
    def environ(self) -> Mapping[str, str]:
        """Give its folder as the first one that modules come from."""
        return {"PYTHONPATH": str(self.folder)}

    def replace(self) -> None:
        """Take the old files away and lay the new ones down, in the same folder."""
        for path in self.folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        copy_tracked(self.folder)


@dataclass(frozen=True, slots=True)
class InstalledWheels:
    """An environment with both wheels; what feedmill depends on comes from the environment of the tests."""

    folder: Path
    commit: str
    environ: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", self.folder / "venv"], check=True)
        paths = {"base": str(self.folder / "venv"), "platbase": str(self.folder / "venv")}
        own = Path(sysconfig.get_path("purelib", "venv", vars=paths))
        # a bare line: the .pth files over there, which name the checkout under test, are not read
        (own / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}{os.linesep}")
        unpack_commit(self.commit, self.folder / "before")
        copy_tracked(self.folder / "now")
        self._install("before")

    @property
    def python(self) -> str:
        """Give the environment's interpreter."""
        return str(self.folder / "venv" / "bin" / "python")

    def replace(self) -> None:
        """Install today's wheels over the old ones."""
        self._install("now")

    def _install(self, name: str) -> None:
        wheels = build_wheels(self.folder / name, self.folder / f"dist-{name}")
        pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", self.python)
        words = ("install", "--quiet", "--no-deps", "--no-index")
        subprocess.run([*pip, *words, *wheels], capture_output=True, check=True)
