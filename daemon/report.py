"""Reports errors for a process of 0.1 that still runs and loads this at its end. It goes with 0.3."""

from daemon.terminal.error_report import print_error

__all__ = ["print_error"]
