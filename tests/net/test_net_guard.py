# ruff: noqa: E501  the list of hosts is a table
"""No form of address, redirect, answer of a resolver or reused connection leads to a forbidden address.

Only 127.0.0.1 is allowed here; a spy counts sockets that go elsewhere. The sockets that are refused are never
made, so that no test sends a packet off loopback.
"""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
from origin import Origin, Reply, Seen, moved, page, serve
from sockets import forbidden, watched

from feedmill._net import HttpClient, HttpClientSettings, HttpResponse
from feedmill._net.access.addresses import METADATA, find_address_refusal, parse_literal, parse_networks
from feedmill._net.access.ports import SERVICES, find_port_refusal
from feedmill._net.errors import NetError

AGENT = "feedmill/0"
ALLOWED = ("127.0.0.1/32",)
HOSTS = [
    # loopback that is not the allowed address, in every form a resolver takes
    "127.0.0.2", "127.1.1.1", "127.000.000.2", "0177.0.0.2", "0x7f.0.0.2", "0x7f000002", "2130706434", "017700000002",
    "127.2", "127.0.2", "0x7f.2", "127.0.0.2.", "0x7f.0x0.0x0.0x2", "[::1]", "[::1%25lo]", "[0:0:0:0:0:0:0:1]", "[::]",
    "[::ffff:127.0.0.2]", "[::ffff:7f00:2]", "[0:0:0:0:0:ffff:7f00:2]", "[::127.0.0.2]", "[2002:7f00:2::]",
    "[64:ff9b::7f00:2]", "[64:ff9b:1::7f00:2]", "[2001:0:7f00:2::]", "[2001:0:4136:e378:8000:63bf:80ff:fffd]",
    "[::ffff:0:7f00:2]", "[fe80::5efe:7f00:2]", "0", "0.0.0.0", "00", "0x0", "0.0.0.0.",
    # private networks and metadata services
    "10.0.0.1", "10.1", "167772161", "0xa000001", "012.0.0.1", "172.16.0.1", "192.168.0.1", "192.168.257", "3232235521",
    "169.254.169.254", "169.254.43518", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "[::ffff:a9fe:a9fe]",
    "[fd00:ec2::254]", "[fc00::1]", "[fe80::1]", "[fe80::1%25eth0]", "[ff02::1]", "100.100.100.200", "168.63.129.16",
    "100.64.0.1", "192.0.0.192", "198.18.0.1", "224.0.0.1", "239.255.255.250", "255.255.255.255", "240.0.0.1",
    # letters and digits of other scripts, and names that mean this machine
    "\u2460\u2461\u2466.\u24ea.\u24ea.\u2461", "１２７.0.0.2", "127。0。0。2", "127\uff0e0\uff0e0\uff0e2", "ⓛocalhost.",
    "۱۲۷.0.0.2", "%31%32%37.0.0.2", "127.0.0.2%00.a.example", "127.0.0.2%2f@a.example", "127.0.0.2\\@a.example",
]  # fmt: skip
NAMED = {"forbidden_address", "bad_url", "bad_redirect", "dns", "protocol", "connect"}


@pytest.fixture
async def origin() -> AsyncIterator[Origin]:
    async with serve() as running:
        yield running


async def end_of(door: HttpClient, url: str) -> str:
    try:
        answer = await door.fetch(url, deadline_s=5)
    except NetError as error:
        return error.outcome
    return f"answered by {answer.url}"


def opened(**more: object) -> HttpClient:
    return HttpClient(HttpClientSettings(**{"user_agent": AGENT, "allow_private": ALLOWED, **more}))


async def test_no_form_of_address_opens_a_socket(origin: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
    no_lookups(monkeypatch)
    with watched() as seen:
        async with opened() as door:
            ended = {host: await end_of(door, f"http://{host}:{origin.port}/") for host in HOSTS}
    assert {host: end for host, end in ended.items() if end not in NAMED} == {}
    assert forbidden(seen) == []
    assert origin.log == []


async def test_no_redirect_opens_a_socket(origin: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
    no_lookups(monkeypatch)
    for number, host in enumerate(HOSTS):
        origin.routes[f"/{number}"] = moved(f"http://{host}:{origin.port}/secret")
    with watched() as seen:
        async with opened() as door:
            ended = {host: await end_of(door, origin.url(f"/{n}")) for n, host in enumerate(HOSTS)}
    assert {host: end for host, end in ended.items() if end not in NAMED} == {}
    assert forbidden(seen) == []
    assert origin.requests("/secret") == []


def no_lookups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the system read addresses but ask no name server: a test sends nothing off loopback."""
    real = socket.getaddrinfo

    def numeric(host: object, port: object, *args: object, **more: object) -> object:
        text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
        if text.rstrip(".").endswith("localhost") or parse_literal(text) is not None:
            return real(text.rstrip(".") if text.endswith("localhost.") else text, port, *args, **more)
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    monkeypatch.setattr(socket, "getaddrinfo", numeric)


def answers(monkeypatch: pytest.MonkeyPatch, *looks: tuple[str, ...]) -> None:
    """Have each look-up of a name give the next list of addresses; the last one stays."""
    given = list(looks)

    def answer(_host: str, port: int, *_: object, **__: object) -> list[object]:
        found = given.pop(0) if len(given) > 1 else given[0]
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
            if ":" in address
            else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", answer)


@pytest.mark.parametrize(
    "found",
    [
        ("127.0.0.2",),
        ("127.0.0.1", "127.0.0.2"),
        ("127.0.0.2", "127.0.0.1"),
        ("127.0.0.1", "::1"),
        ("127.0.0.1", "169.254.169.254"),
        ("127.0.0.1", "::ffff:10.0.0.1"),
    ],
)
async def test_all_addresses_of_a_name_must_pass(
    origin: Origin, monkeypatch: pytest.MonkeyPatch, found: tuple[str, ...]
) -> None:
    answers(monkeypatch, found)
    with watched() as seen:
        async with opened() as door:
            assert await end_of(door, origin.url("/", host="news.example")) == "forbidden_address"
    assert seen == []


async def test_a_name_that_changes_its_answer_is_looked_at_each_time(
    origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin.routes["/a"] = page("fine", headers={"Connection": "close"})
    answers(monkeypatch, ("127.0.0.1",), ("127.0.0.2",))
    url = origin.url("/a", host="news.example")
    with watched() as seen:
        async with opened() as first:
            assert (await first.fetch(url, deadline_s=5)).body == b"fine"
        async with opened() as door:
            assert await end_of(door, url) == "forbidden_address"
    assert forbidden(seen) == []


async def test_a_remembered_name_is_checked_at_the_socket(
    origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    from feedmill._net.access.socket_guard import PublicOnly  # noqa: PLC0415

    monkeypatch.setattr(PublicOnly, "name_refusal", lambda *_: None)
    answers(monkeypatch, ("127.0.0.2",))
    with watched() as seen:
        async with opened() as door:
            assert await end_of(door, origin.url("/", host="news.example")) == "forbidden_address"
    assert seen == []


async def test_a_reused_connection_goes_where_it_was_opened(
    origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(seen: Seen) -> Reply:
        return page(seen.host)

    origin.routes["/a"] = answer
    answers(monkeypatch, ("127.0.0.1",), ("127.0.0.2",))
    with watched() as seen:
        async with opened() as door:
            for _ in range(3):
                await door.fetch(origin.url("/a", host="news.example"), deadline_s=5)
    assert forbidden(seen) == []
    assert len(seen) == 1


@pytest.mark.parametrize("port", [22, 25, 81, 6379, 5432, 9200, 11211, 27017])
async def test_services_ports_open_no_socket(origin: Origin, port: int) -> None:
    origin.routes["/a"] = moved(f"http://127.0.0.1:{port}/")
    with watched() as seen:
        async with opened() as door:
            assert await end_of(door, f"http://127.0.0.1:{port}/") == "forbidden_port"
            assert await end_of(door, origin.url("/a")) == "forbidden_port"
    assert {where[1] for where in seen} == {origin.port}


async def test_a_port_may_be_allowed() -> None:
    async with opened(allow_ports=(81,)) as door:
        assert await end_of(door, "http://127.0.0.1:81/") == "connect"
    assert find_port_refusal(81) is not None
    assert not SERVICES & set(range(32768, 65536)), "ports that systems give out are free"


@pytest.mark.parametrize("address", sorted(map(str, METADATA)))
def test_metadata_services_need_their_own_address_to_be_allowed(address: str) -> None:
    wide = parse_networks(("0.0.0.0/0", "::/0"))
    assert find_address_refusal(address, wide) is not None
    assert find_address_refusal(address, parse_networks((address,))) is None


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.1", "127.0.0.1"), ("2130706433", "127.0.0.1"), ("0177.1", "127.0.0.1"), ("[::1]", "::1"),
        ("fe80::1%eth0", "fe80::1"), ("LOCALHOST.", "127.0.0.1"), ("a.localhost", "127.0.0.1"),
        ("1.2.3.4.", "1.2.3.4"), ("a.example", None), ("1.2.3.4.example", None), ("face.example", None), ("", None),
    ],
)  # fmt: skip
def test_a_literal_address_is_known_in_every_form(host: str, address: str | None) -> None:
    assert parse_literal(host) == address


async def test_the_environment_names_no_proxy(origin: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    monkeypatch.delenv("no_proxy", raising=False)
    origin.routes["/a"] = page("direct")
    async with opened() as door:
        assert (await door.fetch(origin.url("/a"), deadline_s=5)).body == b"direct"


class Proxy:
    """A small proxy: it answers what is asked for in absolute form, and opens tunnels."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.heads: list[str] = []
        self.port = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            self.heads.append(head)
            self.asked.append(" ".join(head.split()[:2]))
            if head.startswith("CONNECT"):
                writer.write(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            else:
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\nConnection: close\r\n\r\nby proxy")
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    running = Proxy()
    server = await asyncio.start_server(running.talk, "127.0.0.1", 0)
    running.port = server.sockets[0].getsockname()[1]
    yield running
    server.close()


async def through(proxy: Proxy, url: str, **more: object) -> HttpResponse:
    settings = HttpClientSettings(
        user_agent=AGENT, proxy=f"http://miller:se%40cret@127.0.0.1:{proxy.port}", **more
    )
    async with HttpClient(settings) as door:
        return await door.fetch(url, deadline_s=5)


async def test_a_proxy_of_the_operator_gets_every_request(proxy: Proxy) -> None:
    with watched() as seen:
        answer = await through(proxy, "http://news.example/a?b=c")
    assert answer.body == b"by proxy"
    assert proxy.asked == ["GET http://news.example/a?b=c"]
    assert "Proxy-Authorization: Basic bWlsbGVyOnNlQGNyZXQ=" in proxy.heads[0]
    assert seen == [("127.0.0.1", proxy.port)]


async def test_a_proxy_of_a_site_gets_its_requests_alone(origin: Origin, proxy: Proxy) -> None:
    origin.routes |= {"/a": page("direct"), "/away": moved("http://www.news.example/b")}
    by = ("news.example", f"http://miller:se%40cret@127.0.0.1:{proxy.port}")
    settings = HttpClientSettings(user_agent=AGENT, allow_private=ALLOWED, site_proxies=(by,))
    assert "cret" not in repr(settings)
    async with HttpClient(settings) as door:
        with watched() as seen:
            assert (await door.fetch(origin.url("/a"), deadline_s=60)).body == b"direct"
            assert (await door.fetch("http://news.example/a", deadline_s=60)).body == b"by proxy"
            assert (await door.fetch(origin.url("/away"), deadline_s=60)).body == b"by proxy"
    assert proxy.asked == ["GET http://news.example/a", "GET http://www.news.example/b"]
    assert {port for _, port in seen} == {origin.port, proxy.port}


async def test_a_proxy_of_a_site_is_asked_for_no_forbidden_address(proxy: Proxy) -> None:
    by = ("10.0.0.1", f"http://127.0.0.1:{proxy.port}")
    async with HttpClient(HttpClientSettings(user_agent=AGENT, site_proxies=(by,))) as door:
        with pytest.raises(NetError) as caught:
            await door.fetch("http://10.0.0.1/", deadline_s=60)
    assert caught.value.outcome == "forbidden_address"
    assert proxy.asked == []


async def test_a_proxy_that_opens_no_tunnel_is_named(proxy: Proxy) -> None:
    with pytest.raises(NetError) as caught:
        await through(proxy, "https://news.example/a")
    assert caught.value.outcome == "proxy"
    assert "se@cret" not in str(caught.value)
    assert proxy.asked == ["CONNECT news.example:443"]


@pytest.mark.parametrize("host", ["10.0.0.1", "localhost", "0x7f000001", "127.1", "[::1]", "169.254.169.254"])
async def test_a_proxy_is_asked_for_no_forbidden_address(proxy: Proxy, host: str) -> None:
    with pytest.raises(NetError) as caught:
        await through(proxy, f"http://{host}/")
    assert caught.value.outcome == "forbidden_address"
    assert proxy.asked == []


async def test_a_proxy_is_asked_for_no_form_of_a_forbidden_address(proxy: Proxy) -> None:
    settings = HttpClientSettings(user_agent=AGENT, proxy=f"http://127.0.0.1:{proxy.port}")
    ended = {}
    async with HttpClient(settings) as door:
        for host in (
            *HOSTS,
            "[fe80::1%25eth0]",
            "[2606:4700::1%25x]",
            "[::1%lo]",
            "ip6-localhost",
            "localhost6",
            "mill.localhost",
            "LOCALHOST.",
            "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
        ):
            ended[host] = await end_of(door, f"http://{host}/")
    assert {host: end for host, end in ended.items() if end not in {"forbidden_address", "bad_url"}} == {}
    assert proxy.asked == []


async def test_a_proxy_that_is_gone_is_named() -> None:
    async with serve() as gone:
        port = gone.port
    async with HttpClient(HttpClientSettings(user_agent=AGENT, proxy=f"http://127.0.0.1:{port}")) as door:
        assert await end_of(door, "http://news.example/") == "proxy"


async def test_what_is_meant_for_one_origin_does_not_follow_a_redirect(origin: Origin) -> None:
    origin.routes |= {
        "/a": moved("/b"),
        "/b": moved(f"http://localhost:{origin.port}/c"),
        "/c": page("there"),
    }
    private = {"Authorization": "Basic x", "Cookie": "a=b", "If-None-Match": '"x"'}
    async with opened(allow_private=("127.0.0.0/8", "::1")) as door:
        await door.fetch(origin.url("/a"), headers=private, deadline_s=5)
    assert origin.requests("/b")[0].headers["authorization"] == "Basic x"
    assert not {"authorization", "cookie"} & set(origin.requests("/c")[0].headers)
    assert origin.requests("/c")[0].headers["if-none-match"] == '"x"'


async def test_a_body_that_comes_too_slowly_ends(origin: Origin) -> None:
    origin.routes["/a"] = page("slow" * 100, drip=0.05)
    async with opened(min_rate=1000, rate_grace_s=0.3) as door:
        assert await end_of(door, origin.url("/a")) == "too_slow"
    async with opened(min_rate=10, rate_grace_s=0.3) as door:
        origin.routes["/b"] = page("slow" * 10, drip=0.02)
        assert (await door.fetch(origin.url("/b"), deadline_s=5)).status == 200
