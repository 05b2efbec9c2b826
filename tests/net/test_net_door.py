"""The door against real origins on loopback."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Mapping

import pytest
from origin import Origin, Reply, Seen, moved, page, serve, serve_raw

from feedmill._net import HttpClient, HttpClientSettings, HttpResponse
from feedmill._net.errors import NetError

AGENT = "feedmill/0 (+https://operator.example/)"


@pytest.fixture
async def origin() -> AsyncIterator[Origin]:
    async with serve() as running:
        yield running


async def fetch(
    url: str, *, deadline_s: float = 10, headers: dict[str, str] | None = None, **more: object
) -> HttpResponse:
    chosen = {"user_agent": AGENT, "allow_private": ("127.0.0.0/8",), **more}
    async with HttpClient(HttpClientSettings(**chosen)) as door:
        return await door.fetch(url, deadline_s=deadline_s, headers=headers or {})


async def outcome(url: str, **more: object) -> str:
    with pytest.raises(NetError) as caught:
        await fetch(url, **more)
    return caught.value.outcome


async def test_an_answer_comes_back_whole(origin: Origin) -> None:
    origin.routes["/a"] = page("hello", headers={"ETag": '"x"', "X-Two": "b"})
    fetched = await fetch(origin.url("/a#part"), headers={"If-None-Match": '"w"'})
    assert (fetched.status, fetched.body, fetched.url) == (200, b"hello", origin.url("/a"))
    assert fetched.headers["etag"] == '"x"'
    assert fetched.redirects == ()
    sent = origin.log[0].headers
    assert (sent["user-agent"], sent["if-none-match"]) == (AGENT, '"w"')
    assert sent["accept-encoding"] == "gzip, deflate"


@pytest.mark.parametrize("status", [204, 304, 400, 404, 410, 429, 500, 503])
async def test_every_status_is_an_answer(origin: Origin, status: int) -> None:
    origin.routes["/a"] = Reply(status=status, type=None)
    assert (await fetch(origin.url("/a"))).status == status


@pytest.mark.parametrize("etag", ['W/"a b"', '"grün"', "no quotes", '"\t"'])
async def test_validators_go_back_byte_for_byte(origin: Origin, etag: str) -> None:
    origin.routes["/a"] = Reply(headers={"ETag": etag})
    first = await fetch(origin.url("/a"))
    await fetch(origin.url("/a"), headers={"If-None-Match": first.headers["etag"]})
    assert origin.log[1].headers["if-none-match"] == etag


async def test_redirects_are_followed_and_kept(origin: Origin) -> None:
    origin.routes |= {"/a": moved("/b", 301), "/b": moved("/c", 307), "/c": page("there")}
    passed: list[str] = []

    async def on_redirect(url: str) -> None:
        passed.append(url)

    async with HttpClient(HttpClientSettings(user_agent=AGENT, allow_private=("127.0.0.1",))) as door:
        fetched = await door.fetch(origin.url("/a"), deadline_s=10, on_redirect=on_redirect)
    assert fetched.url == origin.url("/c")
    assert [(hop.status, hop.url) for hop in fetched.redirects] == [
        (301, origin.url("/b")),
        (307, origin.url("/c")),
    ]
    assert passed == [origin.url("/b"), origin.url("/c")]


async def test_what_on_redirect_raises_passes_through(origin: Origin) -> None:
    origin.routes["/a"] = moved("/b")

    async def on_redirect(url: str) -> None:
        raise PermissionError(url)

    async with HttpClient(HttpClientSettings(user_agent=AGENT, allow_private=("127.0.0.1",))) as door:
        with pytest.raises(PermissionError):
            await door.fetch(origin.url("/a"), deadline_s=10, on_redirect=on_redirect)
    assert len(origin.log) == 1


async def test_the_sixth_redirect_is_too_many(origin: Origin) -> None:
    for number in range(6):
        origin.routes[f"/{number}"] = moved(f"/{number + 1}")
    origin.routes["/6"] = page("there")
    assert (await fetch(origin.url("/1"))).body == b"there"
    assert await outcome(origin.url("/0")) == "redirect_loop"


async def test_redirects_in_a_circle_are_left_where_they_close(origin: Origin) -> None:
    origin.routes["/self"] = moved("/self#top")
    origin.routes["/a"], origin.routes["/b"] = moved("/b", 301), moved("/a", 308)
    assert await outcome(origin.url("/self")) == "redirect_loop"
    assert await outcome(origin.url("/a")) == "redirect_loop"
    assert [seen.path for seen in origin.log] == ["/self", "/a", "/b"]


async def test_cookies_are_not_kept(origin: Origin) -> None:
    """They go back within their chain of redirects, and never after it."""
    origin.routes["/a"] = Reply(status=302, headers={"Location": "/b", "Set-Cookie": "a=b; Path=/"})
    origin.routes["/b"] = page("there")
    async with HttpClient(HttpClientSettings(user_agent=AGENT, allow_private=("127.0.0.1",))) as door:
        await door.fetch(origin.url("/a"), deadline_s=60)
        await door.fetch(origin.url("/b"), deadline_s=60)
    assert [seen.headers.get("cookie") for seen in origin.requests("/b")] == ["a=b", None]


async def test_an_address_is_met_again_once_with_another_cookie(origin: Origin) -> None:
    origin.routes["/a"] = moved("/b")
    origin.routes["/b"] = Reply(status=302, headers={"Location": "/a", "Set-Cookie": "a=b; Path=/"})
    assert await outcome(origin.url("/a")) == "redirect_loop"
    assert [seen.path for seen in origin.log] == ["/a", "/b", "/a", "/b"]


async def test_a_jump_is_a_redirect(origin: Origin) -> None:
    origin.routes |= {"/a": page("go to /b"), "/b": moved("/c"), "/c": page("there")}
    passed: list[str] = []

    async def on_redirect(url: str) -> None:
        passed.append(url)

    def find_jump(_url: str, _headers: Mapping[str, str], body: bytes) -> str | None:
        return body.decode().partition("go to ")[2] or None

    settings = HttpClientSettings(user_agent=AGENT, allow_private=("127.0.0.1",))
    async with HttpClient(settings) as door:
        fetched = await door.fetch(
            origin.url("/a"), deadline_s=60, on_redirect=on_redirect, find_jump=find_jump
        )
        assert (await door.fetch(origin.url("/a"), deadline_s=60)).body == b"go to /b"
        for target, refused in (
            ("file:///etc/passwd", "bad_redirect"),
            ("http://10.0.0.1/", "forbidden_address"),
        ):
            origin.routes["/x"] = page(f"go to {target}")
            with pytest.raises(NetError) as error:
                await door.fetch(origin.url("/x"), deadline_s=60, find_jump=find_jump)
            assert error.value.outcome == refused
        origin.routes["/x"] = page("go to /x")
        with pytest.raises(NetError) as error:
            await door.fetch(origin.url("/x"), deadline_s=60, find_jump=find_jump)
        assert error.value.outcome == "redirect_loop"
    assert passed == [origin.url("/b"), origin.url("/c")]
    assert [(hop.status, hop.url) for hop in fetched.redirects] == [
        (200, origin.url("/b")),
        (302, origin.url("/c")),
    ]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "0x7f000001", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1"]
)
async def test_private_addresses_are_refused(origin: Origin, host: str) -> None:
    assert await outcome(origin.url("/", host=host), allow_private=()) == "forbidden_address"
    assert origin.log == []


async def test_a_redirect_to_a_private_address_is_refused(origin: Origin) -> None:
    origin.routes["/a"] = moved("http://127.0.0.9:80/secret")
    assert await outcome(origin.url("/a"), allow_private=("127.0.0.1/32",)) == "forbidden_address"


async def test_a_drip_meets_the_deadline(origin: Origin) -> None:
    origin.routes["/a"] = page("slow" * 100, drip=0.05)
    assert await outcome(origin.url("/a"), deadline_s=0.4) == "timeout"


async def test_silence_meets_the_deadline(origin: Origin) -> None:
    origin.routes["/a"] = page("never", wait=asyncio.Event())
    assert await outcome(origin.url("/a"), deadline_s=0.3) == "timeout"


async def test_a_wait_before_a_redirect_counts(origin: Origin) -> None:
    origin.routes["/a"] = moved("/b")
    async with HttpClient(HttpClientSettings(user_agent=AGENT, allow_private=("127.0.0.1",))) as door:
        with pytest.raises(NetError, match="timeout"):
            await door.fetch(origin.url("/a"), deadline_s=0.2, on_redirect=lambda _: asyncio.Event().wait())


async def test_a_body_is_bounded_as_sent_and_as_decoded(origin: Origin) -> None:
    origin.routes["/long"] = page(b"x" * 5000)
    origin.routes["/unannounced"] = page(b"x" * 5000, drip=0, piece=500)
    origin.routes["/bomb"] = page(gzip.compress(b"\0" * (64 << 20)), headers={"Content-Encoding": "gzip"})
    assert await outcome(origin.url("/long"), max_wire=4999) == "too_large"
    assert await outcome(origin.url("/unannounced"), max_wire=4999) == "too_large"
    assert await outcome(origin.url("/bomb")) == "bomb"
    assert len((await fetch(origin.url("/long"), max_wire=5000)).body) == 5000


async def test_gzip_is_undone_once(origin: Origin) -> None:
    inner = gzip.compress(b"hello")
    origin.routes["/a"] = page(gzip.compress(inner), headers={"Content-Encoding": "gzip"})
    assert (await fetch(origin.url("/a"))).body == inner


async def test_connections_are_used_again(origin: Origin) -> None:
    def answer(seen: Seen) -> Reply:
        return page(seen.path)

    origin.routes |= {f"/{number}": answer for number in range(20)}
    async with HttpClient(HttpClientSettings(user_agent=AGENT, allow_private=("127.0.0.1",))) as door:
        bodies = await asyncio.gather(
            *(door.fetch(origin.url(f"/{number}"), deadline_s=10) for number in range(20))
        )
    assert [fetched.body.decode() for fetched in bodies] == [f"/{number}" for number in range(20)]


@pytest.mark.parametrize(
    ("sent", "expected"),
    ids=range(8),
    argvalues=[
        (b"", "protocol"),
        (b"SSH-2.0-server\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "protocol"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", "protocol"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 400_000 + b"\r\n\r\n", "headers"),
        (b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "bad_redirect"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd", "bad_encoding"),
    ],
)
async def test_broken_responses_are_named(sent: bytes, expected: str) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(sent)
        await writer.drain()

    async with serve_raw(talk) as base:
        assert await outcome(base + "/a") == expected


async def test_no_listener_and_no_tls_are_named(origin: Origin) -> None:
    async with serve_raw(lambda _reader, _writer: asyncio.sleep(0)) as base:
        gone = base
    assert await outcome(gone) == "connect"
    assert await outcome(origin.url("/").replace("http:", "https:")) == "tls"
    assert await outcome("http://" + "a" * 70 + ".example/") == "bad_url"


@pytest.mark.parametrize("packed", [False, True])
async def test_of_a_body_that_is_too_large_the_begin_can_be_kept(origin: Origin, packed: bool) -> None:
    body = b"".join(b"<item>%06d</item>" % number for number in range(2000))
    coding = {"Content-Encoding": "gzip"} if packed else {}
    origin.routes["/a"] = Reply(body=gzip.compress(body) if packed else body, headers=coding)
    origin.routes["/small"] = page("there")
    settings = HttpClientSettings(
        user_agent=AGENT, allow_private=("127.0.0.1",), max_wire=10_000, max_decoded=10_000
    )
    async with HttpClient(settings) as door:
        cut = await door.fetch(origin.url("/a"), deadline_s=60, keeps_cut=True)
        assert cut.is_cut
        assert 0 < len(cut.body) <= 10_000
        assert body.startswith(cut.body)
        whole = await door.fetch(origin.url("/small"), deadline_s=60, keeps_cut=True)
        assert (whole.is_cut, whole.body) == (False, b"there")
        with pytest.raises(NetError) as error:
            await door.fetch(origin.url("/a"), deadline_s=60)
        assert error.value.outcome == "too_large"
        origin.routes["/a"] = Reply(body=b"x" * 250_000)  # says at once that it is many times too large
        with pytest.raises(NetError) as error:
            await door.fetch(origin.url("/a"), deadline_s=60, keeps_cut=True)
        assert error.value.outcome == "too_large"
