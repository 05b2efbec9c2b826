"""`feedmill url --host` shows the URL as another machine, or the host of a container, has to write it."""

import pytest

from daemon.commands.operate.server_url import replace_host
from daemon.errors import InvalidRequestError


@pytest.mark.parametrize(
    ("url", "host", "shown"),
    [
        ("redis://default:p%40w@redis:6379/0", "127.0.0.1:6379", "redis://default:p%40w@127.0.0.1:6379/0"),
        ("rediss://redis/2?x=1", "db.example:7000", "rediss://db.example:7000/2?x=1"),
        ("redis://:pw@127.0.0.1:1/0", "[::1]:6379", "redis://:pw@[::1]:6379/0"),
    ],
)
def test_host_and_port_are_replaced_and_nothing_else(url: str, host: str, shown: str) -> None:
    assert replace_host(url, host) == shown


@pytest.mark.parametrize(
    ("url", "host", "said"),
    [
        ("unix:///data/redis.sock", "127.0.0.1:6379", "reached by unix://"),
        ("redis+sentinel://a,b/main", "127.0.0.1:6379", "reached by redis\\+sentinel://"),
        ("redis://redis:6379/0", "127.0.0.1", "such as 127.0.0.1:6379"),
        ("redis://redis:6379/0", "127.0.0.1:none", "such as 127.0.0.1:6379"),
        ("redis://redis:6379/0", "me@127.0.0.1:1", "such as 127.0.0.1:6379"),
    ],
)
def test_what_is_no_host_and_port_is_refused(url: str, host: str, said: str) -> None:
    with pytest.raises(InvalidRequestError, match=said):
        replace_host(url, host)
