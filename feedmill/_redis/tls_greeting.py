"""Asks a server whether it answers TLS at all, for commands that a person waits for.

A server without TLS takes the first bytes for a command that is not whole yet, and says nothing: a client
would wait for each of its tries. Nothing but a greeting is sent, and no certificate is looked at.
"""

import socket
import ssl
from urllib.parse import urlsplit

GREETING_S = 5.0
"""Seconds that the connection and the answer to the greeting may take each: as a client's connection may."""
_PORT = 6379


def is_silent_on_tls(url: str, timeout_s: float = GREETING_S) -> bool:
    """Return whether the server at rediss://… takes a connection and leaves the greeting unanswered.

    False for any other scheme, and where no connection comes about: the client finds better words for that.
    """
    parts = urlsplit(url)
    if parts.scheme != "rediss" or not parts.hostname:
        return False
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        line = socket.create_connection((parts.hostname, parts.port or _PORT), timeout_s)
    except OSError:
        return False
    try:
        with line, context.wrap_socket(line, server_hostname=parts.hostname):
            return False
    except TimeoutError:
        return True
    except OSError:
        return False
