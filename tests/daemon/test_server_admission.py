"""A server whose settings lose articles is refused, in one line that says what to do."""

import os
import signal
from pathlib import Path

import pytest
import redis
from origin import serve
from running import Site

from daemon.health.server_admission import require_safe_server
from feedmill._ledger.errors import LedgerUnavailable
from feedmill._signals import StopRequest

SOUND = "wanted: on; set `appendonly yes`"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "config", tmp_path / "data")


async def test_a_server_that_loses_articles_is_refused_with_2_unless_told_otherwise(
    site: Site, redis_url: str, redis_client_sync: redis.Redis
) -> None:
    """The tests' own server keeps no append-only file."""
    assert redis_client_sync.info("persistence")["aof_enabled"] == 0
    async with serve({}) as origin:
        site.write(origin.url("/feed"))
        for role in ("scheduler --once", "worker --burst", "up --until-idle"):
            done = site.run(*role.split(), FEEDMILL_REDIS_URL=redis_url)
            assert done.returncode == 2, (role, done.stderr)
            (line,) = [line for line in done.stderr.splitlines() if "append-only" in line]
            assert SOUND in line
            assert "redis.accept_risks = true" in line
            assert "Traceback" not in done.stderr
        told = site.run("worker", "--burst", FEEDMILL_REDIS_URL=redis_url, FEEDMILL_REDIS_ACCEPT_RISKS="true")
        assert told.returncode == 0, told.stderr
        assert "append-only" in told.stderr


def test_the_wait_for_a_server_ends_with_the_request_to_end() -> None:
    with StopRequest() as request:
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(LedgerUnavailable):
            require_safe_server("redis://127.0.0.1:9/0", accept_risks=False, request=request)
