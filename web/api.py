"""All routes for programs, and the document that describes them."""

from starlette.responses import Response

from web import articles, feeds, letters, live, outfeeds, standing
from web.answers import json_answer
from web.ask import Ask, Given, Route
from web.openapi import openapi


async def described(ask: Ask) -> Response:
    """Answer with the description of the API."""
    del ask
    return json_answer(openapi(API))


API: tuple[Route, ...] = (
    *articles.ROUTES,
    *live.ROUTES,
    *feeds.ROUTES,
    *letters.ROUTES,
    *standing.ROUTES,
    *outfeeds.ROUTES,
    Route(
        path="/openapi.json",
        act=described,
        summary="This document",
        gives={200: Given(said="OpenAPI 3.1.", shape=dict)},
    ),
)
