"""Defines the named ends of a request other than an answer.

NetError
├── BadUrlError            bad_url            not an address that feedmill requests
├── ForbiddenAddressError  forbidden_address  the host's address is not a public one
├── ForbiddenPortError     forbidden_port     the port is another service's
├── RedirectLoopError      redirect_loop      too many redirects
├── BadRedirectError       bad_redirect       a redirect without a target, or to one that is refused
├── NameLookupError        dns                the host's name gave no address
├── UnreachableError       connect            no connection, or it was cut
├── ProxyError             proxy              the operator's proxy gave no connection
├── TlsError               tls                no trusted connection
├── DeadlineError          timeout            the exchange took longer than allowed
├── TooSlowError           too_slow           the body comes more slowly than allowed
├── HeadersError           headers            more or longer header fields than allowed
├── TooLargeError          too_large          the body is larger than allowed
├── BombError              bomb               the body decodes to far more than was sent
├── BadEncodingError       bad_encoding       the content coding is unknown, nested or broken
└── BadProtocolError       protocol           what came back is no complete HTTP response
"""

from typing import ClassVar

from feedmill._text_safety import make_line_printable
from feedmill.errors import FeedmillError

MAX_DETAIL = 300
"""Characters of a detail: it may quote a server, and goes into the log and the ledger."""


class NetError(FeedmillError):
    """Base of all; `outcome` is the word that logs, metrics and the ledger use.

    `detail` may quote what a server sent: it is one printable line of at most MAX_DETAIL characters.
    """

    outcome: ClassVar[str] = "network"
    temporary = True

    def __init__(self, url: str, detail: str = "") -> None:
        super().__init__(url, detail)
        self.url = url
        self.detail = make_line_printable(" ".join(detail.split()))[:MAX_DETAIL]

    def __str__(self) -> str:
        """Return which end it was, where, and what is known about it."""
        return f"{self.outcome}: {self.url}" + (f": {self.detail}" if self.detail else "")


class BadUrlError(NetError):
    """The address is not one that feedmill requests."""

    outcome = "bad_url"
    temporary = False


class ForbiddenAddressError(NetError):
    """The host's name leads to an address that is not public and not allowed by the operator."""

    outcome = "forbidden_address"
    temporary = False


class ForbiddenPortError(NetError):
    """The address names a port that is not the web's and not allowed by the operator."""

    outcome = "forbidden_port"
    temporary = False


class RedirectLoopError(NetError):
    """There were more redirects than allowed."""

    outcome = "redirect_loop"


class BadRedirectError(NetError):
    """A redirect names no target, or one that feedmill does not follow."""

    outcome = "bad_redirect"


class NameLookupError(NetError):
    """The host's name gave no address."""

    outcome = "dns"


class UnreachableError(NetError):
    """No connection was made, or it was cut."""

    outcome = "connect"


class ProxyError(NetError):
    """The operator's proxy could not be reached, or made no connection."""

    outcome = "proxy"


class TlsError(NetError):
    """No connection was made that can be trusted."""

    outcome = "tls"


class DeadlineError(NetError):
    """The exchange took longer than allowed."""

    outcome = "timeout"


class TooSlowError(NetError):
    """The body comes more slowly than allowed."""

    outcome = "too_slow"


class HeadersError(NetError):
    """The answer has more header fields than allowed, or longer ones."""

    outcome = "headers"


class TooLargeError(NetError):
    """The body is larger than allowed, as sent or decoded."""

    outcome = "too_large"
    temporary = False


class BombError(NetError):
    """The body decodes to far more bytes than were sent."""

    outcome = "bomb"
    temporary = False


class BadEncodingError(NetError):
    """The content coding is unknown, nested or broken."""

    outcome = "bad_encoding"


class BadProtocolError(NetError):
    """What came back is no complete HTTP response."""

    outcome = "protocol"
