"""What lets feedmill in at a site is read from the file, the environment and files, and never shown."""

from pathlib import Path

import pytest

from config.effective_settings import describe_site_access, list_site_access
from config.errors import ConfigError
from config.load import load_config
from config.logging_setup import list_secrets
from feedmill._site_credentials.credentials import SiteCredentials

SITE = '[[sites]]\nsite = "a.example"\n'
FEEDS = '[[feeds]]\nurl = "https://www.a.example/feed"\n[[feeds]]\nurl = "http://a.example:8080/feed"\n'
BASIC = {"Authorization": "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="}
"""The example of RFC 7617."""
BEARER = 'bearer = "SECRET"\n'
MANY = ", ".join(f'X{number} = "a"' for number in range(21))
LONG = ", ".join(f'X{number} = "' + "a" * 4000 + '"' for number in range(5))
SECRET = "s3cret-0f-the-paper"


def read(
    folder: Path, keys: str, environ: dict[str, str] | None = None, *, feeds: str = FEEDS
) -> SiteCredentials:
    (folder / "feedmill.toml").write_text(SITE + keys)
    (folder / "feeds.toml").write_text(feeds)
    (site,) = load_config(folder, environ or {}).settings.sites
    assert site.credentials is not None
    return site.credentials


@pytest.mark.parametrize(
    ("keys", "sent"),
    [
        (f'headers = {{ X-Key = "{SECRET}" }}', {"X-Key": SECRET}),
        (f'cookies = {{ a = "{SECRET}", b = "2" }}', {"Cookie": f"a={SECRET}; b=2"}),
        (f'cookies = "a={SECRET}; b=2"', {"Cookie": f"a={SECRET}; b=2"}),
        (f'bearer = "{SECRET}"', {"Authorization": f"Bearer {SECRET}"}),
        ('basic_auth = "Aladdin:open sesame"', BASIC),
        ('basic_auth = { user = "Aladdin", password = "open sesame" }', BASIC),
        ('user_agent = "Reader/1"', {"User-Agent": "Reader/1"}),
        ('bearer = { env = "TOKEN" }', {"Authorization": f"Bearer {SECRET}"}),
        ('bearer = { file = "token" }', {"Authorization": f"Bearer {SECRET}"}),
        ('cookies = { env = "TOKEN" }', None),
    ],
)  # fmt: skip
def test_values_stand_in_place_in_a_variable_or_in_a_file(
    tmp_path: Path, keys: str, sent: dict[str, str] | None
) -> None:
    (tmp_path / "token").write_text(f"{SECRET}\r\n")
    found = read(tmp_path, keys, {"TOKEN": SECRET})
    assert found.headers == (sent if sent is not None else {"Cookie": SECRET})
    assert not found.missing
    assert found.is_secret == ("User-Agent" not in found.headers)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ('headers = { Host = "b" }', "feedmill.toml:3: sites[1].headers: 'Host' is a field that"),
        ('headers = { Proxy-Authorization = "b" }', "'Proxy-Authorization' is a field that feedmill"),
        ('headers = { Transfer-Encoding = "b" }', "'Transfer-Encoding' is a field that feedmill"),
        ('headers = { Cookie = "b" }', "'Cookie' has a key of its own: cookies"),
        ('headers = { "X Y" = "b" }', "'X Y' is no name of a header field"),
        ('headers = { X-A = "b", x-a = "c" }', "'x-a' is there twice"),
        (r'headers = { X-A = "SECRET\r\nHost: b" }', "'X-A' is not of this form (not shown"),
        (r'bearer = "SECRET\u0000"', "feedmill.toml:3: sites[1].bearer: is not of this form"),
        (r'bearer = "SECRETé"', "sites[1].bearer: is not of this form"),
        (f'bearer = "SECRET{"x" * 4096}"', "sites[1].bearer: is not of this form"),
        ('bearer = { env = "A-B" }', "sites[1].bearer: is not of this form"),
        ('bearer = { env = "A", file = "b" }', "sites[1].bearer: is not of this form"),
        ("bearer = 5", "sites[1].bearer: is not of this form"),
        ('bearer = { file = "two" }', "sites[1].bearer: is not of this form"),
        ('bearer = "SECRET"\nbasic_auth = "a:b"', "sites[1].bearer: basic_auth is given as well"),
        ('basic_auth = "SECRET"', "sites[1].basic_auth: has no colon (not shown: it is a secret)"),
        ('basic_auth = { user = "a:b", password = "SECRET" }', "sites[1].basic_auth: has a colon"),
        ('basic_auth = { name = "SECRET" }', "sites[1].basic_auth: is no such table"),
        (r'cookies = { a = "SECRET;b=1" }', "'a' is no name of a cookie, or its value is none"),
        ('cookies = "SECRET;é"', "sites[1].cookies: is not of this form"),
        ("cookies = 5", "sites[1].cookies: is no such table"),
        (BEARER + 'origins = ["https://a.example/x"]', "feedmill.toml:4: sites[1].origins: has one"),
        (BEARER + 'origins = ["https://u:SECRET@a.example"]', "sites[1].origins: has one that is none"),
        (BEARER + "origins = []", "sites[1].origins: is no such list"),
        ('origins = ["https://a.example"]', "sites[1].origins: stands alone"),
        (f"headers = {{ {MANY} }}", "sites[1].headers: is no such table"),
        (f"headers = {{ {LONG} }}", "is too much together"),
    ],
)  # fmt: skip
def test_a_mistake_names_its_place_and_shows_no_value(tmp_path: Path, keys: str, said: str) -> None:
    (tmp_path / "two").write_text("SECRET\nlines\n")
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, keys)
    assert said in str(caught.value)
    assert "SECRET" not in str(caught.value)


def test_what_this_host_does_not_have_is_no_mistake(tmp_path: Path) -> None:
    found = read(
        tmp_path, 'bearer = { env = "TOKEN" }\ncookies = { a = { file = "none" }, b = { file = "empty" } }\n'
    )
    assert [one.partition("sites")[0][-30:] for one in found.missing]
    assert "TOKEN is not set" in " ".join(found.missing)
    assert "none cannot be read (No such file or directory)" in " ".join(found.missing)
    assert found.is_secret


@pytest.mark.parametrize(
    ("keys", "feeds", "origins"),
    [
        ("", FEEDS, ("https://www.a.example", "http://a.example:8080")),
        ("", FEEDS.replace("a.example", "nota.example"), ()),
        ('origins = ["https://A.Example:443/", "http://b.example:81"]', FEEDS, ("https://a.example", "http://b.example:81")),
    ],
)  # fmt: skip
def test_they_go_to_the_named_origins_or_to_those_of_the_feeds(
    tmp_path: Path, keys: str, feeds: str, origins: tuple[str, ...]
) -> None:
    found = read(tmp_path, f'bearer = "{SECRET}"\n{keys}\n', feeds=feeds)
    assert found.origins == origins
    assert bool(found.missing) == (not origins)


def test_what_is_shown_is_masked(tmp_path: Path) -> None:
    keys = f'user_agent = "Reader/1"\nheaders = {{ X-Key = "{SECRET}", Accept = "text/html" }}\n'
    found = read(tmp_path, keys + f'basic_auth = "user:{SECRET}x"\n')
    loaded = load_config(tmp_path, {})
    view = list_site_access(loaded)["a.example"]
    said = describe_site_access(view)
    assert said == (
        "X-Key: ***, Accept: text/html, Authorization: ***, User-Agent: Reader/1"
        " to https://www.a.example, http://a.example:8080"
    )
    assert SECRET not in repr(loaded)
    assert SECRET not in repr(found)
    assert {SECRET, f"{SECRET}x"} <= set(list_secrets(loaded.settings))


def test_a_proxy_of_a_site_is_read_and_its_password_is_masked(tmp_path: Path) -> None:
    (tmp_path / "feedmill.toml").write_text(SITE + 'proxy = { env = "PROXY" }\n')
    loaded = load_config(tmp_path, {"PROXY": f"http://user:{SECRET}@proxy.example:3128"})
    assert loaded.settings.proxies == {"a.example": f"http://user:{SECRET}@proxy.example:3128"}
    view = list_site_access(loaded)["a.example"]
    assert describe_site_access(view) == "by http://user:***@proxy.example:3128"
    assert SECRET not in repr(loaded)
    assert SECRET in list_secrets(loaded.settings)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ('"socks5://u:SECRET@proxy.example"', "feedmill.toml:3: sites[1].proxy: is no such URL (not shown"),
        ('"http://u:SECRET@proxy.example/path"', "sites[1].proxy: is no such URL (not shown"),
        ('{ env = "PROXY" }', "feedmill.toml:3: proxy: the environment variable PROXY is not set"),
        ("5", "sites[1].proxy: is not of this form"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_a_mistake(tmp_path: Path, value: str, said: str) -> None:
    (tmp_path / "feedmill.toml").write_text(f"{SITE}proxy = {value}\n")
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path, {})
    assert said in str(caught.value)
    assert "SECRET" not in str(caught.value)
