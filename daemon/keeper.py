"""Starts the keeper for an `up` of 0.1 that still runs and starts it by this path. It goes with 0.3."""

import os
import sys

if __name__ == "__main__":
    _KEEPER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "embedded_server", "keeper.py")  # noqa: PTH100, PTH118, PTH120
    os.execv(sys.executable, [sys.executable, "-I", "-S", _KEEPER, *sys.argv[1:]])  # noqa: S606
