"""Starts the `feedmill` command: signals first, so that Ctrl-C ends the imports too without a trace."""

from feedmill._signals import die_by_signals


def main() -> None:
    """Run the command line, as `daemon.cli.main` says."""
    die_by_signals()
    from daemon.cli import main as run  # noqa: PLC0415  (after the signals)

    run()
