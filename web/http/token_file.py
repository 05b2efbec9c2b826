"""Reads the gateway's access token from the data folder, or makes it there."""

import os
import secrets
from pathlib import Path

from web.http.auth_token import AccessToken

TOKEN_FILE = "web-token"  # noqa: S105


def load_token(folder: Path, configured: str) -> AccessToken:
    """Return the operator's token, else the one in the data folder, which is made where there is none.

    Raises OSError when the folder cannot be used.
    """
    if configured:
        return AccessToken(configured)
    path = folder / TOKEN_FILE
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = secrets.token_urlsafe(32)
    part = folder / f".{TOKEN_FILE}.{os.getpid()}"
    part.touch(mode=0o600)
    part.write_text(f"{made}\n", encoding="ascii")
    try:
        os.link(part, path)  # of several gateways that begin at once, one makes it
    except FileExistsError:
        made = path.read_text(encoding="ascii").strip()
    finally:
        part.unlink()
    return AccessToken(made)
