"""Says before anything starts that a port is taken, and which variable changes it."""

import errno
import socket


class PortTakenError(Exception):
    """Another program uses the port. The message names the port and the variable that changes it."""


def require_free_port(port: int, variable: str) -> None:
    """Checks every address of localhost, since the servers bind to all of them. Raises PortTakenError."""
    for family, kind, protocol, _, address in socket.getaddrinfo("localhost", port, type=socket.SOCK_STREAM):
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    message = (
                        f"Port {port} is taken. Stop the program that uses it, or choose another with {variable}=."
                    )
                    raise PortTakenError(message) from error
