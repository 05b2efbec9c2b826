"""Ask the registry whether a pinned package is known to be vulnerable: python requirements/audit.py.

Options are pip-audit's, such as another vulnerability service.

Ends with 1 when one is. Where the registry does not answer, it says so loudly and ends with 0: a check that
needs the network must not stop work without one.
"""

import json
import subprocess
import sys
from pathlib import Path

PINS = Path(__file__).with_name("run.txt")
PATIENCE_S = 90
ASK = ("-m", "pip_audit", "--disable-pip", "--require-hashes", "--format=json", "--progress-spinner=off")


def main() -> int:
    """Ask, and say what came."""
    try:
        asked = subprocess.run(
            [sys.executable, *ASK, "-r", str(PINS), *sys.argv[1:]],
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        packages = json.loads(asked.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        sys.stderr.write("*** AUDIT SKIPPED: the registry did not answer; no package was checked ***\n")
        return 0
    asked_for = [package for package in packages if "skip_reason" not in package]
    if len(asked_for) < len(packages):
        unknown = len(packages) - len(asked_for)
        total = len(packages)
        sys.stderr.write(f"*** AUDIT SKIPPED for {unknown} of {total} packages: nothing is known ***\n")
    known = [(package, vuln["id"]) for package in asked_for for vuln in package["vulns"]]
    for package, advisory in known:
        sys.stderr.write(f"{package['name']} {package['version']}: {advisory}\n")
    sys.stdout.write(f"{len(asked_for)} packages audited, {len(known)} advisories\n")
    return bool(known)


if __name__ == "__main__":
    sys.exit(main())
