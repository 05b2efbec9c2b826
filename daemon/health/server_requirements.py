"""Refuses a server that feedmill must not run on, and says what is wrong with one that it can run on."""

import time
from typing import Any

import structlog

from daemon.errors import UnsuitableServerError
from daemon.health.server_checks import check_server, find_refusal
from feedmill._ledger.core.connect import connect_blocking
from feedmill._ledger.core.ledger import translate_errors
from feedmill._ledger.errors import LedgerUnavailable

log = structlog.get_logger()

RECHECK_S = 2.0


def require_safe_server(url: str, *, accept_risks: bool) -> None:
    """Look at a server's settings; raises UnsuitableServerError for one that feedmill must not run on.

    With `accept_risks` wrong policies are said and no more. A server that is not there yet is waited for.
    """
    findings = check_server(_read_info(url))
    wrong = find_refusal(findings, accept_risks=accept_risks)
    if wrong is not None:
        raise UnsuitableServerError(f"{wrong.what} is {wrong.found}; wanted: {wrong.wanted}; {wrong.remedy}")
    for finding in findings:
        if finding.level != "ok":
            log.warning("server", what=finding.what, found=finding.found, do=finding.remedy)


def _read_info(url: str) -> dict[str, Any]:
    waiting = False
    with connect_blocking(url) as client:
        while True:
            try:
                with translate_errors("INFO"):
                    info: dict[str, Any] = client.info()
            except LedgerUnavailable as error:  # no waiting mends another one
                if not waiting:
                    log.warning("redis_away", error=str(error))
                waiting = True
                time.sleep(RECHECK_S)
            else:
                return info
