"""A SOCKS proxy gets every request with the name in it; what it refuses is named, and its password is not."""

from collections.abc import AsyncIterator

import pytest
from origin import Origin, page, serve
from socks_proxy import Socks, serving_socks

from feedmill._net.client.http_client import HttpClient
from feedmill._net.client.response import HttpResponse
from feedmill._net.client_settings import HttpClientSettings
from feedmill._net.errors import NetError

AGENT = "feedmill-test"
WAIT_S = 60


@pytest.fixture
async def origin() -> AsyncIterator[Origin]:
    async with serve({"/a": page("by proxy")}) as running:
        yield running


@pytest.fixture
async def socks(origin: Origin) -> AsyncIterator[Socks]:
    async with serving_socks(origin.port) as running:
        yield running


async def through(socks: Socks, url: str, user: str = "") -> HttpResponse:
    settings = HttpClientSettings(user_agent=AGENT, proxy=f"socks5h://{user}127.0.0.1:{socks.port}")
    async with HttpClient(settings) as door:
        return await door.fetch(url, deadline_s=WAIT_S)


async def end_through(socks: Socks, url: str, user: str = "") -> NetError:
    with pytest.raises(NetError) as caught:
        await through(socks, url, user)
    return caught.value


async def test_names_are_the_proxys_to_look_up(socks: Socks, origin: Origin) -> None:
    assert (await through(socks, "http://news.example/a?b=c")).body == b"by proxy"
    assert (await through(socks, "http://bücher.example./a")).body == b"by proxy"
    assert (await through(socks, "http://93.184.216.34:8080/a")).body == b"by proxy"
    assert (await through(socks, "http://[2606:4700::1]/a")).body == b"by proxy"
    assert socks.asked == [
        (3, "news.example", 80),
        (3, "xn--bcher-kva.example", 80),
        (1, "5db8d822", 8080),
        (4, "26064700000000000000000000000001", 80),
    ]
    assert [seen.path for seen in origin.log] == ["/a"] * 4


async def test_a_connection_is_used_again_for_its_host_alone(socks: Socks) -> None:
    settings = HttpClientSettings(user_agent=AGENT, proxy=f"socks5h://127.0.0.1:{socks.port}")
    async with HttpClient(settings) as door:
        for host in ("news.example", "news.example", "other.example"):
            await door.fetch(f"http://{host}/a", deadline_s=WAIT_S)
    assert [host for _, host, _ in socks.asked] == ["news.example", "other.example"]


async def test_a_user_and_a_password_are_given_to_the_proxy_alone(socks: Socks, origin: Origin) -> None:
    socks.login = (b"miller", b"se@cret")
    assert (await through(socks, "http://news.example/a", "miller:se%40cret@")).body == b"by proxy"
    assert not {"authorization", "proxy-authorization"} & set(origin.log[0].headers)
    for user, said in (("miller:wr%40ng@", "refused user and password"), ("", "wants a login")):
        error = await end_through(socks, "http://news.example/a", user)
        assert error.outcome == "proxy"
        assert said in str(error)
        assert "wr@ng" not in str(error)


@pytest.mark.parametrize(
    ("reply", "greeting", "said"),
    [
        (5, b"", "the host refused the connection"),
        (4, b"", "the host cannot be reached"),
        (99, b"", "it answered 99"),
        (0, b"HTTP/1.1 400 Bad\r\n", "it speaks no SOCKS 5"),
        (0, b"\x05", "it closed the connection"),
    ],
)
async def test_a_proxy_that_makes_no_connection_is_named(
    socks: Socks, reply: int, greeting: bytes, said: str
) -> None:
    socks.reply, socks.greeting = reply, greeting
    error = await end_through(socks, "http://news.example/a")
    assert (error.outcome, said in str(error)) == ("proxy", True), str(error)


async def test_a_proxy_that_is_gone_is_named() -> None:
    async with serve() as gone:
        port = gone.port
    assert (await end_through(Socks(0, port), "http://news.example/")).outcome == "proxy"


async def test_what_is_no_tls_behind_the_proxy_is_the_hosts_fault(socks: Socks) -> None:
    error = await end_through(socks, "https://news.example/a")
    assert error.outcome == "tls"
    assert socks.asked == [(3, "news.example", 443)]


@pytest.mark.parametrize("host", ["10.0.0.1", "localhost", "0x7f000001", "127.1", "[::1]", "169.254.169.254"])
async def test_the_proxy_is_asked_for_no_forbidden_address(socks: Socks, host: str) -> None:
    assert (await end_through(socks, f"http://{host}/")).outcome == "forbidden_address"
    assert socks.asked == []


async def test_a_site_has_a_proxy_of_its_own(socks: Socks, origin: Origin) -> None:
    settings = HttpClientSettings(
        user_agent=AGENT,
        allow_private=("127.0.0.0/8",),
        site_proxies=(("news.example", f"socks5h://u:secret@127.0.0.1:{socks.port}"),),
    )
    assert "secret" not in repr(settings)
    async with HttpClient(settings) as door:
        await door.fetch(origin.url("/a"), deadline_s=WAIT_S)
        assert socks.asked == []
        await door.fetch("http://news.example/a", deadline_s=WAIT_S)
    assert socks.asked == [(3, "news.example", 80)]
