"""Behind Sentinels: what asynchronous replication loses comes back under the same id."""

import pytest

from config.parsing.duration_and_size import InvalidValueError
from config.parsing.value_kinds import RedisUrlKind
from feedmill._redis.sentinel_url import parse_sentinel_url

A = "http://a.example/feed"


@pytest.mark.parametrize(
    ("url", "sentinels", "service", "options", "asking"),
    [
        ("redis+sentinel://a/mill", (("a", 26379),), "mill", {"db": 0}, {}),
        (
            "redis+sentinel://u:p%40w@a:1,[::1]:2/mill/3?sentinel_password=s",
            (("a", 1), ("::1", 2)), "mill", {"db": 3, "username": "u", "password": "p@w"}, {"password": "s"},
        ),
        (
            "rediss+sentinel://:p@a/mill?ssl_ca_certs=/ca.pem",
            (("a", 26379),), "mill", {"db": 0, "password": "p", "ssl": True, "ssl_ca_certs": "/ca.pem"},
            {"ssl": True, "ssl_ca_certs": "/ca.pem"},
        ),
    ],
)  # fmt: skip
def test_a_url_names_sentinels_service_and_database(
    url: str, sentinels: object, service: str, options: object, asking: object
) -> None:
    found = parse_sentinel_url(url)
    assert (found.sentinels, found.service, found.options, found.asking) == (
        sentinels,
        service,
        options,
        asking,
    )
    assert RedisUrlKind().read(url) == url


@pytest.mark.parametrize(
    "url",
    ["redis+sentinel://a", "redis+sentinel:///mill", "redis+sentinel://a,,b/mill", "redis+sentinel://a/mill/x",
     "redis+sentinel://a:x/mill", "redis+sentinel://a/mill?other=1", "redis+sentinel://a/mill/1/2"],
)  # fmt: skip
def test_a_wrong_url_is_refused(url: str) -> None:
    with pytest.raises(InvalidValueError):
        RedisUrlKind().read(url)
