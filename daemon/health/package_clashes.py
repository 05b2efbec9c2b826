"""Finds packages of feedmill's names that are another's: python-daemon installs `daemon`, others `config`.

A package before ours on the path takes its place; one that is installed into the same folder mixes its files
with ours. The first is found before any command runs, the second by the doctor.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from daemon.health.server_checks import Finding

PACKAGES = ("config", "daemon", "scheduler", "worker", "web")
"""The application's own; the client's package `feedmill` may lie elsewhere."""
DISTRIBUTIONS = frozenset({"feedmill", "feedmill-client"})
REMEDY = "install feedmill in an environment of its own (`uv tool install`, `pipx install`)"


def find_shadowed_package(
    root: Path, find: Callable[[str], ModuleSpec | None] = find_spec
) -> tuple[str, str] | None:
    """Return the first package that is not loaded from `root`, and where it lies; None when all are."""
    for name in PACKAGES:
        spec = find(name)
        origin = spec.origin if spec is not None else None
        if origin is None or Path(origin).resolve() != (root / name / "__init__.py").resolve():
            return name, origin or "nowhere"
    return None


def describe_shadowed_package(name: str, place: str) -> str:
    """Describe in a line which package took the place of ours, and what helps."""
    return f"the package `{name}` of feedmill is hidden by {place}; {REMEDY}, and keep it off PYTHONPATH"


def check_package_clashes(owners: Mapping[str, Sequence[str]]) -> "Iterator[Finding]":
    """Check which distributions own feedmill's packages, by `importlib.metadata.packages_distributions`."""
    from daemon.health.server_checks import Finding  # noqa: PLC0415  (each command starts with this module)

    foreign = {
        name: sorted(set(owners.get(name, ())) - DISTRIBUTIONS) for name in (*PACKAGES, "feedmill", "seeds")
    }
    found = ", ".join(f"{name} is also of {' and '.join(dists)}" for name, dists in foreign.items() if dists)
    wanted = "feedmill's packages are its own"
    if found:
        yield Finding("packages", "wrong", found, wanted, REMEDY)
    else:
        yield Finding("packages", "ok", "no other distribution has files in them", wanted)
