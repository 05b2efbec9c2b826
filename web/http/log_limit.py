"""Bounds how often one line is logged (for what strangers can cause as often as they like)."""

import logging
import time

import structlog

AGAIN_S = 600.0
"""Seconds between two log lines of one kind; those between are counted."""
_MOST_KINDS = 64
"""Bounds the kinds that are counted apart; the words of further ones are neither kept nor logged."""
log = structlog.get_logger()


class LogLimit:
    """When each kind was said last."""

    def __init__(self, again_s: float = AGAIN_S, most: int = _MOST_KINDS) -> None:
        self._again_s = again_s
        self._most = most
        self._said: dict[str, float] = {}

    def is_due(self, kind: str, now: float) -> bool:
        """Return whether a kind may be said at `now` (s, of the monotonic clock), and note that it is."""
        said = self._said.get(kind)
        if said is not None and now - said < self._again_s:
            return False
        if said is None and len(self._said) >= self._most:
            return False
        self._said[kind] = now
        return True


class ServerLog(logging.Handler):
    """Passes warnings and errors of the HTTP server on to the log of feedmill: each kind now and then."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._limit = LogLimit()

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line; the kind is the words before anything is put into them."""
        if not self._limit.is_due(str(record.msg), time.monotonic()):
            return
        more = {"error": repr(record.exc_info[1])} if record.exc_info else {}
        said = record.getMessage().strip()
        log.log(record.levelno, "gateway_http", said=said, again_s=AGAIN_S, **more)


def take_server_log() -> None:
    """Send uvicorn's log lines through a `ServerLog` and nowhere else."""
    logger = logging.getLogger("uvicorn.error")
    logger.handlers = [ServerLog()]
    logger.propagate = False
