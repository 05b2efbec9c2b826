"""Describes errors of the Redis server to the operator: which server, what is wrong, what to do."""

import re
from types import TracebackType
from urllib.parse import urlsplit

from daemon.errors import ServerError

_URL = "[redis] url or FEEDMILL_REDIS_URL"
_ANSWERS = (
    (
        re.compile("invalid username-password|WRONGPASS|invalid password|Authentication failed"),
        f"refuses this user and password; the ones in {_URL} must be the server's",
    ),
    (
        re.compile("Authentication required|NOAUTH"),
        f"asks for a password; {_URL} carries it: redis://USER:PASSWORD@HOST:PORT/0",
    ),
    (
        re.compile("NOPERM|no permissions"),
        "allows this user too little; `feedmill help security` has the rules",
    ),
    (
        re.compile("DB index is out of range"),
        f"has no database of this number; the last part of {_URL} names it",
    ),
    (
        re.compile("Protocol Error|Connection closed by server|WRONG_VERSION_NUMBER|InvalidResponse"),
        f"answers, but not as Redis; {_URL} must name a Redis or Valkey server (rediss:// for TLS)",
    ),
    (re.compile("CERTIFICATE_VERIFY_FAILED"), f"shows a certificate that is not trusted; see {_URL}"),
    (
        re.compile("unknown command|Unknown Redis command"),
        "lacks a command; feedmill needs Redis 7.0 or Valkey 7.2, or newer",
    ),
    (re.compile("maxmemory|^OOM"), "has no memory left; raise its maxmemory, or lower [stream] max_bytes"),
    (re.compile("MISCONF"), "cannot write to its disk; look at its log"),
    (re.compile("(?i)time(d )?out"), f"does not answer; is it running, and is {_URL} right?"),
)
"""What a server or its socket may give, and what that means. The first that is found counts."""


def describe_server_error(error: BaseException, place: str = "") -> str:
    """Describe an error of the ledger or of the Redis client in one line; `place` has no password."""
    from feedmill._redis.connection_errors import find_system_reason  # noqa: PLC0415  (as below)

    server = f"the Redis server {place}" if place else "the Redis server"
    said = str(getattr(error, "said", error))
    for pattern, meaning in _ANSWERS:
        if pattern.search(said):
            return f"{server} {meaning}"
    if reason := find_system_reason(error):
        return f"{server} cannot be reached ({reason}); is it running, and is {_URL} right?"
    return f"{server} answers: {said}"


def hide_password(url: str) -> str:
    """Return where a server is, without user and password."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return parts.path
    return f"at {parts.netloc.rpartition('@')[2]}"


def require_tls_answer(url: str) -> None:
    """Raise ServerError where a rediss:// server takes connections and says nothing on them."""
    from feedmill._redis.tls_greeting import is_silent_on_tls  # noqa: PLC0415  (ssl takes its time)

    if is_silent_on_tls(url):
        raise ServerError(
            f"the Redis server {hide_password(url)} does not answer on TLS; where it has none,"
            f" {_URL} begins with redis://"
        )


class ServerErrorTranslation:
    """Raises, for an error of the server that ends a command, a ServerError with the server's address."""

    def __init__(self, url: str) -> None:
        self._url = url

    def __enter__(self) -> None:
        """Nothing to open."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Raise a ServerError for an error of the server."""
        if error is not None and is_server_error(error):
            raise ServerError(describe_server_error(error, hide_password(self._url))) from error


def is_server_error(error: BaseException) -> bool:
    """Return whether the server, or the way to it, is what an error is about."""
    from feedmill._ledger.errors import LedgerError  # noqa: PLC0415  (only a command that fails needs it)
    from feedmill.errors import AccessError, ServerLostError  # noqa: PLC0415

    ours = isinstance(error, (LedgerError, AccessError, ServerLostError))
    return ours or type(error).__module__.startswith("redis.")
