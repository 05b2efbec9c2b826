"""Cookies within one chain of redirects."""

import pytest

from feedmill._net.client.chain_cookies import MAX_COOKIE_BYTES, ChainCookies

HERE = "https://press.example/a/b?x=1"


@pytest.mark.parametrize(
    ("field", "asked", "sent"),
    [
        ("seen=1", "https://press.example/a/c", "seen=1"),
        ("seen=1; Path=/", "https://press.example/", "seen=1"),
        ("seen=1; Path=/a; HttpOnly; SameSite=Lax", "https://press.example/a", "seen=1"),
        ("seen=1", "https://press.example/other", ""),  # the path that set it is /a
        ("seen=1; path=/a", "https://press.example/ab", ""),
        ("seen=1; Path=/", "https://www.press.example/", ""),  # its own host alone
        ("seen=1; Path=/; Domain=press.example", "https://www.press.example/", ""),
        ("seen=1; Path=/; Domain=other.example", "https://press.example/", ""),
        ("seen=1; Path=/; Secure", "http://press.example/", ""),
        ("seen=1; Path=/; Secure", "https://press.example/", "seen=1"),
        ("seen=; Path=/", "https://press.example/", "seen="),
        ("seen=1; Path=/; Max-Age=0", "https://press.example/", ""),
        ("seen=1; Path=/; Max-Age=-1", "https://press.example/", ""),
        ("no pair", "https://press.example/a/", ""),
        ("a b=1", "https://press.example/a/", ""),
        ("seen=1\x1b[2J", "https://press.example/a/", ""),
        ("seen=" + "x" * MAX_COOKIE_BYTES, "https://press.example/a/", ""),
    ],
)
def test_a_cookie_goes_back_where_it_came_from(field: str, asked: str, sent: str) -> None:
    cookies = ChainCookies()
    cookies.enter(HERE)
    cookies.store(HERE, [field])
    cookies.enter(asked)
    assert cookies.write_header(asked) == sent


@pytest.mark.parametrize(
    ("between", "sent"),
    [
        ("https://login.press.example/", "seen=1"),
        ("https://other.example/", ""),
        ("http://127.0.0.1/", ""),
    ],
)
def test_another_site_ends_what_was_set_before(between: str, sent: str) -> None:
    cookies = ChainCookies()
    cookies.enter(HERE)
    cookies.store(HERE, ["seen=1; Path=/"])
    for url in (between, HERE):
        cookies.enter(url)
    assert cookies.write_header(HERE) == sent


def test_all_together_are_bounded() -> None:
    cookies = ChainCookies()
    cookies.enter(HERE)
    cookies.store(HERE, [f"a{number}={'x' * 150}; Path=/" for number in range(100)])
    assert 0 < len(cookies.write_header(HERE)) <= MAX_COOKIE_BYTES
    cookies.store(HERE, [f"a{number}={'x' * 900}; Path=/" for number in range(10)])
    assert cookies.write_header(HERE) == ""
