"""The TLS context: built once in a process, 20 to 40 ms each."""

import ssl

import certifi


def build_tls() -> ssl.SSLContext:
    """Make the context that verifies servers, by the system's roots and the ones that certifi ships.

    A bare container has no roots of its own and a company's machine has some more, hence both.
    """
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
