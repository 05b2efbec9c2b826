"""Where a request may go and where a redirect leads."""

import pytest

from feedmill._net.access.url_and_redirects import check_url, resolve_redirect
from feedmill._net.errors import BadRedirectError, BadUrlError


@pytest.mark.parametrize(
    ("url", "requested"),
    [
        ("http://site.example", "http://site.example"),
        (" https://site.example/a?b=c ", "https://site.example/a?b=c"),
        ("https://site.example/a#part", "https://site.example/a"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
    ],
)
def test_a_web_address_is_requested(url: str, requested: str) -> None:
    assert check_url(url) == requested


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/feed",
        "ftp://site.example/feed",
        "file:///etc/passwd",
        "http://",
        "http://user:secret@site.example/",
        "http://user@site.example/",
        "http://site.example:port/",
        "http://xn--/",
        "http://%31%32%37.0.0.1/",
        "http://1.1.1.1%eth0/",
        "http://127.0.0.1%2f/",
        "http://[fe80::1%25eth0]/",
        "http://[2606:4700::1%251]/",
        "http://a%2eexample/",
        "http://site.example.0x7f/",
        "http://1.2.3.4.5/",
        "http://256.1.1.1/",
        "http://a!b.example/",
        "http://a.[::1]/",
        "http://[::1].a.example/",
        "http://[:localhost[]].a.example:80/",
        "http://[v1.a.example]/",
        "http://127.0.0.1\\@a.example/",
        "http://a.example\\@127.0.0.1/",
        "http://" + "a" * 9000,
    ],
)
def test_anything_else_is_refused(url: str) -> None:
    with pytest.raises(BadUrlError) as caught:
        check_url(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "location", "target"),
    [
        ("http://a.example/x", "/y", "http://a.example/y"),
        ("http://a.example/x/", "y?z", "http://a.example/x/y?z"),
        ("http://a.example/", "https://b.example/#part", "https://b.example/"),
        ("https://a.example/", "//b.example/c", "https://b.example/c"),
        ("http://a.example/", "http://b.example/", "http://b.example/"),
    ],
)
def test_a_redirect_is_followed(url: str, location: str, target: str) -> None:
    assert resolve_redirect(url, location) == target


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("https://a.example/", "http://a.example/"),
        ("http://a.example/", "ftp://a.example/"),
        ("http://a.example/", "file:///etc/passwd"),
        ("http://a.example/", "javascript:alert(1)"),
        ("http://a.example/", "http://u:p@b.example/"),
        ("http://a.example/", "http://[::1"),
        ("http://a.example/", ""),
        ("http://a.example/", None),
    ],
)
def test_a_redirect_that_is_unsafe_is_refused(url: str, location: str | None) -> None:
    with pytest.raises(BadRedirectError):
        resolve_redirect(url, location)
