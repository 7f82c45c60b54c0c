"""What a connector's module must not do: connect while it is imported."""

import contextlib
import socket

with contextlib.suppress(OSError):
    socket.getaddrinfo("localhost", 443)
