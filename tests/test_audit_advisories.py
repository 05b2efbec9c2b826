"""`make audit` asks pip-audit for real: an advisory fails it, silence skips it aloud."""

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

ROOT = Path(__file__).parent.parent
PINNED = re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / "requirements" / "run.txt").read_text(), re.MULTILINE)
BAD = dict(PINNED)["lxml"]


@pytest.fixture
async def asked() -> AsyncIterator[tuple[str, list[str]]]:
    """Serve what OSV serves (its API's v1/query); one package has an advisory."""
    seen: list[str] = []

    async def answer(request: web.BaseRequest) -> web.Response:
        query = json.loads(await request.read())
        name, version = query["package"]["name"], query["version"]
        seen.append(name)
        advisory = {"id": "MILL-2026-1", "summary": "It reads a stranger's file.", "affected": []}
        return web.json_response({"vulns": [advisory]} if (name, version) == ("lxml", BAD) else {})

    runner = web.ServerRunner(web.Server(answer), shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    yield f"http://127.0.0.1:{port}/v1/query", seen
    await runner.cleanup()


async def audit(url: str, cache: Path) -> tuple[int, str, str]:
    """Run the audit against a service; answers its code and what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(ROOT / "requirements" / "audit.py"), "-s", "osv", "--osv-url", url,
        "--cache-dir", str(cache), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "NO_PROXY": "127.0.0.1"},
    )  # fmt: skip
    out, said = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), said.decode()


async def test_an_advisory_on_a_pinned_package_fails_the_audit(
    asked: tuple[str, list[str]], tmp_path: Path
) -> None:
    url, seen = asked
    code, out, said = await audit(url, tmp_path)
    assert code == 1
    assert said == f"lxml {BAD}: MILL-2026-1\n"
    assert out == f"{len(seen)} packages audited, 1 advisories\n"
    assert set(seen) <= {name for name, _ in PINNED}  # some pins are for other systems
    assert len(seen) > len(PINNED) / 2


async def test_a_service_that_does_not_answer_is_said_aloud_and_stops_nothing(tmp_path: Path) -> None:
    code, _, said = await audit("http://127.0.0.1:9/v1/query", tmp_path)
    assert code == 0
    assert "AUDIT SKIPPED" in said
