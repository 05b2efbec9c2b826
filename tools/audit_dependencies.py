"""Ask the registry for advisories on the pinned packages and on the oldest ones that are allowed.

    python tools/audit_dependencies.py

The pins are what is released; the floors in both pyproject.toml are what an install elsewhere may bring.
Options are pip-audit's, such as another vulnerability service. Ends with 1 when a package is known to be
vulnerable. Where the registry does not answer, it says so loudly and ends with 0: a check that needs the
network must not stop work without one.
"""

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent.parent / "requirements"
PINS = HERE / "run.txt"
PROJECTS = (HERE.parent / "pyproject.toml", HERE.parent / "feedmill" / "pyproject.toml")
PATIENCE_S = 90
ASK = ("-m", "pip_audit", "--disable-pip", "--format=json", "--progress-spinner=off")
_FLOOR = re.compile(r"^([\w.-]+)>=([\w.]+)")


def main() -> int:
    """Ask the registry, and print the answer."""
    with tempfile.TemporaryDirectory() as folder:
        lowest = Path(folder) / "floors.txt"
        lowest.write_text("".join(f"{name}=={version}\n" for name, version in floors().items()), "utf-8")
        found = [
            _audit("pinned packages", ("--require-hashes", "-r", str(PINS))),
            _audit("floors", ("--no-deps", "-r", str(lowest))),
        ]
    return int(any(found))


def floors() -> dict[str, str]:
    """Read the oldest version of each dependency that pyproject.toml allows."""
    wanted = [
        line
        for path in PROJECTS
        for line in tomllib.loads(path.read_text("utf-8"))["project"]["dependencies"]
    ]
    return {found[1]: found[2] for line in wanted if (found := _FLOOR.match(line))}


def _audit(what: str, which: Sequence[str]) -> int:
    """Ask about some packages; answers how many advisories there are, 0 where nobody answers."""
    try:
        asked = subprocess.run(
            [sys.executable, *ASK, *which, *sys.argv[1:]],
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        packages = json.loads(asked.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        sys.stderr.write(f"*** AUDIT SKIPPED: the registry did not answer; no {what} were checked ***\n")
        return 0
    asked_for = [package for package in packages if "skip_reason" not in package]
    if len(asked_for) < len(packages):
        unknown = len(packages) - len(asked_for)
        total = len(packages)
        sys.stderr.write(f"*** AUDIT SKIPPED for {unknown} of {total} {what}: nothing is known ***\n")
    known = [(package, vuln["id"]) for package in asked_for for vuln in package["vulns"]]
    for package, advisory in known:
        sys.stderr.write(f"{package['name']} {package['version']}: {advisory}\n")
    sys.stdout.write(f"{len(asked_for)} {what} audited, {len(known)} advisories\n")
    return len(known)


if __name__ == "__main__":
    sys.exit(main())
