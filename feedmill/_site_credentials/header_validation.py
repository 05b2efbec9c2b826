"""Decides which header fields the operator may send to a site, and what they may hold. Pure."""

import re

MAX_HEADERS = 20
"""Header fields that are sent to a site besides feedmill's own: servers refuse requests of many fields."""
MAX_COOKIES = 50
"""Cookies that are sent to a site: RFC 6265 section 6.1 has browsers keep 50 for one domain."""
MAX_VALUE_CHARS = 4096
"""Characters of one value: servers refuse longer lines."""
MAX_ALL_CHARS = 16_384
"""Characters of all that is sent to a site: half of what common servers take as the head of a request."""
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}")
"""A name of a field or cookie (RFC 9110 section 5.6.2)."""
_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")
"""No control character: a line break would begin another field (RFC 9110 section 5.5)."""
_COOKIE = re.compile(r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*")
"""RFC 6265 section 4.1.1."""
OWN_KEYS = {"authorization": "bearer or basic_auth", "cookie": "cookies", "user-agent": "user_agent"}
"""Fields that have a key of their own."""
PUBLIC_HEADERS = frozenset(
    {
        "accept", "accept-language", "cache-control", "dnt", "origin", "pragma", "referer", "sec-gpc",
        "upgrade-insecure-requests", "x-requested-with",
    }
)  # fmt: skip
"""Fields whose values are no secret where they stand in the configuration itself."""
_REFUSED = frozenset(
    {
        "host", "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "content-length",
        "content-type", "expect", "accept-encoding", "a-im", "if-match", "if-none-match", "if-modified-since",
        "if-unmodified-since", "if-range", "range", "via", "forwarded", "http2-settings", "set-cookie",
    }
)  # fmt: skip
"""Fields of the connection (RFC 9110 section 7.6), and those that feedmill itself works with."""


def find_name_problem(name: str) -> str:
    """Return what is wrong with a field's name; "" for nothing."""
    if not _TOKEN.fullmatch(name):
        return "is no name of a header field"
    if name.lower() in OWN_KEYS:
        return f"has a key of its own: {OWN_KEYS[name.lower()]}"
    if name.lower() in _REFUSED or name.lower().startswith("proxy-"):
        return "is a field that feedmill sets itself"
    return ""


def is_cookie_name(name: str) -> bool:
    """Return whether a cookie may have this name."""
    return _TOKEN.fullmatch(name) is not None


def is_field_value(value: str) -> bool:
    """Return whether a field may hold this: printable ASCII in one line, of at most `MAX_VALUE_CHARS`."""
    return len(value) <= MAX_VALUE_CHARS and _VALUE.fullmatch(value) is not None


def is_cookie_value(value: str) -> bool:
    """Return whether a cookie may hold this."""
    return len(value) <= MAX_VALUE_CHARS and _COOKIE.fullmatch(value) is not None
