"""What `make release` builds, and its installs into clean environments (tools/check_release.py)."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools import build_release, check_release

ROOT = Path(__file__).resolve().parents[2]


def test_what_is_released_is_built_and_works_in_clean_environments(tmp_path: Path) -> None:
    asked = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "--dest", tmp_path / "asked"]
    if subprocess.run([*asked, "msgspec"], capture_output=True, check=False).returncode:
        pytest.skip("no package registry can be reached")
    build_release.main(tmp_path / "dist")
    check_release.main(tmp_path / "dist")
