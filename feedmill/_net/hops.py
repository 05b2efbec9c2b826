"""Where a request may go, and where a redirect leads: pure rules on addresses of pages."""

from urllib.parse import urljoin

import httpx

from feedmill._net.errors import BadRedirectError, BadUrlError, NetError

FOLLOWED = frozenset({301, 302, 303, 307, 308})
"""Status codes that lead elsewhere (RFC 9110 section 15.4)."""

MAX_URL = 8192


def check(url: str) -> str:
    """Give the address in the form that is requested, without fragment.

    Raises BadUrlError for other schemes than http and https, for a missing host and for credentials in it.
    """
    if len(url) > MAX_URL:
        raise BadUrlError(url[:200], f"longer than {MAX_URL} characters")
    try:
        parsed = httpx.URL(url.strip())
        host = parsed.host  # decodes punycode, which may be none
    except (httpx.InvalidURL, ValueError) as error:
        raise BadUrlError(url, str(error)) from error
    if parsed.scheme not in {"http", "https"}:
        raise BadUrlError(url, f"scheme {parsed.scheme!r} is not http or https")
    if not host:
        raise BadUrlError(url, "names no host")
    if parsed.userinfo:
        raise BadUrlError(str(parsed.copy_with(username=None, password=None)), "carries credentials")
    return str(parsed.copy_with(fragment=None))


def follow(url: str, location: str | None) -> str:
    """Give the address that a redirect from `url` leads to.

    Raises BadRedirectError when it names none, names one that `check` refuses, or leaves https for http.
    """
    if not location:
        raise BadRedirectError(url, "names no target")
    try:
        target = check(urljoin(url, location.strip()))
    except (NetError, ValueError) as error:
        raise BadRedirectError(
            url, f"leads to {location[:200]!r}: {getattr(error, 'detail', error)}"
        ) from error
    if url.startswith("https:") and target.startswith("http:"):
        raise BadRedirectError(url, f"leaves https for {target}")
    return target
