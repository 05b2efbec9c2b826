"""Normalizes links to the one form that all their spellings share (for comparing them). Pure."""

import re
from functools import lru_cache
from urllib.parse import SplitResult, quote, quote_plus, unquote_to_bytes, urlsplit

from feedmill._ledger.identity.registrable_domain import encode_host, find_site_of_host
from feedmill._ledger.identity.tracking_parameters import drop_tracking

_DEFAULT_PORTS = (80, 443)  # http and https are one
_TWINS = ("m", "mobile", "amp")
_SESSION = re.compile(r";jsessionid=[^/?]*", re.IGNORECASE)
_AMP_CACHE = re.compile(r"/(?:amp/)?[cv]/s/(.+)")
_AMP_VIEWER = re.compile(r"/amp/s/(.+)")
_SLUG = re.compile(r"[^/]*[-_\d][^/]*")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_SAFE = "%!$&'()*+,;=:@/~-._"
_MAX_CACHED_CHARS = 2048
"""Characters of a link whose one form is kept for a while: key, version and names of an entry ask for it."""


def normalize_url(url: str) -> str:
    """Write a link in the one form that all its spellings share. For comparing, not for requesting.

    Scheme https for both (RFC 9110 §4.2), host in lower case without "www." or the mobile and AMP twins of
    the registrable domain, no default port, no user, no fragment (unless "#!"), dots resolved
    (RFC 3986 §5.2.4), percent-encoding in one spelling (§6.2.2), no trailing slash, no AMP ending or cache,
    tracking parameters gone, the others in order of name. A fragment that begins with "!" or "/" routes and
    stays. What cannot be split comes back trimmed.
    """
    return _kept_form(url) if len(url) <= _MAX_CACHED_CHARS else _form(url)


def _form(url: str) -> str:
    trimmed = "".join(url.split())
    try:
        parts = _unwrap_amp(urlsplit(trimmed))
        port = parts.port
    except ValueError:
        return trimmed
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return trimmed
    host = _drop_variant_labels(encode_host(parts.hostname))
    if ":" in host:
        host = f"[{host}]"
    if port is not None and port not in _DEFAULT_PORTS:
        host = f"{host}:{port}"
    path = _normalize_path(parts)
    query = _normalize_query(parts.query, path)
    return f"https://{host}{path}" + (f"?{query}" if query else "") + _keep_route(parts.fragment)


_kept_form = lru_cache(maxsize=256)(_form)


def _drop_variant_labels(host: str) -> str:
    """Drop the labels that stand for the same pages in another dress."""
    label, _, rest = host.partition(".")
    if label == "www" and "." in rest:
        return rest
    if label in _TWINS and "." in rest and find_site_of_host(host) == rest:
        return rest
    return host


def _unwrap_amp(parts: SplitResult) -> SplitResult:
    """Take a link out of the AMP cache or viewer that wraps it."""
    host = (parts.hostname or "").lower()
    cached = _AMP_CACHE.fullmatch(parts.path) if host.endswith(".cdn.ampproject.org") else None
    viewed = (
        _AMP_VIEWER.fullmatch(parts.path)
        if re.fullmatch(r"(www\.)?google(\.[a-z]{2,3}){1,2}", host)
        else None
    )
    inner = cached or viewed
    if inner is None or "." not in inner[1].partition("/")[0]:
        return parts
    return urlsplit(f"https://{inner[1]}" + (f"?{parts.query}" if parts.query else ""))


def _normalize_path(parts: SplitResult) -> str:
    path = _SESSION.sub("", parts.path)
    path = quote(_ESCAPE.sub(_normalize_escape, path), safe=_SAFE, errors="replace")
    if "/." in path:
        path = _remove_dot_segments(path)
    path = path.rstrip("/")
    article = path.removesuffix("/amp").rstrip("/")
    if path.endswith("/amp") and _SLUG.fullmatch(article.rpartition("/")[2]):  # else "amp" may be the article
        path = article
    if path.endswith(".amp.html"):
        path = path.removesuffix(".amp.html") + ".html"
    return path or "/"


def _normalize_escape(escape: re.Match[str]) -> str:
    """Decode what needs no escape (RFC 3986 §2.3), write the others in capitals."""
    character = chr(int(escape[1], 16))
    plain = character.isascii() and (character.isalnum() or character in "-._~")
    return character if plain else escape[0].upper()


def _remove_dot_segments(path: str) -> str:
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    return "/".join(kept)


def _normalize_query(query: str, path: str) -> str:
    """Order and spell a query's parameters; their bytes stay as they are, in whatever encoding they came."""
    if not query:
        return ""
    parts = (part.partition("=") for part in query.replace("&amp;", "&").split("&") if part)
    pairs = [(_decode_bytes(name), _decode_bytes(value)) for name, _, value in parts]
    kept = sorted(drop_tracking(pairs, path))
    return "&".join("=".join(quote_plus(part, encoding="latin-1") for part in pair) for pair in kept)


def _decode_bytes(part: str) -> str:
    """Return the bytes that a part of a query stands for, each as a character (Latin-1)."""
    return unquote_to_bytes(part.replace("+", " ").encode("utf-8", "replace")).decode("latin-1")


def _keep_route(fragment: str) -> str:
    return f"#{fragment}" if fragment.startswith(("!", "/")) else ""
