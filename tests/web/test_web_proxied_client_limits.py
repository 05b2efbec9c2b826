"""Clients behind a trusted proxy get a share each, and what strangers cause is said once."""

import asyncio
import ipaddress
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from gateway import BEARER, serving

from web.http import connections, log_limit
from web.http.log_limit import LogLimit, ServerLog
from web.http.proxied_client_limits import ProxiedClientLimits, identify_client

PROXIES = (ipaddress.ip_network("127.0.0.1/32"), ipaddress.ip_network("10.0.0.0/8"))
HUNG_S = 60.0


@pytest.mark.parametrize(
    ("headers", "client"),
    [
        ({}, ""),
        ({"x-forwarded-for": ""}, ""),
        ({"x-forwarded-for": "192.0.2.7"}, "192.0.2.7"),
        ({"x-forwarded-for": "198.51.100.1, 192.0.2.7"}, "192.0.2.7"),
        ({"x-forwarded-for": "198.51.100.1, 192.0.2.7, 10.1.2.3,127.0.0.1"}, "192.0.2.7"),
        ({"x-forwarded-for": "10.9.9.9, 10.1.2.3"}, "10.9.9.9"),
        ({"x-forwarded-for": "192.0.2.7:4711"}, "192.0.2.7"),
        ({"x-forwarded-for": "::ffff:192.0.2.7"}, "192.0.2.7"),
        ({"x-forwarded-for": "[2001:db8:1:2:3::4]:80"}, "2001:db8:1:2::/64"),
        ({"x-forwarded-for": "192.0.2.1, Unknown"}, "unknown"),
        ({"x-forwarded-for": "a" * 900}, "a" * 64),
        ({"x-forwarded-for": "192.0.2.7", "forwarded": "for=192.0.2.8"}, "192.0.2.7"),
        ({"forwarded": "for=192.0.2.7;proto=https;by=10.0.0.1"}, "192.0.2.7"),
        ({"forwarded": 'For="[2001:db8:1:2:3::4]:4711"'}, "2001:db8:1:2::/64"),
        ({"forwarded": 'for="x, for=192.0.2.1, proto=http; for="192.0.2.7:1"'}, "192.0.2.7"),
        ({"forwarded": "for=192.0.2.7, for=10.0.0.2"}, "192.0.2.7"),
        ({"forwarded": "for=192.0.2.7, proto=https"}, ""),
    ],
)
def test_the_client_is_the_rightmost_that_is_no_trusted_proxy(headers: dict[str, str], client: str) -> None:
    assert identify_client("127.0.0.1", headers, PROXIES) == client
    assert identify_client("::ffff:127.0.0.1", headers, PROXIES) == client


def test_who_is_no_trusted_proxy_speaks_for_nobody() -> None:
    assert identify_client("127.0.0.2", {"x-forwarded-for": "192.0.2.7"}, PROXIES) == ""
    assert identify_client("", {"x-forwarded-for": "192.0.2.7"}, PROXIES) == ""
    assert identify_client("127.0.0.1", {"x-forwarded-for": "192.0.2.7"}, ()) == ""


def test_a_client_with_its_share_in_flight_gets_no_more_and_others_do() -> None:
    shares = ProxiedClientLimits(2)
    assert [shares.enter("a") for _ in range(3)] == [True, True, False]
    assert shares.enter("b")
    assert all(shares.enter("") for _ in range(9))
    shares.leave("a")
    assert [shares.enter("a") for _ in range(2)] == [True, False]


@asynccontextmanager
async def held_request(port: int, client: str) -> AsyncIterator[None]:
    """Keep a request in flight: its body does not come."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"POST /v1/feeds HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\ncontent-length: 9\r\n"
        + f"authorization: {BEARER['Authorization']}\r\nx-forwarded-for: 1.1.1.1, {client}\r\n\r\n".encode()
    )
    try:
        async with asyncio.timeout(HUNG_S):
            assert (await reader.readline()).startswith(b"HTTP/1.1 100")  # it waits for the body
        yield
        writer.write(b"123456789")
        async with asyncio.timeout(HUNG_S):
            assert b"HTTP/1.1 400" in await reader.readuntil(b"\r\n\r\n")
    finally:
        writer.close()


async def test_a_client_behind_a_proxy_beyond_its_share_is_told_when_to_come_again(
    redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MOST", 16)  # a share of 4
    one, other = {"x-forwarded-for": "192.0.2.7"}, {"x-forwarded-for": "192.0.2.7, 192.0.2.8"}
    async with serving(redis_url, tmp_path, trusted_proxies=("127.0.0.1/32",)) as gateway:
        port = int(gateway.url.rpartition(":")[2])
        async with held_request(port, "192.0.2.7"), held_request(port, "192.0.2.7"):
            async with held_request(port, "192.0.2.7"), held_request(port, "192.0.2.7"):
                refused = await gateway.get("/livez", 503, **one)
                assert int(refused.headers["retry-after"]) > 0
                assert "share" in refused.json()["detail"]
                await gateway.get("/livez", **other)
                await gateway.get("/livez")
            await gateway.get("/livez", **one)


async def test_nobody_behind_a_configured_proxy_is_local(redis_url: str, tmp_path: Path) -> None:
    async with serving(redis_url, tmp_path, trusted_proxies=("127.0.0.1/32",)) as gateway:
        await gateway.get("/v1/articles", 401)
        await gateway.get("/v1/articles", **BEARER)


def test_one_kind_of_line_is_said_once_in_ten_minutes_and_kinds_are_bounded() -> None:
    limit = LogLimit(again_s=600, most=2)
    assert [limit.is_due("a", now) for now in (0, 1, 599, 600, 601)] == [True, False, False, True, False]
    assert limit.is_due("b", 1)
    assert not limit.is_due("c", 2)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Give the lines of the HTTP server in the log."""
    lines: list[dict[str, Any]] = []

    def keep(*_: object, **more: Any) -> None:
        lines.append(more)

    monkeypatch.setattr(log_limit.log, "log", keep, raising=False)
    return lines


async def test_malformed_requests_are_one_line_of_the_log(
    redis_url: str, tmp_path: Path, said: list[dict[str, Any]]
) -> None:
    async with serving(redis_url, tmp_path) as gateway:
        port = int(gateway.url.rpartition(":")[2])
        for _ in range(20):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"\0\r\n\r\n")
            async with asyncio.timeout(HUNG_S):
                assert (await reader.read()).startswith(b"HTTP/1.1 400")
            writer.close()
    assert [line["said"] for line in said] == ["Invalid HTTP request received."]


def test_a_fault_under_the_server_is_said_with_its_error_and_without_a_trace(
    said: list[dict[str, Any]],
) -> None:
    error = OSError("gone")
    record = logging.LogRecord("x", logging.ERROR, "", 1, "Fault in %s\n", ("it",), (OSError, error, None))
    handler = ServerLog()
    for _ in range(3):
        handler.handle(record)
    assert [(line["said"], line["error"]) for line in said] == [("Fault in it", "OSError('gone')")]
