"""Sets up the log: lines for a person at a terminal, JSON lines otherwise; to standard error.

What strangers wrote ends up in these lines, and errors of libraries quote what they were given: so control
characters, and the secrets among the settings, are taken out of every value where lines are made.
"""

import base64
import logging
import sys
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, unquote

import structlog

from config.settings import LoggingSettings, Settings, list_setting_descriptions
from config.terminal_log_renderer import TerminalLogRenderer
from feedmill._redis.sentinel_url import split_url
from feedmill._site_credentials.response_redaction import MASK, MIN_SECRET_CHARS
from feedmill._text_safety import make_line_printable

_MIN_SECRET_CHARS = 4
"""A secret of fewer characters is found in too many innocent words."""


def configure_logging(
    settings: LoggingSettings, *, role: str | None = None, secrets: Iterable[str] = ()
) -> None:
    """Configure structlog, and the libraries' logging with it; `role` names the process in every line.

    What is in `secrets` is never written.
    """
    as_json = settings.format == "json" or (settings.format == "auto" and not sys.stderr.isatty())
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        structlog.processors.format_exc_info,  # without the values of variables: these may be secret
    ]
    renderers: list[Any] = [
        _SecretMasker(secrets),
        structlog.processors.JSONRenderer() if as_json else _make_text_renderer(settings.format),
    ]
    structlog.configure(
        processors=[*shared, *renderers],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),  # a line is one write: processes share it
        cache_logger_on_first_use=True,
    )
    _configure_library_loggers(shared, renderers)
    structlog.contextvars.clear_contextvars()
    if role:
        structlog.contextvars.bind_contextvars(role=role)


def _make_text_renderer(form: str) -> Any:
    """Choose lines in words for the person at a terminal, or with all keys where `text` is asked for."""
    if form == "auto":
        return TerminalLogRenderer()
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), timestamp_key="time")


def list_secrets(settings: Settings) -> tuple[str, ...]:
    """List the secrets among the settings: passwords in URLs, tokens, webhooks' keys, what sites let in."""
    found = []
    for setting in list_setting_descriptions():
        value = getattr(getattr(settings, setting.table), setting.key)
        if setting.secret and isinstance(value, str):
            found += _list_url_secrets(value) if "://" in value else [value]
    found += [base64.b64encode(key).decode() for hook in settings.webhooks for key in hook.secrets]
    given = [secret for one in settings.credentials.sites for secret in one.secrets]
    found += [secret for secret in given if len(secret) >= MIN_SECRET_CHARS]
    found += [secret for proxy in settings.proxies.values() for secret in _list_url_secrets(proxy)]
    return tuple(sorted({one for one in found if len(one) >= _MIN_SECRET_CHARS}, key=len, reverse=True))


def _list_url_secrets(url: str) -> list[str]:
    """List a URL's passwords, in both writings; raises ValueError for what is no URL."""
    _, authority, _, query = split_url(url)
    password = authority.rpartition("@")[0].partition(":")[2]
    return [password, unquote(password), *(given for name, given in parse_qsl(query) if "password" in name)]


class _SecretMasker:
    """Takes secrets out of every value of a line, and characters that could steer a terminal."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = tuple(secrets)

    def __call__(
        self, logger: object, method: str, event: structlog.types.EventDict
    ) -> structlog.types.EventDict:
        """Clean one line."""
        del logger, method
        return {name: self._value(value, name) for name, value in event.items()}

    def _value(self, value: Any, name: str = "") -> Any:
        if isinstance(value, str):
            for secret in self._secrets:
                value = value.replace(secret, MASK)
            if name in {"exception", "trace"}:  # of several lines, each of them harmless
                return "\n".join(make_line_printable(line) for line in value.split("\n"))
            return make_line_printable(value)
        if isinstance(value, dict):
            return {key: self._value(one) for key, one in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._value(one) for one in value]
        return value if isinstance(value, int | float | None) else self._value(str(value))


def _configure_library_loggers(shared: list[Any], renderers: list[Any]) -> None:
    """Bring what libraries log through `logging` to the same form; only their warnings are of interest."""
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
