"""Starts the `feedmill` command: signals first, so that Ctrl-C ends the imports too without a trace."""

import sys
from pathlib import Path

from feedmill._signals import die_by_signals


def main() -> None:
    """Run the command line, as `daemon.cli.main` does; end with 1 where another package hides one of ours."""
    die_by_signals()
    from daemon.health.package_clashes import (  # noqa: PLC0415  (after the signals)
        describe_shadowed_package,
        find_shadowed_package,
    )

    shadowed = find_shadowed_package(Path(__file__).resolve().parents[1])
    if shadowed is not None:
        sys.exit(f"feedmill: {describe_shadowed_package(*shadowed)}")
    from daemon.cli import main as run  # noqa: PLC0415  (as above)

    run()
