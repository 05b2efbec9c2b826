"""Answers of the API."""

from typing import Any

import msgspec
from starlette.responses import Response


def json_answer(value: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Answer with JSON."""
    return Response(msgspec.json.encode(value), status, headers, "application/json")
