"""Sets up the log: lines for a person at a terminal, JSON lines otherwise; to standard error."""

import logging
import sys
from typing import Any

import structlog

from config.settings import Logging
from feedmill._plain import printable


def set_up(settings: Logging, *, role: str | None = None) -> None:
    """Configure structlog, and the libraries' logging with it; `role` names the process in every line."""
    as_json = settings.format == "json" or (settings.format == "auto" and not sys.stderr.isatty())
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    ]
    renderers: list[Any] = (
        [structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer()]
        if as_json
        else [_plain, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), timestamp_key="time")]
    )
    structlog.configure(
        processors=[*shared, *renderers],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),  # a line is one write: processes share it
        cache_logger_on_first_use=True,
    )
    _join_libraries(shared, renderers)
    structlog.contextvars.clear_contextvars()
    if role:
        structlog.contextvars.bind_contextvars(role=role)


def _plain(logger: object, method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Replace characters that could steer the terminal; what others wrote ends up in these lines."""
    del logger, method
    return {name: printable(value) if isinstance(value, str) else value for name, value in event.items()}


def _join_libraries(shared: list[Any], renderers: list[Any]) -> None:
    """Give what libraries log through `logging` the same form; only their warnings are of interest."""
    stream = logging.StreamHandler(sys.stderr)
    stream.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderers],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [stream]
    root.setLevel(logging.WARNING)
