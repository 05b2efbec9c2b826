"""Renders errors: application/problem+json for programs (RFC 9457), a page for people."""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from web.errors import Unauthorized, WebError
from web.rendering.template_renderer import render_template

TYPE = "application/problem+json"


class ProblemShape(msgspec.Struct, frozen=True, kw_only=True):
    """Why a request was not answered as asked (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


@dataclass(frozen=True, slots=True)
class ProblemDetails:
    """One problem."""

    status: int
    detail: str
    headers: dict[str, str] = field(default_factory=dict)
    remedy: str = ""
    """What a person may do about it, in a sentence or two."""

    @classmethod
    def from_error(cls, error: WebError) -> "ProblemDetails":
        """Make it of an error."""
        return cls(error.status, error.detail, error.headers, error.remedy)


def respond_with_problem(scope: Scope, problem: ProblemDetails) -> Response:
    """Answer with a problem in the form that was asked for."""
    headers: dict[str, Any] = {**problem.headers, "vary": "accept"}
    title = HTTPStatus(problem.status).phrase
    if not wants_page(scope):
        shape = ProblemShape(type="about:blank", title=title, status=problem.status, detail=problem.detail)
        return Response(msgspec.json.encode(shape), problem.status, headers, TYPE)
    if problem.status == Unauthorized.status and scope["method"] == "GET":
        return RedirectResponse("/login", 303, headers)
    result = render_template(
        "problem.html", at="", access=None, away="", done="", zone_name="UTC", title=title, problem=problem,
        path=scope["path"],
    )  # fmt: skip
    return Response(result, problem.status, headers, "text/html")


def wants_page(scope: Scope) -> bool:
    """Whether a person is looking: a browser asks for HTML first, and programs for /v1."""
    if scope["path"].startswith(("/v1/", "/openapi")):
        return False
    accept = next((value for name, value in scope["headers"] if name == b"accept"), b"")
    return b"text/html" in accept


def json_answer(value: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Answer with JSON."""
    return Response(msgspec.json.encode(value), status, headers, "application/json")
