"""Credentials go to their origins alone, and nothing that comes back shows them."""

from collections.abc import AsyncIterator

import pytest
from origin import Origin, Reply, Seen, moved, page, serve

from feedmill._net import HttpClient, HttpClientSettings
from feedmill._net.errors import BadRedirectError
from feedmill._site_credentials.credentials import CredentialStore, SiteCredentials
from feedmill._site_credentials.origins import find_origin, is_of_host, leads_to
from feedmill._site_credentials.response_redaction import is_within, list_written_forms, remove_from_text

SECRET = "t0ken/of the=operator"
HERE, THERE = "127.0.0.1", "127.0.0.2"


@pytest.fixture
async def origin() -> AsyncIterator[Origin]:
    async with serve(hosts=(HERE, THERE)) as running:
        yield running


def store(origin: Origin, *, secret: str = SECRET) -> CredentialStore:
    headers = {"Authorization": f"Bearer {secret}", "Cookie": "session=1", "User-Agent": "Reader/1"}
    return CredentialStore(
        (
            SiteCredentials(
                site=HERE, origins=(find_origin(origin.url()),), headers=headers, secrets=(secret,)
            ),
        )
    )


async def fetch(origin: Origin, path: str, *, host: str = HERE) -> tuple[bool, bytes]:
    url = origin.url(path, host=host)
    async with HttpClient(HttpClientSettings(user_agent="mill", allow_private=("127.0.0.0/8",))) as client:
        answer = await client.fetch(url, deadline_s=60, credentials=store(origin).open_chain(url))
    return answer.with_credentials, answer.body


def shown(origin: Origin) -> list[tuple[str, bool]]:
    """List the paths that were requested, and whether with credentials."""
    return [
        (f"{seen.host.partition(':')[0]}{seen.path}", "authorization" in seen.headers) for seen in origin.log
    ]


@pytest.mark.parametrize(
    ("path", "host", "way"),
    [
        ("/a", HERE, [(f"{HERE}/a", True)]),
        ("/a", THERE, [(f"{THERE}/a", False)]),
        ("/same", HERE, [(f"{HERE}/same", True), (f"{HERE}/a", True)]),
        ("/away", HERE, [(f"{HERE}/away", True), (f"{THERE}/a", False)]),
        ("/out", HERE, [(f"{HERE}/out", True), (f"{THERE}/back", False), (f"{HERE}/a", False)]),
        ("/back", THERE, [(f"{THERE}/back", False), (f"{HERE}/a", False)]),
    ],
)
async def test_they_end_where_a_chain_leaves_their_origins(
    origin: Origin, path: str, host: str, way: list[tuple[str, bool]]
) -> None:
    origin.routes |= {
        "/a": page("a"),
        "/same": moved("/a"),
        "/away": moved(origin.url("/a", host=THERE)),
        "/out": moved(origin.url("/back", host=THERE)),
        "/back": moved(origin.url("/a")),
    }
    sent, _ = await fetch(origin, path, host=host)
    assert shown(origin) == way
    assert sent == way[0][1]
    for seen in origin.log:
        assert ("session=1" in seen.headers.get("cookie", "")) == ("authorization" in seen.headers)
        assert seen.headers["user-agent"] == ("Reader/1" if "authorization" in seen.headers else "mill")


async def test_cookies_of_the_chain_go_beside_them(origin: Origin) -> None:
    origin.routes |= {
        "/a": lambda seen: page(seen.headers["cookie"]),
        "/set": Reply(status=302, headers={"Location": "/a", "Set-Cookie": "seen=2; Path=/"}),
    }
    assert await fetch(origin, "/set") == (True, b"session=1; seen=2")


async def test_an_answer_shows_none_of_them(origin: Origin) -> None:
    def echo(seen: Seen) -> Reply:
        return page(
            f"<p>{seen.headers['authorization']} t0ken%2Fof%20the%3Doperator</p>",
            headers={"ETag": f'"{SECRET}"'},
        )

    origin.routes["/a"] = echo
    assert await fetch(origin, "/a") == (True, b"<p>Bearer *** ***</p>")


@pytest.mark.parametrize("target", ["/a?by=t0ken/of%20the=operator", "/a?by=t0ken%2Fof%20the%3Doperator"])
async def test_an_address_that_shows_one_is_not_followed(origin: Origin, target: str) -> None:
    origin.routes |= {"/a": page("a"), "/show": moved(target)}
    with pytest.raises(BadRedirectError) as caught:
        await fetch(origin, "/show")
    assert "t0ken" not in str(caught.value)
    assert shown(origin) == [(f"{HERE}/show", True)]


async def test_who_watches_the_requests_sees_none_of_them(origin: Origin) -> None:
    seen: list[object] = []
    origin.routes["/a"] = page("a")
    settings = HttpClientSettings(user_agent="mill", allow_private=("127.0.0.0/8",))
    url = origin.url("/a")
    async with HttpClient(settings, listener=seen.append) as client:
        await client.fetch(url, deadline_s=60, credentials=store(origin).open_chain(url))
    assert SECRET not in repr(seen)
    assert "authorization" in origin.log[0].headers


@pytest.mark.parametrize(
    ("url", "origin_"),
    [
        ("https://A.Example:443/x?y", "https://a.example"),
        ("http://a.example:80", "http://a.example"),
        ("http://a.example:8080/", "http://a.example:8080"),
        ("https://bücher.example/", "https://xn--bcher-kva.example"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
        ("ftp://a.example/", ""),
        ("http://", ""),
        ("http://a.example:port/", ""),
        ("https://user@a.example/", "https://a.example"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, origin_: str) -> None:
    assert find_origin(url) == origin_


@pytest.mark.parametrize(
    ("url", "leads"),
    [
        ("https://a.example/x", True),
        ("http://a.example/x", True),  # the plain form, which is asked without
        ("http://a.example:8080/x", False),
        ("https://www.a.example/x", False),
        ("https://a.example.evil.example/", False),
        ("https://a.example@evil.example/", False),
    ],
)
def test_an_address_leads_to_an_origin(url: str, leads: bool) -> None:
    assert leads_to(url, ("https://a.example",)) is leads


def test_the_plain_form_of_a_secure_origin_gets_none() -> None:
    given = SiteCredentials(site="a", origins=("https://a.example",), headers={"X": "y"}, secrets=("y",))
    chain = CredentialStore((given,)).open_chain("http://a.example/x")
    assert chain is not None
    assert chain.select_headers("http://a.example/x") == {}
    assert not chain.was_sent
    assert chain.select_headers("https://a.example/x") == {"X": "y"}
    assert chain.select_headers("https://b.example/x") == {}
    assert chain.select_headers("https://a.example/x") == {}


@pytest.mark.parametrize(
    ("url", "host", "is_of"),
    [
        ("https://a.example/", "a.example", True),
        ("https://www.a.example:81/", "a.example", True),
        ("https://nota.example/", "a.example", False),
        ("http://127.0.0.1/", "127.0.0.1", True),
        ("http://1.127.0.0.1/", "127.0.0.1", False),
        ("http://[::1]/", "::1", True),
    ],
)
def test_a_feed_is_of_a_host_or_beneath_it(url: str, host: str, is_of: bool) -> None:
    assert is_of_host(url, host) is is_of


def test_words_and_short_secrets_stay_in_texts() -> None:
    forms = list_written_forms(("password", "a1", "p4ssword&more"))
    assert (
        remove_from_text("the password a1 p4ssword&more p4ssword&amp;more", forms)
        == "the password a1 *** ***"
    )
    assert is_within("/x?y=p4ssword%26more", forms)
    assert not is_within("/password", forms)
