"""Adds the pages of docs/ to what is built, for `feedmill help`; all else stands in pyproject.toml."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

DOCS = Path(__file__).resolve().parent / "docs"


class BuildWithManual(build_py):
    """Builds the packages, and copies the manual's pages to `daemon/manual`; editable ones read docs/."""

    def run(self) -> None:
        """Build the packages, then copy the pages."""
        super().run()
        if self.editable_mode:
            return
        manual = Path(self.build_lib) / "daemon" / "manual"
        manual.mkdir(parents=True, exist_ok=True)
        for page in sorted(DOCS.glob("*.md")):
            shutil.copyfile(page, manual / page.name)


setup(cmdclass={"build_py": BuildWithManual})
