"""Defines the errors of requests that are not answered as asked.

FeedmillError
├── WebError                   becomes an answer of type application/problem+json (RFC 9457)
│   ├── BadRequest          400  the request cannot be meant so
│   ├── Unauthorized        401  a token is needed, or the one given is wrong
│   ├── Forbidden           403  comes from another site's page, or lacks the form's own token
│   ├── NotFound            404  there is no such thing
│   ├── Conflict            409  it cannot be done in the present state
│   ├── PreconditionFailed  412  it is not as it was when it was read (If-Match)
│   ├── ContentTooLarge     413  the body is larger than any request needs
│   ├── MisdirectedRequest  421  the Host is not one of this gateway's names
│   └── ServiceUnavailable  503  the server or the gateway cannot answer for the moment (temporary)
│       └── ServerAway           the Redis server does not answer
└── PortTakenError             the address to listen on is taken or not ours
"""

from http import HTTPStatus
from typing import ClassVar

from feedmill.errors import FeedmillError


class WebError(FeedmillError):
    """Base of what becomes a problem; `detail` is a sentence for the client."""

    status: ClassVar[int] = 500

    remedy: ClassVar[str] = ""
    """What a person may do about it, where there is something to say."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    @property
    def title(self) -> str:
        """The status in words."""
        return HTTPStatus(self.status).phrase

    @property
    def headers(self) -> dict[str, str]:
        """Headers that belong to the answer."""
        return {}


class BadRequest(WebError):  # noqa: N818  the tree is named after answers
    """The request cannot be meant so."""

    status = 400


class Unauthorized(WebError):  # noqa: N818
    """A token is needed, or the one given is wrong."""

    status = 401

    @property
    def headers(self) -> dict[str, str]:
        """Return the field that names the scheme of a token (RFC 6750)."""
        return {"www-authenticate": 'Bearer realm="feedmill"'}


class Forbidden(WebError):  # noqa: N818
    """The request comes from another site's page, or lacks the form's own token."""

    status = 403


class NotFound(WebError):  # noqa: N818
    """There is no such thing."""

    status = 404


class Conflict(WebError):  # noqa: N818
    """It cannot be done as things stand."""

    status = 409


class PreconditionFailed(WebError):  # noqa: N818
    """It is not as it was when it was looked at (RFC 9110 section 13.1.1)."""

    status = 412


class ContentTooLarge(WebError):  # noqa: N818
    """The body is larger than any request needs."""

    status = 413


class MisdirectedRequest(WebError):  # noqa: N818
    """The Host is not one of this gateway's names (RFC 9110 section 15.5.20)."""

    status = 421


class ServiceUnavailable(WebError):  # noqa: N818
    """The server or the gateway cannot answer for the moment."""

    status = 503
    temporary = True

    @property
    def headers(self) -> dict[str, str]:
        """Return the field with the seconds until the next try."""
        return {"retry-after": "5"}


class ServerAway(ServiceUnavailable):
    """The Redis server does not answer; it is made of the reason."""

    remedy = (
        "feedmill asks it again and again by itself. See that the server runs; `feedmill doctor` says more."
    )

    def __init__(self, reason: str) -> None:
        super().__init__(f"the Redis server does not answer: {reason}")


_PORT_REMEDY = "[web] port in feedmill.toml, or `feedmill web --port N`, names another"
_HOST_REMEDY = (
    "[web] host in feedmill.toml, or `feedmill web --host ADDRESS`, names an address of this machine"
)


class PortTakenError(FeedmillError):
    """The address to listen on is taken or not ours."""

    def __init__(self, host: str, port: int, said: str, *, is_host_wrong: bool = False) -> None:
        super().__init__(host, port, said)
        self.remedy = _HOST_REMEDY if is_host_wrong else _PORT_REMEDY
        self.host = host
        self.port = port
        self.said = said

    def __str__(self) -> str:
        """Name the address and the reason."""
        return f"the gateway cannot listen on {self.host} port {self.port}: {self.said}"
