"""Lists all routes for programs, and the document that describes them."""

from functools import cache

import msgspec
from starlette.responses import Response

from web.api import (
    article_endpoints,
    dead_letter_endpoints,
    event_stream_endpoints,
    feed_action_endpoints,
    feed_add_endpoints,
    feed_edit_endpoints,
    feed_status_endpoints,
    opml_endpoints,
    published_feed_endpoints,
    search_endpoints,
    status_endpoints,
    story_endpoints,
)
from web.api.openapi import build_openapi
from web.http.problem_details import json_answer
from web.request_context import RequestContext
from web.route_spec import ResponseSpec, RouteSpec


async def described(request: RequestContext) -> Response:
    """Answer with the description of the API."""
    del request
    return json_answer(_describe_routes())


@cache
def _describe_routes() -> msgspec.Raw:
    """Describe the API once: it takes ten times what another request takes, and anybody here may ask."""
    return msgspec.Raw(msgspec.json.encode(build_openapi(API_ROUTES)))


API_ROUTES: tuple[RouteSpec, ...] = (
    *article_endpoints.ROUTES,
    *search_endpoints.ROUTES,
    *event_stream_endpoints.ROUTES,
    *story_endpoints.ROUTES,
    *feed_status_endpoints.ROUTES,
    *feed_action_endpoints.ROUTES,
    *feed_add_endpoints.ROUTES,
    *feed_edit_endpoints.ROUTES,
    *opml_endpoints.ROUTES,
    *dead_letter_endpoints.ROUTES,
    *status_endpoints.ROUTES,
    *published_feed_endpoints.ROUTES,
    RouteSpec(
        path="/openapi.json",
        handler=described,
        summary="This document",
        responses={200: ResponseSpec(description="OpenAPI 3.1.", body_type=dict)},
    ),
)
