"""Who may ask the gateway for what: decided from a request's head alone, and kept by the running gateway."""

import base64
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from gateway import BEARER, TOKEN, Gateway, serving
from support.growth import LINEAR, growth

from web.errors import BadRequest, Forbidden, MisdirectedRequest, Unauthorized, WebError
from web.http.auth_token import AccessToken
from web.http.authorization import GatewayNames, Permissions, RequestHead, authorize
from web.http.middleware import cookie_of
from web.http.token_file import TOKEN_FILE, load_token

NAMES = GatewayNames.of("127.0.0.1", ("news.example",))
HERE = "127.0.0.1:8420"
CROSS = {"sec-fetch-site": "cross-site"}
BASIC = "Basic " + base64.b64encode(b"reader:" + TOKEN.encode()).decode()


def judged(
    method: str = "GET", peer: str = "127.0.0.1", session: bool = False, **headers: str
) -> Permissions:
    named = {"host": HERE} | {name.replace("_", "-"): value for name, value in headers.items()}
    return authorize(RequestHead(method, peer, named, session), NAMES, AccessToken(TOKEN).matches)


def test_this_machine_reads_without_a_token_and_fills_forms_in_a_session_only() -> None:
    plain = judged()
    assert plain.may_read
    assert not plain.token
    assert not plain.may_submit_forms
    ours = {"sec_fetch_site": "same-origin", "origin": f"http://{HERE}"}
    assert not judged(**ours).may_submit_forms
    assert judged(session=True, **ours).may_submit_forms
    assert not judged(authorization=BASIC, **ours).may_submit_forms


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
def test_every_loopback_address_is_this_machine(peer: str) -> None:
    assert judged(peer=peer).local


@pytest.mark.parametrize(
    ("peer", "headers"),
    [
        ("192.0.2.7", {}),
        ("::ffff:192.0.2.7", {}),
        ("", {}),
        ("127.0.0.1", {"host": "news.example"}),
        ("127.0.0.1", {"x_forwarded_for": "192.0.2.7"}),
        ("127.0.0.1", {"forwarded": "for=192.0.2.7"}),
        ("127.0.0.1", {"via": "1.1 proxy"}),
        ("127.0.0.1", {"x_forwarded_proto": "https"}),
        ("127.0.0.1", {"x_forwarded_server": "news.example"}),
        ("127.0.0.1", {"cf_connecting_ip": "192.0.2.7"}),
        ("127.0.0.1", {"x_envoy_external_address": "192.0.2.7"}),
        ("127.0.0.1", {"x_amz_cf_id": "4Ri9"}),
        ("127.0.0.1", {"cdn_loop": "cloudflare"}),
        ("127.0.0.1", {"x_varnish": "32770"}),
        ("127.0.0.1", {"forwarded_for": "192.0.2.7"}),
        ("127.0.0.1", {"x_original_host": "news.example"}),
        ("127.0.0.1", {"referer": "https://news.example/feeds"}),
        ("127.0.0.1", {"referer": "https://127.0.0.1@news.example/"}),
        ("127.0.0.1", {"referer": "https://[news.example/"}),
    ],
)
def test_strangers_and_those_behind_a_proxy_read_nothing_without_the_token(
    peer: str, headers: dict[str, str]
) -> None:
    assert not judged(peer=peer, **headers).may_read
    assert judged(peer=peer, **headers, authorization=f"Bearer {TOKEN}").may_read
    assert judged(peer=peer, **headers, authorization=BASIC).may_read
    assert judged(peer=peer, session=True, **headers).may_read


@pytest.mark.parametrize(
    "referer", ["http://127.0.0.1:8420/", "http://localhost:3000/d/1", "http://[::1]/", "about:client", ""]
)
def test_a_page_of_this_machine_leads_to_another(referer: str) -> None:
    assert judged(referer=referer).local


def test_what_a_configured_proxy_brings_is_not_local() -> None:
    asked = RequestHead("GET", "127.0.0.1", {"host": HERE}, proxied=True)
    assert not authorize(asked, NAMES, AccessToken(TOKEN).matches).may_read


def test_a_request_as_http_1_0_is_a_proxys_and_not_local() -> None:
    headers = {"host": HERE}
    assert not authorize(
        RequestHead("GET", "127.0.0.1", headers, http_version="1.0"), NAMES, AccessToken(TOKEN).matches
    ).may_read


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({"host": ""}, BadRequest),
        ({"host": "a b"}, BadRequest),
        ({"host": "127.0.0.1:8420, evil.example"}, BadRequest),
        ({"host": "evil.example"}, MisdirectedRequest),
        ({"host": "127.0.0.1.evil.example"}, MisdirectedRequest),
        ({"host": "192.0.2.7:8420"}, MisdirectedRequest),
        ({"origin": "http://evil.example"}, Forbidden),
        ({"origin": "null"}, Forbidden),
        ({"origin": "http://127.0.0.1:9999"}, Forbidden),
        ({"sec_fetch_site": "cross-site"}, Forbidden),
        ({"sec_fetch_site": "same-site"}, Forbidden),
        (
            {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate", "sec_fetch_dest": "iframe"},
            Forbidden,
        ),
        ({"authorization": "Bearer wrong"}, Unauthorized),
        ({"authorization": "Bearer"}, Unauthorized),
        ({"authorization": "Basic !!"}, Unauthorized),
        ({"authorization": "Digest x"}, Unauthorized),
    ],
)
def test_what_no_program_of_ours_would_send_is_refused(
    headers: dict[str, str], error: type[WebError]
) -> None:
    with pytest.raises(error):
        judged(**headers)


def test_a_link_on_another_page_may_be_followed_but_no_form_may_be_sent() -> None:
    link = {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}
    assert judged(**link).may_read
    with pytest.raises(Forbidden):
        judged("POST", **link)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:5", "[::1]:8420", "news.example."])
def test_its_own_names_are_taken_with_any_port(host: str) -> None:
    judged(host=host)


def test_a_basic_password_reads_and_does_not_write() -> None:
    access = judged(peer="192.0.2.7", authorization=BASIC)
    assert access.may_read
    assert not access.token
    assert not access.may_submit_forms


def test_sessions_and_forms_end_and_are_not_made_by_others() -> None:
    token, other, now = AccessToken(TOKEN), AccessToken("another-token-of-another"), time.time()
    cookie = token.make_session("ab12", int(now) + 100)
    assert token.session_id(cookie, now) == "ab12"
    assert token.session_id(cookie, now + 101) == ""
    assert token.session_id(other.make_session("ab12", int(now) + 100), now) == ""
    assert token.session_id(cookie.replace("ab12", "ab13"), now) == ""
    assert token.session_id(token.make_form_token(now), now) == ""
    assert token.session_id(f"ab12.{token.make_form_token(now)}", now) == ""
    assert token.is_form(token.make_form_token(now), now)
    for forged in (
        "",
        ".",
        "9999999999.",
        "٣.x",
        f"9999999999.{token.make_form_token(now).partition('.')[2]}",
    ):
        assert not token.is_form(forged, now)


@pytest.mark.parametrize(
    ("header", "cookie"),
    [
        ("feedmill_session=ab.1.cd", "ab.1.cd"),
        ("theme=dark; feedmill_session=ab.1.cd ;x=1", "ab.1.cd"),
        ("feedmill_session=of-this-path; feedmill_session=of-all", "of-this-path"),
        ("xfeedmill_session=1; feedmill_sessions=2; feedmill_session", ""),
        ("", ""),
    ],
)
def test_the_cookie_of_a_session_is_found_among_others(header: str, cookie: str) -> None:
    assert cookie_of(header) == cookie


@pytest.mark.parametrize("unit", ['\\"', "\\a", "a=b;"], ids=repr)
def test_a_strangers_cookies_cost_in_proportion_to_their_length(unit: str) -> None:
    assert growth(lambda count: cookie_of(f'theme="{unit * count}"'), 8000) <= LINEAR


def test_a_token_is_made_once_and_is_the_owners_alone(tmp_path: Path) -> None:
    made = load_token(tmp_path / "data", "")
    assert load_token(tmp_path / "data", "") == made
    assert (tmp_path / "data" / TOKEN_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == [TOKEN_FILE]
    assert load_token(tmp_path / "data", "one-of-the-operators") == AccessToken("one-of-the-operators")


@pytest.fixture
async def gateway(redis_url: str, tmp_path: Path) -> AsyncIterator[Gateway]:
    async with serving(redis_url, tmp_path) as running:
        yield running


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/feeds"),
        ("POST", "/v1/feeds/check"),
        ("PUT", f"/v1/feeds/{1:016x}"),
        ("PATCH", f"/v1/feeds/{1:016x}"),
        ("DELETE", f"/v1/feeds/{1:016x}"),
        ("POST", f"/v1/feeds/{1:016x}/pause"),
        ("POST", f"/v1/feeds/{1:016x}/resume"),
        ("POST", "/v1/opml"),
        ("POST", f"/v1/dead/{1:016x}/retry"),
        ("DELETE", f"/v1/dead/{1:016x}"),
        ("POST", "/v1/groups/g/dead/1-0/retry"),
        ("DELETE", "/v1/groups/g/dead/1-0"),
    ],
)
async def test_every_write_needs_the_token_also_from_this_machine(
    gateway: Gateway, method: str, path: str
) -> None:
    answer = await gateway.http.request(method, path, json={"url": "http://127.0.0.1/"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["title"] == "Unauthorized"


async def test_the_token_opens_what_this_machines_names_do_not(gateway: Gateway) -> None:
    away = {"x-forwarded-for": "192.0.2.7"}
    await gateway.get("/v1/articles", 401, **away)
    await gateway.get("/v1/articles", **away, **BEARER)
    await gateway.get("/v1/articles", 421, host="evil.example")
    await gateway.get("/v1/articles", 403, origin="https://evil.example", **BEARER)


async def test_no_answer_lets_a_page_of_another_origin_read_it(gateway: Gateway) -> None:
    for path, status in (("/v1/articles", 200), ("/nothing", 404), ("/v1/articles?x=1", 400)):
        headers = (await gateway.get(path, status)).headers
        assert not [name for name in headers if name.startswith("access-control")]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"
        assert "server" not in headers
    preflight = await gateway.http.options("/v1/feeds", headers={"origin": "https://evil.example"})
    assert preflight.status_code == 403


async def test_a_body_is_bounded(gateway: Gateway) -> None:
    answer = await gateway.http.post("/v1/feeds", content=b"x" * 70_000, headers=BEARER)
    assert answer.status_code == 413

    async def drip() -> AsyncIterator[bytes]:
        for _ in range(70):
            yield b"x" * 1000

    answer = await gateway.http.post("/v1/feeds", content=drip(), headers=BEARER)
    assert answer.status_code == 413


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"url": 5}', b'{"url":"http://a/","x":1}', b"\xff"])
async def test_a_body_that_is_not_what_is_wanted_is_a_problem(gateway: Gateway, body: bytes) -> None:
    answer = await gateway.http.post("/v1/feeds", content=body, headers=BEARER)
    assert answer.status_code == 400
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "path", ["/../etc/passwd", "/static/../main.py", "/static/%2e%2e/main.py", "/v1/", "/v2"]
)
async def test_what_is_not_there_is_not_found(gateway: Gateway, path: str) -> None:
    async with httpx.AsyncClient(timeout=120) as http:
        answer = await http.send(
            httpx.Request("GET", gateway.url + "/", extensions={"target": path.encode()})
        )
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


async def test_a_method_that_a_path_has_not_is_told_with_those_it_has(gateway: Gateway) -> None:
    answer = await gateway.http.put("/v1/feeds", headers=BEARER)
    assert answer.status_code == 405
    assert {"GET", "POST"} <= {word.strip() for word in answer.headers["allow"].split(",")}
