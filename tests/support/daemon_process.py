"""Runs `feedmill up` as a process, with a client of its gateway."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from running import Site, clean_environment
from support import waiting


@asynccontextmanager
async def running_daemon(site: Site, redis_url: str | None) -> AsyncIterator[httpx.AsyncClient]:
    """Run `feedmill up` on a server, None: on the embedded one; gives a client of its gateway."""
    log = site.data.parent / "log"
    own = {"FEEDMILL_REDIS_URL": redis_url, "FEEDMILL_REDIS_ACCEPT_RISKS": "true"} if redis_url else {}
    environ = clean_environment(**own)
    with log.open("wb") as sink:
        process = await asyncio.create_subprocess_exec(*site.arguments("up"), stderr=sink, env=environ)
    try:

        def address() -> re.Match[str] | None:
            assert process.returncode is None, log.read_text()
            return re.search(r'"url": ?"(http://[^"]+)", ?"event": ?"gateway"', log.read_text())

        found = await waiting.until(address)
        assert found is not None
        token = (site.data / "web-token").read_text().strip()
        async with httpx.AsyncClient(
            base_url=found[1], timeout=120, trust_env=False, headers={"Authorization": f"Bearer {token}"}
        ) as http:
            yield http
    finally:
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 60)
