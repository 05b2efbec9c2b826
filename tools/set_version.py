"""Set the version everywhere it stands: python tools/set_version.py 0.2.0 [folder of the repository].

pyproject.toml is the place; what else must name it (the client's distribution, the dependency on it, the
container, `feedmill.__version__`) is written from there.
"""

import re
import sys
from pathlib import Path

PLACES = {
    "pyproject.toml": (r'(?m)^version = "(.+)"$', r'"feedmill-client==(.+)"'),
    "feedmill/pyproject.toml": (r'(?m)^version = "(.+)"$',),
    "feedmill/__init__.py": (r'(?m)^__version__ = "(.+)"$',),
    "Dockerfile": (r"(?m)^ARG VERSION=(.+)$",),
    "deploy/kustomize/kustomization.yaml": (r"(?m)^    newTag: (.+)$",),
}
"""Files, and what holds the version in them, once each."""
_RELEASE = r"\d+\.\d+\.\d+((a|b|rc)\d+)?"


def versions(root: Path) -> set[str]:
    """Return the versions that the files name: one, if all is well."""
    return {
        re.findall(place, (root / name).read_text(encoding="utf-8"))[0]
        for name, places in PLACES.items()
        for place in places
    }


def change(root: Path, version: str) -> None:
    """Write a version into every place; raises ValueError when it is none or a place is missing."""
    if not re.fullmatch(_RELEASE, version):
        raise ValueError(f"{version}: give a release such as 0.2.0 or 0.2.0rc1")
    for name, places in PLACES.items():
        text = (root / name).read_text(encoding="utf-8")
        for place in places:
            found = re.search(place, text)
            if found is None:
                raise ValueError(f"{name}: nothing there matches {place}")
            text = text[: found.start(1)] + version + text[found.end(1) :]
        (root / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    try:
        change(Path(sys.argv[2] if sys.argv[2:] else "."), sys.argv[1] if sys.argv[1:] else "")
    except ValueError as wrong:
        sys.exit(str(wrong))
