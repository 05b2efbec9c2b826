"""Packages of feedmill's names that belong to others are found, before a command runs and by the doctor."""

import os
import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from daemon.health.package_clashes import PACKAGES, check_package_clashes, find_shadowed_package

ROOT = Path(__file__).resolve().parents[2]


def test_packages_of_one_root_are_ours() -> None:
    assert find_shadowed_package(ROOT) is None


@pytest.mark.parametrize("origin", ["/elsewhere/web/__init__.py", "/elsewhere/web.py", None])
def test_a_package_from_elsewhere_is_named_with_its_place(origin: str | None) -> None:
    def find(name: str) -> ModuleSpec | None:
        place = origin if name == "web" else str(ROOT / name / "__init__.py")
        return ModuleSpec(name, None, origin=place)

    assert find_shadowed_package(ROOT, find) == ("web", origin or "nowhere")


def test_distributions_that_share_a_package_are_named() -> None:
    ours = {name: ["feedmill"] for name in PACKAGES} | {"feedmill": ["feedmill-client"]}
    assert [one.level for one in check_package_clashes(ours)] == ["ok"]
    shared = ours | {"daemon": ["feedmill", "python-daemon"]}
    (finding,) = check_package_clashes(shared)
    assert (finding.level, finding.found) == ("wrong", "daemon is also of python-daemon")


def test_the_command_says_which_package_hides_its_own(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "__init__.py").touch()
    command = [sys.executable, "-P", "-c", "from daemon.entry import main; main()", "--version"]
    environ = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    ended = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "the package `config` of feedmill is hidden by" in ended.stderr
    assert "Traceback" not in ended.stderr
