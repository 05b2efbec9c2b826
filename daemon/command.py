"""Starts the command for a `feedmill` script of 0.1, which starts it by this name. It goes with 0.3."""

from daemon.cli import main

__all__ = ["main"]
