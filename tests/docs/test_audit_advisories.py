"""`make audit` asks pip-audit for real: an advisory fails it, silence skips it aloud."""

import asyncio
import json
import os
import re
import sys
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from tools.audit_dependencies import PROJECTS, floors

ROOT = Path(__file__).parent.parent.parent
PINNED = re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / "requirements" / "run.txt").read_text(), re.MULTILINE)
BAD = dict(PINNED)["lxml"]
FLOORS = floors()


@pytest.fixture
async def asked() -> AsyncIterator[tuple[str, list[str]]]:
    """Serve what OSV serves (its API's v1/query); a pinned package and a floor have an advisory."""
    bad = {("lxml", BAD), ("aiohttp", FLOORS["aiohttp"])}
    seen: list[str] = []

    async def answer(request: web.BaseRequest) -> web.Response:
        query = json.loads(await request.read())
        name, version = query["package"]["name"], query["version"]
        seen.append(name)
        advisory = {"id": "MILL-2026-1", "summary": "It reads a stranger's file.", "affected": []}
        return web.json_response({"vulns": [advisory]} if (name, version) in bad else {})

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
        sys.executable, str(ROOT / "tools" / "audit_dependencies.py"), "-s", "osv", "--osv-url", url,
        "--cache-dir", str(cache), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "NO_PROXY": "127.0.0.1"},
    )  # fmt: skip
    out, said = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), said.decode()


def test_every_dependency_has_a_floor_above_known_faults() -> None:
    wanted = [
        re.split("[<>=]", line)[0]
        for path in PROJECTS
        for line in tomllib.loads(path.read_text("utf-8"))["project"]["dependencies"]
        if not line.startswith("feedmill-client==")
    ]
    assert set(FLOORS) == set(wanted)
    assert _parts("aiohttp") >= (3, 14, 3)  # CVE-2026-69244
    assert _parts("starlette") >= (1, 0, 1)  # CVE-2026-48710


def _parts(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in FLOORS[name].split("."))


async def test_an_advisory_on_a_pinned_package_or_a_floor_fails_the_audit(
    asked: tuple[str, list[str]], tmp_path: Path
) -> None:
    url, seen = asked
    code, out, said = await audit(url, tmp_path)
    assert code == 1
    assert said == f"lxml {BAD}: MILL-2026-1\naiohttp {FLOORS['aiohttp']}: MILL-2026-1\n"
    pinned = len(seen) - len(FLOORS)
    assert (
        out == f"{pinned} pinned packages audited, 1 advisories\n{len(FLOORS)} floors audited, 1 advisories\n"
    )
    assert set(seen[:pinned]) <= {name for name, _ in PINNED}  # some pins are for other systems
    assert pinned > len(PINNED) / 2


async def test_a_service_that_does_not_answer_is_said_aloud_and_stops_nothing(tmp_path: Path) -> None:
    code, _, said = await audit("http://127.0.0.1:9/v1/query", tmp_path)
    assert code == 0
    assert "AUDIT SKIPPED" in said
