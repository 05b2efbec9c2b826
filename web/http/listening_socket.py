"""Binds the port, apart from the gateway: `up` holds it while the gateway is started again."""

import errno
import socket

from web.errors import PortTakenError

_BACKLOG = 128
"""Connections that the kernel queues until they are accepted; beyond it clients try again."""


def bind_port(host: str, port: int) -> socket.socket:
    """Take the port; raises PortTakenError."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        taken = socket.socket(family, socket.SOCK_STREAM)
        try:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(address)
            taken.listen(_BACKLOG)
        except OSError:
            taken.close()
            raise
    except OSError as error:
        is_host_wrong = isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL
        said = error.strerror or str(error)
        raise PortTakenError(host, port, said, is_host_wrong=is_host_wrong) from error
    return taken
