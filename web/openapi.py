"""The API as an OpenAPI 3.1 document, written from the route table."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

import msgspec

from web.ask import Given, Route
from web.hooks.message import HookShape
from web.problems import TYPE, ProblemShape

Json = dict[str, Any]
_REF = "#/components/schemas/{name}"
_ERRORS = (400, 401, 403, 404, 405, 421, 503)


def openapi(routes: Sequence[Route]) -> Json:
    """Describe all routes of the API; pages are for people and not in it."""
    told = [route for route in routes if not route.page]
    schemas = _schemas(told)
    paths: dict[str, Json] = {}
    for route in told:
        path = re.sub(r":\w+}", "}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route, schemas)
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
        "webhooks": {"article": {"post": _hook(schemas)}},
        "components": {
            "schemas": schemas.components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


class _Schemas:
    """The schemas of all shapes; `ref` says where one stands."""

    def __init__(self, shapes: Sequence[Any]) -> None:
        found, self.components = msgspec.json.schema_components(shapes, ref_template=_REF)
        self._of = {id(shape): schema for shape, schema in zip(shapes, found, strict=True)}

    def ref(self, shape: Any) -> Json:
        return self._of[id(shape)]


def _schemas(routes: Sequence[Route]) -> _Schemas:
    shapes: list[Any] = [ProblemShape, HookShape]
    for route in routes:
        named = [given.shape for given in route.gives.values()]
        shapes += [shape for shape in (route.body, *named) if shape is not None and shape not in shapes]
    return _Schemas(shapes)


def _operation(route: Route, schemas: _Schemas) -> Json:
    operation: Json = {
        "operationId": f"{route.method.lower()}_{route.act.__name__}",
        "summary": route.summary,
        "security": [{"token": []}] if route.writes else [{}] if route.open else [{}, {"token": []}],
        "responses": {str(status): _response(given, schemas) for status, given in route.gives.items()},
    }
    if route.takes:
        operation["parameters"] = [
            {
                "name": param.name,
                "in": param.where,
                "required": param.where == "path",
                "description": param.said,
                "schema": {"type": "array", "items": param.kind.schema, "maxItems": 50}
                if param.several
                else param.kind.schema,
            }
            for param in route.takes
        ]
    if route.body is not None:
        content = {"application/json": {"schema": schemas.ref(route.body)}}
        operation["requestBody"] = {"required": True, "content": content}
    problem = {TYPE: {"schema": schemas.ref(ProblemShape)}}
    errors = (*_ERRORS, 409, 413) if route.writes else _ERRORS
    for status in errors:
        if str(status) not in operation["responses"]:
            said = HTTPStatus(status).phrase
            operation["responses"][str(status)] = {"description": said, "content": problem}
    return operation


def _hook(schemas: _Schemas) -> Json:
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
            "content": {"application/json": {"schema": schemas.ref(HookShape)}},
        },
        "responses": {
            "2XX": {"description": "The receiver has taken it."},
            "default": {"description": "It has not, and is sent it again."},
        },
    }


def _response(given: Given, schemas: _Schemas) -> Json:
    if given.shape is None and not given.media:
        return {"description": given.said}
    schema = schemas.ref(given.shape) if given.shape is not None else {"type": "string"}
    return {"description": given.said, "content": {given.media: {"schema": schema}}}
