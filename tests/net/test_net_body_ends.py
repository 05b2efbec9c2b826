"""Bodies that end elsewhere than their framing says: what is read to its end, and what stays refused."""

import asyncio
import gzip
import zlib

import pytest
from test_net_heads import OK, RawServer

from feedmill._net import HttpClient
from feedmill._net.client.body_end import (
    ChunkLines,
    find_chunks_end,
    is_rest_of_body,
    is_whole,
    read_plain_length,
)
from feedmill._net.errors import NetError

DOCUMENT = b"<rss><channel><item/></channel></rss>"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n"
CHUNK = b"%x\r\n%s\r\n" % (len(DOCUMENT), DOCUMENT)
PACKED = gzip.compress(DOCUMENT)


@pytest.mark.parametrize(
    "tail", [b"</rss>", b"</rss>\r\n", b"</feed>\n\r\n0", b"</RDF:rdf>\r\n0\r\n", b"}\r\n0\r\n"]
)
def test_chunks_that_end_a_document_are_whole(tail: bytes) -> None:
    assert is_whole(b"5\r\n<rss>", tail, in_chunks=True)
    assert not is_whole(b"<rss>", tail, in_chunks=False)


@pytest.mark.parametrize("tail", [b"", b"</item>", b"</rss", b"hello\r\n", b"}", b"}\r\n", b"5\r\n0\r\n"])
def test_what_does_not_end_a_document_is_not_whole(tail: bytes) -> None:
    assert not is_whole(b"5\r\n<rss>", tail, in_chunks=True)


@pytest.mark.parametrize(
    "fields", [b"A: b\r\ncontent-length: 7 \r\n", b"Content-Length:7\r\nContent-Encoding: none\r\n"]
)
def test_a_length_is_read_where_it_is_the_only_framing(fields: bytes) -> None:
    assert read_plain_length(OK + fields + b"\r\n") == 7


@pytest.mark.parametrize(
    "head",
    [
        OK + b"\r\n",
        OK + b"Content-Length: 7\r\nContent-Length: 7\r\n\r\n",
        OK + b"Content-Length: 7\r\nContent-Encoding: gzip\r\n\r\n",
        CHUNKED + b"Content-Length: 7\r\n\r\n",
        OK + b"Content-Length: -7\r\n\r\n",
        b"HTTP/1.1 404 Gone\r\nContent-Length: 7\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nContent-Length: 7\r\n\r\n",
    ],
)
def test_no_length_is_read_beside_other_framing(head: bytes) -> None:
    assert read_plain_length(head) is None


@pytest.mark.parametrize(
    ("before", "excess", "is_rest"),
    [
        (b"<rss><channel></chan", b"nel></rss>", True),
        (b"<rss></rss>", b"<!-- cached -->", False),
        (b"<html></html>\n", b"more", False),
        (b'{"items": []}', b"<br>", False),
        (b"<rss><channel>", b"\r\n", False),
        (b"<rss><channel>", b"HTTP/1.1 200 OK\r\n\r\n", False),
    ],
)
def test_bytes_past_a_length_are_the_rest_of_what_is_open(
    before: bytes, excess: bytes, is_rest: bool
) -> None:
    assert is_rest_of_body(before, excess) is is_rest


def test_the_end_of_chunks_is_found_where_bytes_follow() -> None:
    assert find_chunks_end(CHUNK + b"0\r\n\r\nmore") == len(CHUNK) + 5
    assert find_chunks_end(CHUNK + b"0\r\n\r\n") == find_chunks_end(CHUNK) == -1


class ClosingServer(RawServer):
    """Closes the connection behind its answer."""

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for piece in self.pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
        writer.close()


async def read(*pieces: bytes, closes: bool = True) -> bytes | None:
    """Give the body of an answer; None where it is refused."""
    server = (ClosingServer if closes else RawServer)(*pieces)
    async with server as url, HttpClient(server.settings) as client:
        try:
            return (await client.fetch(url, deadline_s=60)).body
        except NetError:
            return None


SHORT = b"Content-Length: %d\r\n" % (len(DOCUMENT) - 8)


@pytest.mark.parametrize(
    "pieces",
    [
        (OK + SHORT + b"Connection: close\r\n\r\n" + DOCUMENT,),
        (OK + SHORT + b"Connection: close\r\n\r\n", DOCUMENT[:5], DOCUMENT[5:]),
        (OK + SHORT + b"\r\n" + DOCUMENT,),
        (CHUNKED + b"\r\n" + CHUNK,),
        (CHUNKED + b"\r\n" + CHUNK + b"0",),
        (CHUNKED + b"\r\n", CHUNK, b"0\r\n"),
        (CHUNKED + b"\r\n" + CHUNK + b"0\r\n\r\nmore",),
        (OK + b"Content-Encoding: gzip\r\nContent-Length: 999\r\n\r\n" + PACKED,),
        (CHUNKED + b"Content-Encoding: gzip\r\n\r\n%x\r\n" % len(PACKED) + PACKED,),
        (OK + b"Content-Length: 37\r\n\r\n" + DOCUMENT + b"HTTP/1.1 200 OK\r\n\r\n",),
        (OK + b"Content-Length: 37\r\n\r\n" + DOCUMENT + b"<!-- cached -->",),
    ],
    ids=range(11),
)
async def test_a_whole_document_is_read(pieces: tuple[bytes, ...]) -> None:
    assert await read(*pieces) == DOCUMENT


@pytest.mark.parametrize(
    "pieces",
    [
        (OK + b"Content-Length: 999\r\n\r\n" + DOCUMENT,),
        (CHUNKED + b"\r\n" + b"ff\r\n" + DOCUMENT[:-3],),
        (CHUNKED + b"\r\n" + b"5\r\nhello\r\n",),
        (OK + b"Content-Encoding: gzip\r\nContent-Length: 999\r\n\r\n" + PACKED[:-20],),
        (OK + b"Content-Encoding: deflate\r\nContent-Length: 999\r\n\r\n" + zlib.compress(DOCUMENT),),
    ],
    ids=range(5),
)
async def test_what_broke_off_stays_refused(pieces: tuple[bytes, ...]) -> None:
    assert await read(*pieces) is None


async def test_a_connection_that_had_more_than_was_promised_is_used_no_more() -> None:
    server = RawServer(OK + SHORT + b"\r\n" + DOCUMENT)
    async with server as url, HttpClient(server.settings) as client:
        assert [(await client.fetch(url, deadline_s=60)).body for _ in range(2)] == [DOCUMENT] * 2
    assert (server.requests, server.connections) == (2, 2)


BARE = CHUNK.replace(b"\r\n", b"\n") + b"0\n\n"
LF_HEAD = CHUNKED.replace(b"\r\n", b"\n") + b"\n"


@pytest.mark.parametrize(
    ("body", "whole"),
    [
        (b"5\r\nhello\r\n0\r\n\r\n", b"5\r\nhello\r\n0\r\n\r\n"),
        (b"5\nhello\n0\n\n", b"5\r\nhello\r\n0\r\n\r\n"),
        (b"5\nhello\r\n0\r\n\r\n", b"5\r\nhello\r\n0\r\n\r\n"),
        (b"5 ;a=b\nhello\n0\nX: y\n\n", b"5 ;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n"),
        (b"2\n\n\n\n3\r\n\r\n\n\n0\n\n", b"2\r\n\n\n\r\n3\r\n\r\n\n\r\n0\r\n\r\n"),
    ],
)
def test_lines_between_chunks_end_as_they_should(body: bytes, whole: bytes) -> None:
    assert ChunkLines().repair(body) == whole
    lines = ChunkLines()
    assert b"".join(lines.repair(body[at : at + 1]) for at in range(len(body))) == whole
    assert ChunkLines().repair(whole) == whole


@pytest.mark.parametrize("body", [b"zz\nhello\n", b"5\nhelloo\n0\n\n", b"f" * 2000, b"\n5\nhello"])
def test_what_is_no_chunk_is_left_to_be_refused(body: bytes) -> None:
    assert ChunkLines().repair(body + b"more").endswith(b"more")


@pytest.mark.parametrize(
    "pieces",
    [
        (CHUNKED + b"\r\n" + BARE,),
        (CHUNKED + b"\r\n", BARE),
        (CHUNKED + b"\r\n" + BARE[:9], BARE[9:]),
        (LF_HEAD + BARE,),
        (LF_HEAD, BARE),
        (CHUNKED + b": odd\r\n\r\n" + BARE,),
    ],
    ids=range(6),
)
async def test_a_body_in_chunks_of_bare_lines_is_read(pieces: tuple[bytes, ...]) -> None:
    assert await read(*pieces) == DOCUMENT
    assert await read(*pieces, closes=False) == DOCUMENT
