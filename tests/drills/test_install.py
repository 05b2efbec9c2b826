"""What the README says to type in a checkout installs a `feedmill` that works from an empty folder.

Needs a package index for what feedmill depends on; skipped where it does not answer, or where uv or pipx
cannot be had.
"""

import os
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from running import clean_environment

ROOT = Path(__file__).parents[2]
PAGE = "<article><h1>Mill</h1>" + "<p>The mill by the river grinds wheat for the town again.</p>" * 8
FEED = '[[feeds]]\nurl = "http://127.0.0.1:9/feed"\n'
SETTINGS = '[network]\nallow_private = ["127.0.0.0/8"]\n[web]\nenabled = false\n'
HANG_S = 900
BARE = ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME")


def run(*command: str, cwd: Path, **environ: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: value for name, value in clean_environment(**environ).items() if name not in BARE}
    return subprocess.run(
        command, cwd=cwd, env=kept, capture_output=True, text=True, timeout=HANG_S, check=False
    )


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy what git tracks: an install leaves build folders in its source."""
    folder = tmp_path_factory.mktemp("checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


@pytest.fixture
def python(tmp_path: Path) -> str:
    """Make an environment with pip alone."""
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    return str(tmp_path / "venv" / "bin" / "python")


def installed(done: "subprocess.CompletedProcess[str]") -> None:
    said = done.stdout + done.stderr
    if done.returncode and any(word in said for word in ("NewConnectionError", "dns error", "timed out")):
        pytest.skip("no package index answers here")
    assert done.returncode == 0, said[-3000:]


def works(feedmill: Path, folder: Path) -> None:
    """Do what a new user does, from an empty folder."""
    empty = folder / "empty"
    empty.mkdir()
    home = {"HOME": str(folder / "home"), "XDG_CONFIG_HOME": str(folder / "c")}
    home |= {"XDG_DATA_HOME": str(folder / "d"), "FEEDMILL_NETWORK_CONTACT": "mill@example.org"}

    def ok(*words: str) -> str:
        done = run(str(feedmill), *words, cwd=empty, **home)
        assert done.returncode == 0, (words, done.stdout[-2000:], done.stderr[-2000:])
        return done.stdout

    assert ok("--version").startswith("feedmill ")
    ok("init")
    config = folder / "c" / "feedmill"
    (config / "feeds.toml").write_text(FEED)
    (config / "feedmill.toml").write_text(SETTINGS)
    ok("up", "--until-idle")
    ok("doctor")
    (empty / "page.html").write_text(PAGE)
    assert "grinds wheat" in ok("clean", "page.html")
    ok("service", "install", "--user", "--into", str(folder / "units"))
    assert str(feedmill.parent) in (folder / "units" / "feedmill.service").read_text()
    assert "exactly once" in ok("demo")


@pytest.mark.timeout(2 * HANG_S)
def test_pip_installs_both_packages_from_a_checkout(checkout: Path, python: str, tmp_path: Path) -> None:
    installed(run(python, "-m", "pip", "install", "-q", "./feedmill", ".", cwd=checkout))
    works(Path(python).with_name("feedmill"), tmp_path)


@pytest.mark.timeout(2 * HANG_S)
def test_uv_installs_it_as_a_tool_from_a_checkout(checkout: Path, tmp_path: Path) -> None:
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if uv is None:
        pytest.skip("there is no uv")
    where = {"UV_TOOL_DIR": str(tmp_path / "tools"), "UV_TOOL_BIN_DIR": str(tmp_path / "bin")}
    installed(run(uv, "tool", "install", "-q", "--python", sys.executable, ".", cwd=checkout, **where))
    works((tmp_path / "bin" / "feedmill").resolve(), tmp_path)


@pytest.mark.timeout(2 * HANG_S)
def test_pipx_installs_it_from_a_checkout(checkout: Path, python: str, tmp_path: Path) -> None:
    if run(python, "-m", "pip", "install", "-q", "pipx", cwd=tmp_path).returncode:
        pytest.skip("pipx cannot be had here")
    where = {"PIPX_HOME": str(tmp_path / "pipx"), "PIPX_BIN_DIR": str(tmp_path / "bin")}
    preinstall = ("--preinstall", str(checkout / "feedmill"))
    pipx = (python, "-m", "pipx", "install", "--python", sys.executable)
    installed(run(*pipx, *preinstall, ".", cwd=checkout, **where))
    works((tmp_path / "bin" / "feedmill").resolve(), tmp_path)


def test_no_word_tells_a_user_to_install_either_name_from_an_index() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    told = []
    for name in listed.split():
        path = ROOT / name
        if name.startswith(("tests/", ".ci/")) or path.suffix not in {".md", ".py", ".toml", ".html", ".yml"}:
            continue
        for line in path.read_text("utf-8", errors="replace").splitlines():
            words = line.replace("`", " ").split()
            for verb, thing in pairwise(words):
                if verb in {"install", "upgrade"} and thing in {"feedmill", "feedmill-client"}:
                    told.append(f"{name}: {line}")
    assert told == []
