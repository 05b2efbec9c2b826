"""Lists the files that git tracks, or would take: what a build or an editor has left is none of them."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_LEFT = {"build", "dist", "__pycache__"}


@cache
def _names() -> tuple[str, ...]:
    git = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(git, capture_output=True, check=False).stdout.decode().split("\0")
    if any(listed):
        return tuple(name for name in listed if name)
    found = (
        path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file()
    )  # an archive has no history
    return tuple(str(path) for path in found if not (_LEFT.intersection(path.parts) or _hidden(path)))


def _hidden(path: Path) -> bool:
    return any(part.startswith(".venv") or part.endswith(".egg-info") for part in path.parts)


@cache
def tracked(folder: str = "", suffix: str = "") -> tuple[Path, ...]:
    """List the files under a folder of the repository whose names end so, in order."""
    under = f"{folder}/" if folder else ""
    found = (ROOT / name for name in _names() if name.startswith(under) and name.endswith(suffix))
    return tuple(sorted(path for path in found if path.is_file()))
