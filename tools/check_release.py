"""Install what was built into clean environments and use it: python tools/check_release.py dist.

Needs the registry for the packages that feedmill depends on; these come as pinned. Ends with 1 when something
that an operator or a consumer would do first does not work.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

PINS = Path(__file__).parent.parent / "requirements" / "run.txt"
CONSUMER = (
    "import feedmill, importlib.util as u;"
    "assert feedmill.Consumer and not u.find_spec('worker') and not u.find_spec('config');"
    "print('the client alone is', feedmill.__file__.rsplit('/', 2)[1])"
)


def main(dist: Path) -> None:
    """Check both ways of installing, and both kinds of files."""
    wheels, archives = sorted(dist.glob("*.whl")), sorted(dist.glob("*.tar.gz"))
    client = next(path for path in wheels if path.name.startswith("feedmill_client"))
    uv = str(Path(sys.executable).with_name("uv"))
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for name, files in (("wheels", wheels), ("archives", archives)):
            python = _environment(folder / name)
            _run(python, "-m", "pip", "install", "-q", "--require-hashes", "-r", str(PINS))
            _run(python, "-m", "pip", "install", "-q", "setuptools>=77") if name == "archives" else None
            _run(python, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", *map(str, files))
            _run(python, "-m", "pip", "check")
            _works(
                str(Path(python).with_name("feedmill")), f"pip install of the {name}", folder / f"{name}-data"
            )
        python = _environment(folder / "client")
        _run(python, "-m", "pip", "install", "-q", str(client))
        sys.stdout.write(_run(python, "-c", CONSUMER))
        tools = {"UV_TOOL_DIR": str(folder / "tools"), "UV_TOOL_BIN_DIR": str(folder / "bin")}
        main_wheel = next(path for path in wheels if path != client)
        pinned = ("--with", str(client), "--constraints", str(PINS))
        _run(uv, "tool", "install", "-q", "--python", sys.executable, *pinned, str(main_wheel), **tools)
        _works(str(folder / "bin" / "feedmill"), "uv tool install", folder / "tool-data")


def _environment(folder: Path) -> str:
    _run(sys.executable, "-m", "venv", str(folder))
    return str(folder / "bin" / "python")


def _works(feedmill: str, how: str, data: Path) -> None:
    version = _run(feedmill, "--version").strip()
    config = data / "config"
    _run(feedmill, "init", str(config))
    _run(feedmill, "--config", str(config), "--data-dir", str(data / "d"), "pause", "all")
    _run(feedmill, "--config", str(config), "--data-dir", str(data / "d"), "status")
    _run(feedmill, "demo")
    sys.stdout.write(f"{how}: {version}: init, status and demo work\n")


def _run(*command: str, **more: str) -> str:
    import os  # noqa: PLC0415

    outside = {
        name: value for name, value in os.environ.items() if not name.startswith(("FEEDMILL_", "PYTHON"))
    }
    ran = subprocess.run(
        command, capture_output=True, text=True, check=False, env=outside | more, cwd=Path.home()
    )
    if ran.returncode:
        sys.exit(f"{' '.join(command)}: {ran.returncode}\n{ran.stdout[-2000:]}{ran.stderr[-2000:]}")
    return ran.stdout


if __name__ == "__main__":
    main(Path(sys.argv[1] if sys.argv[1:] else "dist").absolute())
