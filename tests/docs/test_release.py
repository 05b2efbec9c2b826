"""What would be released holds all that it needs, says one version, and bears its bill of materials."""

import json
import re
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from support.tracked import tracked

from tools.set_version import PLACES, change, versions

ROOT = Path(__file__).parent.parent.parent
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
CLIENT = tomllib.loads((ROOT / "feedmill/pyproject.toml").read_text())["project"]


def test_the_version_is_the_same_everywhere() -> None:
    assert versions(ROOT) == {VERSION}


def test_one_command_sets_the_version_everywhere(tmp_path: Path) -> None:
    for name in PLACES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text((ROOT / name).read_text())
    change(tmp_path, "7.8.9rc1")
    assert versions(tmp_path) == {"7.8.9rc1"}
    with pytest.raises(ValueError, match="such as"):
        change(tmp_path, "next")
    assert not [name for name in PLACES if f'"{VERSION}"' in (tmp_path / name).read_text()]


def test_every_dependency_is_pinned() -> None:
    pinned = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements/run.txt").read_text(), re.MULTILINE))
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {
        re.split("[<>=]", one)[0].replace("_", "-").lower() for one in [*wanted, *CLIENT["dependencies"]]
    }
    assert names - {"feedmill-client"} <= pinned


def test_every_package_is_released() -> None:
    built = set(CLIENT_PACKAGES)
    assert built == {
        ".".join(("feedmill", *path.parent.relative_to(ROOT / "feedmill").parts))
        for path in tracked("feedmill", "/__init__.py")
    }


CLIENT_PACKAGES = tomllib.loads((ROOT / "feedmill/pyproject.toml").read_text())["tool"]["setuptools"][
    "packages"
]


def test_what_make_release_has_built_is_whole() -> None:
    """Runs on what stands in dist/; building takes a minute, so `make release` does it."""
    dist = ROOT / "dist"
    if not (dist / f"feedmill-{VERSION}.cdx.json").exists():
        pytest.skip("nothing is built: make release")
    with zipfile.ZipFile(dist / f"feedmill-{VERSION}-py3-none-any.whl") as wheel:
        names = set(wheel.namelist())
    rooms = ("config", "scheduler", "worker", "web", "daemon", "seeds")
    assert {str(path.relative_to(ROOT)) for room in rooms for path in tracked(room)} <= names
    with tarfile.open(dist / f"feedmill_client-{VERSION}.tar.gz") as archive:
        assert any(name.endswith("_ledger/lua/publish.lua") for name in archive.getnames())
    bill = json.loads((dist / f"feedmill-{VERSION}.cdx.json").read_text())
    assert bill["bomFormat"] == "CycloneDX"
    assert {"trafilatura", "redis", "rq"} <= {one["name"] for one in bill["components"]}
