"""Asks a server on a Unix socket whether it is there, without a client library."""

import socket
from enum import Enum
from pathlib import Path

_TIMEOUT_S = 2.0
"""Seconds that each step of a ping may take; a server that is slower counts as down."""


class PingResult(Enum):
    """What the server said."""

    UP = "up"
    LOADING = "loading"
    """It reads its append-only file and will answer later."""
    DOWN = "down"


def ping_server(path: Path, password: str) -> PingResult:
    """Send AUTH and PING; anything but the expected answers counts as down."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(_TIMEOUT_S)
            line.connect(str(path))
            line.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            said = b""
            while said.count(b"\r\n") < 2 and (chunk := line.recv(1024)):  # noqa: PLR2004  (two replies)
                said += chunk
    except OSError:
        return PingResult.DOWN
    if b"-LOADING" in said:
        return PingResult.LOADING
    return PingResult.UP if b"+PONG" in said else PingResult.DOWN
