"""A working feedmill is changed over from the last release, and back, under load (`make upgrade`)."""

import os
import subprocess
from pathlib import Path

import pytest
from upgrade_drill import main

ROOT = Path(__file__).resolve().parents[2]
BEFORE = "db664e2"
"""The last state of 0.1.0: what is changed over from where nothing has been released yet."""


def commit() -> str:
    """Give the commit named by FROM, else the last release, else the last state of 0.1.0."""
    git = ["git", "-C", str(ROOT)]
    described = [*git, "describe", "--tags", "--abbrev=0", "HEAD~1"]
    last = subprocess.run(described, capture_output=True, text=True, check=False).stdout.strip()
    wanted = os.environ.get("FROM") or last or BEFORE
    asked = [*git, "rev-parse", "--verify", "--quiet", f"{wanted}^{{commit}}"]
    found = subprocess.run(asked, capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.skip(f"the history here does not reach back to {wanted}")
    return found.stdout.strip()


async def test_a_change_over_under_load_loses_and_doubles_nothing() -> None:
    assert await main(commit()) == 0
