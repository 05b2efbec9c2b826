"""Builds the TLS context that clients share: once in a process, as reading two sets of roots takes time."""

import ssl
from functools import cache

import certifi


@cache
def build_tls() -> ssl.SSLContext:
    """Make the context that verifies servers, by the system's roots and the ones that certifi ships.

    A bare container has no roots of its own and a company's machine has some more, hence both.
    """
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
