"""Heads that browsers read and a strict parser refuses: what is repaired, and what stays refused."""

import asyncio
from typing import Any

import pytest

from feedmill._net import HttpClient, HttpClientSettings
from feedmill._net.client.head_repair import MAX_FIELDS, MAX_HEAD_BYTES, repair_head
from feedmill._net.errors import BadProtocolError, HeadersError, NetError

OK = b"HTTP/1.1 200 OK\r\n"
BOUND = 32 << 10


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        (b"A: b\r\ncache/forum.php: not supported\r\n", b"A: b\r\n"),
        (b": nothing\r\nA: b\r\n", b"A: b\r\n"),
        (b"just words\r\nA: b\r\n", b"A: b\r\n"),
        (b"A name: x\r\nA: b\r\n", b"A: b\r\n"),
        (b"A : x\r\nB: b\r\n", b"B: b\r\n"),
        ("Größe: x\r\nA: b\r\n".encode(), b"A: b\r\n"),
        (b"A: b\r\n c\r\n\td\r\n", b"A: b c d\r\n"),
        (b"Content-Length: 5\r\nContent-Length: 5\r\n", b"content-length: 5\r\n"),
        (b"Content-Length: 5, 5\r\nx\r\n", b"content-length: 5\r\n"),
        (b"X: " + b"y" * BOUND + b"\r\nA: b\r\n", b"A: b\r\n"),
        (b"Content-Length: 5, 5\r\n", b"content-length: 5\r\n"),
        (b"Content-Length: 5\r\nTransfer-Encoding: identity\r\n", b"content-length: 5\r\n"),
        (b"A: b\nodd\n", b"A: b\r\n"),
        (b"Transfer-Encoding: chunked\r\nodd\r\n", b"transfer-encoding: chunked\r\n"),
    ],
)
def test_what_says_nothing_of_the_body_is_left_out(fields: bytes, kept: bytes) -> None:
    assert repair_head(OK + fields + b"\r\n", max_field_bytes=BOUND) == OK + kept + b"\r\n"


@pytest.mark.parametrize(
    "fields",
    [
        b"A: b\r\n",  # nothing to repair
        b"odd\r\nContent-Length: 5\r\nContent-Length: 9\r\n",
        b"odd\r\nContent-Length: 5, 9\r\n",
        b"odd\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\nodd\r\n",
        b"Content-Length : 5\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"Content-Length\r\n",
        b"odd transfer\r\n",
        b"Content-Length: 5\r\n 0\r\n",
        b"A: b\r\n Content-Length: 5\r\n",
        b" Content-Length: 5\r\n",
        b"odd\r\nContent-Length: -5\r\n",
        b"odd\r\nContent-Length: +5\r\n",
        b"odd\r\nContent-Length: \r\n",
        b"odd\r\nContent-Length: 0x5\r\n",
        b"A: b\0\r\nodd\r\n",
        b"A: b\rContent-Length: 5\r\nodd\r\n",
        b"A\x1b[2J: b\r\n",
    ],
)
def test_what_could_move_the_bodys_end_stays_refused(fields: bytes) -> None:
    assert repair_head(OK + fields + b"\r\n", max_field_bytes=BOUND) is None


@pytest.mark.parametrize(
    "status", [b"HTTP/1.1 99999 Odd", b"HTTP/2 200", b"ICY 200 OK", b"HTTP/1.1 103 Early", b""]
)
def test_an_odd_status_is_not_repaired(status: bytes) -> None:
    assert repair_head(status + b"\r\nodd\r\n\r\n", max_field_bytes=BOUND) is None


def test_of_many_fields_the_first_are_kept() -> None:
    head = OK + b"".join(b"A-%d: b\r\n" % number for number in range(500)) + b"Content-Length: 5\r\n\r\n"
    repaired = repair_head(head, max_field_bytes=BOUND)
    assert repaired is not None
    assert repaired.count(b"\r\n") == MAX_FIELDS + 2
    assert b"content-length: 5" in repaired


class RawServer:
    """Answers every request with the same bytes, in pieces, and counts requests and connections."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces
        self.requests = self.connections = 0
        self.writers: list[asyncio.StreamWriter] = []
        self.tasks: list[Any] = []

    async def __aenter__(self) -> str:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self.server.sockets[0].getsockname()[1]
        self.settings = HttpClientSettings(
            user_agent="feedmill-test", allow_private=("127.0.0.0/8",), allow_ports=(port,)
        )
        return f"http://127.0.0.1:{port}/"

    async def __aexit__(self, *_: object) -> None:
        self.server.close()
        for writer in self.writers:
            writer.transport.abort()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        self.tasks.append(asyncio.current_task())
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                self.requests += 1
                for piece in self.pieces:
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(0)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


async def fetch_twice(server: RawServer) -> list[bytes | NetError]:
    found: list[bytes | NetError] = []
    async with server as url, HttpClient(server.settings) as client:
        for _ in range(2):
            try:
                found.append((await client.fetch(url, deadline_s=60)).body)
            except NetError as error:
                found.append(error)
    return found


@pytest.mark.parametrize(
    "pieces",
    [
        (OK + b"cache/x.php: y\r\nContent-Length: 5\r\n\r\nhello",),
        (OK + b"cache/x.php: y\r\n", b"Content-Length: 5\r\n\r\nhe", b"llo"),
        (OK + b": y\r\nContent-Le", b"ngth: 5\r\n\r\n", b"hello"),
        (OK + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",),
        (OK + b": y\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",),
        (OK + b"X: " + b"y" * 40_000 + b"\r\nContent-Length: 5\r\n\r\nhello",),
    ],
)
async def test_an_odd_head_costs_no_second_request_and_ends_its_connection(pieces: tuple[bytes, ...]) -> None:
    server = RawServer(*pieces)
    assert await fetch_twice(server) == [b"hello", b"hello"]
    assert (server.requests, server.connections) == (2, 2)


async def test_a_plain_head_leaves_the_connection_open() -> None:
    server = RawServer(OK + b"Content-Length: 5\r\n\r\nhello")
    assert await fetch_twice(server) == [b"hello", b"hello"]
    assert (server.requests, server.connections) == (2, 1)


@pytest.mark.parametrize(
    ("pieces", "kind"),
    [
        ((OK + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\nhello",), BadProtocolError),
        ((OK + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",), BadProtocolError),
        ((OK + b"X: " + b"y" * (2 * MAX_HEAD_BYTES) + b"\r\n\r\n",), HeadersError),
    ],
)
async def test_what_is_refused_stays_refused(pieces: tuple[bytes, ...], kind: type[NetError]) -> None:
    assert [type(found) for found in await fetch_twice(RawServer(*pieces))] == [kind, kind]
