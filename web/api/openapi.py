"""Builds the API's OpenAPI 3.1 document from the route table."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

import msgspec

from web.http.problem_details import TYPE, ProblemShape
from web.route_spec import ResponseSpec, RouteSpec
from web.webhooks.payload import WebhookMessage

Json = dict[str, Any]
_REF = "#/components/schemas/{name}"
_ERRORS = (400, 401, 403, 404, 405, 421, 503)


def build_openapi(routes: Sequence[RouteSpec]) -> Json:
    """Describe all routes of the API; pages are for people and not in it."""
    result = [route for route in routes if not route.is_page]
    schemas = _collect_schemas(result)
    paths: dict[str, Json] = {}
    for route in result:
        path = re.sub(r":\w+}", "}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = _describe_operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "feedmill gateway",
            "version": version("feedmill"),
            "description": "Clean articles over HTTP. docs/gateway.md says what is promised.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "webhooks": {"article": {"post": _describe_webhook(schemas)}},
        "components": {
            "schemas": schemas.components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


class _SchemaComponents:
    """The schemas of all shapes; `ref` is where one stands."""

    def __init__(self, shapes: Sequence[Any]) -> None:
        found, self.components = msgspec.json.schema_components(shapes, ref_template=_REF)
        self._of = {id(shape): schema for shape, schema in zip(shapes, found, strict=True)}

    def ref(self, shape: Any) -> Json:
        return self._of[id(shape)]


def _collect_schemas(routes: Sequence[RouteSpec]) -> _SchemaComponents:
    shapes: list[Any] = [ProblemShape, WebhookMessage]
    for route in routes:
        named = [given.body_type for given in route.responses.values()]
        shapes += [shape for shape in (route.body, *named) if shape is not None and shape not in shapes]
    return _SchemaComponents(shapes)


def _describe_operation(route: RouteSpec, schemas: _SchemaComponents) -> Json:
    operation: Json = {
        "operationId": f"{route.method.lower()}_{route.handler.__name__}",
        "summary": route.summary,
        "security": [{"token": []}] if route.is_write else [{}] if route.is_public else [{}, {"token": []}],
        "responses": {
            str(status): _describe_response(given, schemas) for status, given in route.responses.items()
        },
    }
    if route.params:
        operation["parameters"] = [
            {
                "name": param.name,
                "in": param.location,
                "required": param.location == "path",
                "description": param.description,
                "schema": {"type": "array", "items": param.kind.describe_schema, "maxItems": 50}
                if param.is_repeated
                else param.kind.describe_schema,
            }
            for param in route.params
        ]
    if route.body is not None:
        content = {"application/json": {"schema": schemas.ref(route.body)}}
        operation["requestBody"] = {"required": True, "content": content}
    elif route.raw_body:
        operation["requestBody"] = {
            "required": True,
            "content": {route.raw_body: {"schema": {"type": "string"}}},
        }
    problem = {TYPE: {"schema": schemas.ref(ProblemShape)}}
    errors = (*_ERRORS, 409, 413) if route.is_write else _ERRORS
    for status in errors:
        if str(status) not in operation["responses"]:
            said = HTTPStatus(status).phrase
            operation["responses"][str(status)] = {"description": said, "content": problem}
    return operation


def _describe_webhook(schemas: _SchemaComponents) -> Json:
    """Describe what receivers of [[webhooks]] are sent."""
    said = {
        "webhook-id": "The same whenever this message is sent again.",
        "webhook-timestamp": "When this attempt was made: seconds since the epoch.",
        "webhook-signature": "v1, and the base64 of HMAC-SHA256 over id.timestamp.body; maybe several.",
    }
    return {
        "operationId": "post_webhook",
        "summary": "An entry of the stream, sent to a receiver (Standard Webhooks)",
        "parameters": [
            {
                "name": name,
                "in": "header",
                "required": True,
                "description": text,
                "schema": {"type": "string"},
            }
            for name, text in said.items()
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": schemas.ref(WebhookMessage)}},
        },
        "responses": {
            "2XX": {"description": "The receiver has taken it."},
            "default": {"description": "It has not, and is sent it again."},
        },
    }


def _describe_response(given: ResponseSpec, schemas: _SchemaComponents) -> Json:
    if given.body_type is None and not given.media:
        return {"description": given.description}
    schema = schemas.ref(given.body_type) if given.body_type is not None else {"type": "string"}
    return {"description": given.description, "content": {given.media: {"schema": schema}}}
