"""Refuses a Redis server that feedmill must not run on, at the start; logs what else is wrong with it."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import structlog

from daemon.errors import UnsuitableServerError
from daemon.health.server_checks import check_server, find_refusal
from daemon.terminal.server_errors import describe_server_error
from feedmill._ledger.core.ledger_connections import connect_blocking
from feedmill._ledger.errors import LedgerUnavailable
from feedmill._ledger.redis_error_mapping import translate_errors
from feedmill._signals import StopRequest

log = structlog.get_logger()

T = TypeVar("T")
RECHECK_S = 2.0
"""Seconds between two tries to reach a server that is away: they matter little where a person has to act."""


def require_safe_server(url: str, *, accept_risks: bool, request: StopRequest | None = None) -> None:
    """Look at a server's settings; raises UnsuitableServerError for one that feedmill must not run on.

    With `accept_risks` wrong policies are said and no more. A server that is not there yet is waited for,
    until `request` asks to end: then it raises LedgerUnavailable.
    """
    findings = check_server(_read_info(url, request))
    wrong = find_refusal(findings, accept_risks=accept_risks)
    if wrong is not None:
        raise UnsuitableServerError(f"{wrong.what} is {wrong.found}; wanted: {wrong.wanted}; {wrong.remedy}")
    for finding in findings:
        if finding.level != "ok":
            log.warning("server", what=finding.what, found=finding.found, do=finding.remedy)


def call_until_answered(attempt: Callable[[], T], request: StopRequest | None) -> T:
    """Repeat an attempt until the server is there; raises LedgerUnavailable once `request` asks to end."""
    is_waiting = False
    while True:
        try:
            return attempt()
        except LedgerUnavailable as error:  # no waiting mends another one
            if not is_waiting:
                log.warning("redis_away", error=describe_server_error(error))
            is_waiting = True
            if request is None:
                time.sleep(RECHECK_S)
            elif request.wait(RECHECK_S):
                raise


def _read_info(url: str, request: StopRequest | None) -> dict[str, Any]:
    with connect_blocking(url) as client:

        def ask() -> dict[str, Any]:
            with translate_errors("INFO"):
                info: dict[str, Any] = client.info()
                return info

        return call_until_answered(ask, request)
