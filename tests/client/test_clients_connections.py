"""A new connection costs no look at the disk: processes that are forked for a ticket open some."""

import importlib.metadata

import pytest

from feedmill._redis.clients import make_async_client, make_client


async def test_a_new_connection_reads_no_metadata_of_packages(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with make_client(redis_url) as first:
        assert first.ping()
    read = []
    monkeypatch.setattr(importlib.metadata, "version", read.append)
    with make_client(redis_url) as second:
        (told,) = [one for one in second.client_list() if one["id"] == str(second.client_id())]
    async with make_async_client(redis_url) as third:
        assert await third.ping()
    assert read == []
    assert told["lib-name"] == "redis-py"
    assert told["lib-ver"]
