"""Silent connections hold no place that another needs: in the table, the gateway and the metrics port."""

import asyncio
import ipaddress
import itertools
import json
import re
import resource
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import ExitStack, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import IO

import pytest
from gateway import Gateway, serving
from running import Site

from daemon.command_context import CommandContext
from daemon.health import bounded_http_server
from daemon.health.metrics_http import serve_metrics
from web.http import connections
from web.http.connection_table import ConnectionTable, counted_as

HUNG_S = 60.0


def table(most: int = 8, share: int = 4, exempt: str | None = None) -> ConnectionTable[str]:
    return ConnectionTable(most, share, (ipaddress.ip_network(exempt),) if exempt else ())


def test_an_address_with_its_share_gives_up_its_own_oldest_idle_connection() -> None:
    known = table()
    for name in "abcd":
        assert known.admit(name, "127.0.0.1").admitted
    known.admit("other", "127.0.0.2")
    assert known.admit("e", "127.0.0.1").dropped == "a"
    known.answer("b")
    assert known.admit("f", "127.0.0.1").dropped == "c"
    assert len(known) == 5


def test_an_address_whose_share_is_being_answered_gets_no_more_and_others_do() -> None:
    known = table()
    for name in "abcd":
        known.admit(name, "127.0.0.1")
        known.answer(name)
    assert not known.admit("e", "127.0.0.1").admitted
    assert known.admit("f", "127.0.0.2").admitted
    known.rest("b")
    assert known.admit("g", "127.0.0.1").dropped == "b"


def test_a_full_table_gives_up_the_oldest_idle_of_all_and_never_one_that_is_answered() -> None:
    known = table(most=3, share=3)
    for number in range(3):
        known.admit(str(number), f"192.0.2.{number}")
    known.answer("0")
    assert known.admit("3", "192.0.2.9").dropped == "1"
    known.answer("2")
    known.answer("3")
    assert not known.admit("4", "192.0.2.8").admitted


def test_a_trusted_proxy_has_no_share_but_the_whole() -> None:
    known = table(most=6, share=2, exempt="127.0.0.1/32")
    assert all(known.admit(str(number), "::ffff:127.0.0.1").dropped is None for number in range(6))
    assert known.admit("6", "127.0.0.1").dropped == "0"


def test_who_leaves_twice_or_was_never_there_changes_nothing() -> None:
    known = table()
    known.admit("a", "127.0.0.1")
    for name in ("a", "a", "b"):
        known.leave(name)
    known.rest("a")
    assert len(known) == 0
    assert known.oldest_idle() is None


@pytest.mark.parametrize(
    ("peer", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_what_one_subscriber_has_is_one_address(peer: str, address: str) -> None:
    assert counted_as(peer) == address


@pytest.fixture
async def gateway(redis_url: str, tmp_path: Path) -> AsyncIterator[Gateway]:
    async with serving(redis_url, tmp_path) as running:
        yield running


async def test_silent_and_dripping_connections_of_one_address_leave_others_answered(
    gateway: Gateway,
) -> None:
    port = int(gateway.url.rpartition(":")[2])
    share = connections.most_connections() // 4
    with ExitStack() as held:
        silent = [held.enter_context(socket.socket()) for _ in range(share + 40)]
        for number, one in enumerate(silent):
            await asyncio.to_thread(one.connect, ("127.0.0.1", port))
            if number % 2:
                one.send(b"GET / HTTP/1.1\r\nHo")
        answer = await asyncio.to_thread(_ask, port, "127.0.0.2")
        assert answer == 200
        await gateway.get("/livez")
        silent[0].settimeout(HUNG_S)
        with suppress(ConnectionError):
            assert await asyncio.to_thread(silent[0].recv, 1) == b""


@pytest.mark.parametrize(
    "sent", [b"", b"GET /livez HT", b"GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\nGET /l"]
)
async def test_a_head_that_does_not_come_whole_ends_its_connection(
    redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(connections, "HEAD_S", 0.05)
    async with serving(redis_url, tmp_path) as gateway:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(gateway.url.rpartition(":")[2]))
        writer.write(sent)
        async with asyncio.timeout(HUNG_S):
            try:
                said = await reader.read()
            except ConnectionError:
                said = b"HTTP/1.1 200" if sent.endswith(b"/l") else b""
        writer.close()
    assert said.startswith(b"HTTP/1.1 200") == sent.endswith(b"/l")


@pytest.mark.parametrize(
    ("words", "begun", "full"),
    [
        (("web", "--port", "0"), "gateway", "gateway_full"),
        (("metrics", "--listen", "127.0.0.1:0"), "metrics", "metrics_port_full"),
    ],
)
def test_a_process_without_descriptors_says_so_once_answers_and_recovers(
    redis_url: str, tmp_path: Path, words: tuple[str, ...], begun: str, full: str
) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    site.write(settings=f'[redis]\nurl = "{redis_url}"\n[logging]\nformat = "json"\n')
    process = site.start(*words)
    try:
        assert process.stderr is not None
        port = _port_in(process.stderr, begun)
        assert _ask(port, "127.0.0.2") == 200
        held_before = len(_descriptors(process.pid)) - 1  # what has asked may not have gone yet
        before = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (_limit_leaving(process.pid, 3), before[1]))
        with ExitStack() as held:
            silent = [_open(held, port, f"127.0.1.{number}") for number in range(1, 13)]
            assert _ask(port, "127.0.0.2") == 200  # those before it in the queue have had their turn
            with suppress(ConnectionError):
                assert silent[0].recv(1) == b""
            resource.prlimit(process.pid, resource.RLIMIT_NOFILE, before)
            for number in range(1, 13):
                _open(held, port, f"127.0.2.{number}")
            assert _ask(port, "127.0.0.2") == 200
            assert len(_descriptors(process.pid)) >= held_before + 12
    finally:
        process.terminate()
        _, rest = process.communicate(timeout=HUNG_S)
    lines = [json.loads(line) for line in rest.splitlines() if line.startswith(b"{")]
    assert [line["error"] for line in lines if line["event"] == full] == ["Too many open files"]
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("words", "begun"),
    [(("web", "--port", "0"), "gateway"), (("metrics", "--listen", "127.0.0.1:0"), "metrics")],
)
def test_six_hundred_silent_and_dripping_connections_of_four_addresses_leave_others_answered(
    redis_url: str, tmp_path: Path, words: tuple[str, ...], begun: str
) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    site.write(settings=f'[redis]\nurl = "{redis_url}"\n[logging]\nformat = "json"\n')
    process = site.start(*words)
    answers = []
    try:
        assert process.stderr is not None
        port = _port_in(process.stderr, begun)
        with ExitStack() as held:
            dripping = []
            for number in range(600):
                one = _open(held, port, f"127.0.1.{number % 4 + 1}")
                if number % 2:
                    dripping.append(one)
                if number % 40 == 39:
                    for each in dripping:
                        with suppress(OSError):  # it was ended
                            each.send(b"G")
                    answers.append(_ask(port, "127.0.0.2"))
    finally:
        process.terminate()
        process.communicate(timeout=HUNG_S)
    assert answers == [200] * 15


def _port_in(log: IO[bytes], event: str) -> int:
    for line in log:
        if line.startswith(b"{") and (told := json.loads(line))["event"] == event:
            return int(re.findall(r":(\d+)/?$", told.get("url") or told["listen"])[0])
    pytest.fail(f"it ended without saying {event}")


def _descriptors(pid: int) -> set[int]:
    return {int(path.name) for path in Path(f"/proc/{pid}/fd").iterdir()}


def _limit_leaving(pid: int, count: int) -> int:
    """Give the limit of open files under which a process can open `count` more."""
    taken = _descriptors(pid)
    free = (number for number in itertools.count() if number not in taken)
    return next(itertools.islice(free, count, None))


def _open(held: ExitStack, port: int, source: str) -> socket.socket:
    one = held.enter_context(socket.socket())
    one.settimeout(HUNG_S)
    one.bind((source, 0))
    one.connect(("127.0.0.1", port))
    return one


def test_the_metrics_port_answers_beside_silent_connections_and_ends_them(tmp_path: Path) -> None:
    asked = CommandContext(tmp_path, tmp_path / "data")
    with serve_metrics(asked, asked.load_config(), "127.0.0.1:0") as port, ExitStack() as held:
        threading.Thread(target=port.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        number = port.server_address[1]
        silent = [held.enter_context(socket.socket()) for _ in range(100)]
        for one in silent:
            one.connect(("127.0.0.1", number))
        assert _ask(number, "127.0.0.2") == 200
        assert _ask(number, "127.0.0.1") == 200
        port.end_silent(float("inf"))
        for one in silent:
            one.settimeout(HUNG_S)
            with suppress(ConnectionError):
                assert one.recv(1) == b""
        port.shutdown()
    assert bounded_http_server._MAX_CONNECTIONS_PER_ADDRESS * 2 < bounded_http_server._MAX_CONNECTIONS


def _ask(port: int, source: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=HUNG_S, source_address=(source, 0))
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().status
    finally:
        connection.close()
