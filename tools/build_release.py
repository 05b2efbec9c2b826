"""Build what is released, into a folder: python tools/build_release.py [dist].

Wheels and source archives of both distributions, the same bytes from the same commit, and a bill of materials
(CycloneDX) of what feedmill is installed with, made from the pins.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DISTRIBUTIONS = (ROOT / "feedmill", ROOT)


def main(into: Path) -> None:
    """Build everything."""
    into.mkdir(parents=True, exist_ok=True)
    if left := sorted(path.name for path in into.iterdir()):
        sys.exit(f"{into} is not empty: {', '.join(left[:5])}")
    with tempfile.TemporaryDirectory() as made:
        clean = Path(made) / "feedmill"
        _copy_tracked(clean)
        for distribution in DISTRIBUTIONS:
            _run("uv", "build", "--no-build-isolation", "--python", sys.executable, "--out-dir", str(into),
                 str(clean / distribution.relative_to(ROOT)))  # fmt: skip
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    bill = into / f"feedmill-{version}.cdx.json"
    pins, project = str(ROOT / "requirements/run.txt"), str(ROOT / "pyproject.toml")
    options = ("--pyproject", project, "--output-reproducible", "--of", "JSON", "-o", str(bill))
    _run("cyclonedx-py", "requirements", pins, *options)
    (into / ".gitignore").unlink(missing_ok=True)
    for path in sorted(into.iterdir()):
        sys.stdout.write(f"{path.name}  {path.stat().st_size} bytes\n")


def _copy_tracked(to: Path) -> None:
    """Copy what is under version control, as it stands: what lies about is not released."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z"],  # noqa: S607  (found on the path)
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).exists():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)


def _run(program: str, *words: str) -> None:
    beside = Path(sys.executable).with_name(program)
    environment = os.environ | {"SOURCE_DATE_EPOCH": _moment()}
    ran = subprocess.run([str(beside), *words], capture_output=True, text=True, check=False, env=environment)
    if ran.returncode:
        sys.exit(f"{program}: {ran.stderr[-2000:]}")


def _moment() -> str:
    """Return the time of the commit, which the archives bear."""
    told = subprocess.run(
        ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return told.stdout.strip() or "1704067200"


if __name__ == "__main__":
    main(Path(sys.argv[1] if sys.argv[1:] else "dist").absolute())
