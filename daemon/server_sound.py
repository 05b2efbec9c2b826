"""Refuses a server that feedmill must not run on, and says what is wrong with one that it can run on."""

import time
from typing import Any

import structlog

from daemon.errors import WrongServerError
from daemon.server_check import judge_server, refused
from feedmill._ledger.connect import connect_sync
from feedmill._ledger.errors import LedgerUnavailable
from feedmill._ledger.ledger import ledger_errors

log = structlog.get_logger()

SERVER_AGAIN_S = 2.0


def require_sound(url: str, *, accept_risks: bool) -> None:
    """Look at a server's settings; raises WrongServerError for one that feedmill must not run on.

    With `accept_risks` wrong policies are said and no more. A server that is not there yet is waited for.
    """
    findings = judge_server(_info(url))
    wrong = refused(findings, accept_risks=accept_risks)
    if wrong is not None:
        raise WrongServerError(f"{wrong.what} is {wrong.found}; wanted: {wrong.wanted}; {wrong.remedy}")
    for finding in findings:
        if finding.level != "ok":
            log.warning("server", what=finding.what, found=finding.found, do=finding.remedy)


def _info(url: str) -> dict[str, Any]:
    waiting = False
    with connect_sync(url) as client:
        while True:
            try:
                with ledger_errors("INFO"):
                    info: dict[str, Any] = client.info()
            except LedgerUnavailable as error:  # no waiting mends another one
                if not waiting:
                    log.warning("redis_away", error=str(error))
                waiting = True
                time.sleep(SERVER_AGAIN_S)
            else:
                return info
