"""The description of the API is made once, however often it is asked for."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from gateway import Gateway, serving

from web.api_routes import _describe_routes


@pytest.fixture
async def gateway(redis_url: str, tmp_path: Path) -> AsyncIterator[Gateway]:
    async with serving(redis_url, tmp_path) as running:
        yield running


async def test_the_description_is_made_once_and_names_every_path(gateway: Gateway) -> None:
    first = await gateway.json("/openapi.json")
    made = _describe_routes.cache_info().misses
    assert await gateway.json("/openapi.json") == first
    assert _describe_routes.cache_info().misses == made == 1
    assert {"/v1/articles", "/v1/feeds", "/openapi.json"} <= first["paths"].keys()
