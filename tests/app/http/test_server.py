"""The socket is opened first, and problems with it are reported plainly."""

from __future__ import annotations

import socket

import pytest

from jiebang.app.http.server import CannotListen, PortInUse, listen, reserve_port


def test_a_free_port_is_taken() -> None:
    with listen("127.0.0.1", 0) as listener:
        assert listener.getsockname()[1] > 0


def test_a_port_in_use_is_named() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(PortInUse, match=f"Port {port} on 127.0.0.1 is in use"):
            listen("127.0.0.1", port)


def test_a_reserved_port_is_nobody_elses_and_its_program_may_come_and_go() -> None:
    with reserve_port("127.0.0.1", 0) as port:
        for _ in range(2):
            with listen("127.0.0.1", port) as listener:
                assert listener.getsockname()[1] == port
                with pytest.raises(PortInUse), reserve_port("127.0.0.1", port):
                    pass
        with socket.socket() as stranger, pytest.raises(OSError, match="in use"):
            stranger.bind(("127.0.0.1", port))


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 99999), ("192.0.2.1", 0)])
def test_an_address_that_is_not_ours_is_refused(host: str, port: int) -> None:
    with pytest.raises(CannotListen, match="address of this machine"):
        listen(host, port)
