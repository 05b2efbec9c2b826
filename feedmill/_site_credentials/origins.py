"""Computes and compares origins (RFC 6454): scheme, host and port of an address. Pure."""

from collections.abc import Collection
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}


def find_origin(url: str) -> str:
    """Return the origin of an http or https address, its usual port left out; "" for anything else."""
    host = find_host(url)
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in _PORTS or not host:
        return ""
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + ("" if port in (None, _PORTS[parts.scheme]) else f":{port}")


def find_host(url: str) -> str:
    """Return the host of an address in ASCII and small letters; "" where there is none."""
    try:
        host = urlsplit(url.strip()).hostname or ""
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except ValueError:
        return ""


def leads_to(url: str, origins: Collection[str]) -> bool:
    """Return whether an address is of one of these origins, or the plain form that leads to a secure one.

    Addresses are often written with http where the site answers with https at the same host.
    """
    origin = find_origin(url)
    return bool(origin) and (origin in origins or _secure(origin) in origins)


def is_of_host(url: str, host: str) -> bool:
    """Return whether an address is of a host, or of one beneath its name."""
    own = find_host(url)
    is_name = not host.replace(".", "").isdigit() and ":" not in host
    return own == host or (is_name and own.endswith(f".{host}"))


def _secure(origin: str) -> str:
    scheme, _, rest = origin.partition("://")
    return f"https://{rest}" if scheme == "http" else origin
