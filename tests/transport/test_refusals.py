"""Answers and servers that the client refuses."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from jiebang.sdk import ConfigFault, ProtocolFault
from jiebang.transport.reply import WholeReply

World = Any

DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize(
    "body",
    [
        b'{"bindings": [{"id": 1}], "bindings": []}',
        b'{"bindings": [{"id": 1}], "bind\\u0069ngs": []}',
        b'[{"a": {"b": 1, "b": 1}}]',
        b'{"x": "\\u003a", "a": 1, "a": 2}',
    ],
)
async def test_an_object_with_a_key_twice_is_no_answer(world: World, body: bytes) -> None:
    """It is unclear which of two lists is meant; the second would be an absence."""
    server = await world.answer("200 OK", body)
    reply = await (await world.http(server.url)).send("POST", "/")
    with pytest.raises(ProtocolFault, match="a key twice") as caught:
        reply.json()
    assert caught.value.maybe_done


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": ' * 300 + b"1" + b"}" * 300,
        b"[" * 1000 + b"]" * 1000,
        b"[1e400]",
        b"[-Infinity]",
        b'["\\ud800"]',
        b'{"\\udc00": 1}',
        b"[" + b"9" * 5000 + b"]",
        b'"\xc3("',
        b"\xff\xfe{\x00}\x00",
    ],
)
def test_a_body_that_a_reader_could_choke_on_is_a_protocol_fault(body: bytes) -> None:
    with pytest.raises(ProtocolFault):
        WholeReply(200, {}, body).json()


@given(DOCUMENTS)
def test_every_document_with_each_key_once_is_read_as_it_is(document: Any) -> None:
    for body in (orjson.dumps(document), orjson.dumps(document).replace(b":", b" : ")):
        again = orjson.loads(body)
        assert WholeReply(200, {}, body).json() == again or body.lstrip()[:1] == b"<"


async def test_a_name_with_one_private_address_among_public_ones_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = await world.answer("200 OK")
    asked: list[str] = []

    def resolve_both(host: str, port: int, *_: object, **__: object) -> list[object]:
        asked.append(host)
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in ("1.1.1.1", "127.0.0.1")
        ]

    http = await world.http(f"https://platform.example:{server.port}", allow=())
    monkeypatch.setattr(socket, "getaddrinfo", resolve_both)
    with pytest.raises(ConfigFault, match="private"):
        await http.send("GET", "/")
    assert asked == ["platform.example"], "no second question between check and connection"
    assert server.connections == 0


CLIENT = """
import asyncio, sys
from conftest import NetworkSetup
from contextlib import AsyncExitStack
from jiebang.sdk import ConnectorError

async def main():
    async with AsyncExitStack() as stack:
        for port in sys.argv[1:]:
            http = await NetworkSetup(stack).http(f"https://localhost:{port}", allow=("localhost",))
            try:
                print((await http.send("POST", "/")).status)
            except ConnectorError as error:
                print(error.code, error, error.maybe_done)

asyncio.run(main())
"""


def certificate(folder: Path, name: str, host: str, *, ended: bool = False) -> ssl.SSLContext:
    """A server's TLS context with a self-signed certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    until = datetime.now(UTC) + timedelta(days=-1 if ended else 1)
    made = (
        x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number())
        .not_valid_before(until - timedelta(days=2))
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / f"{name}.pem"
    pem.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + made.public_bytes(Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def certificate_bundle(folder: Path) -> Path:
    """One file with all existing certificates."""
    path = folder / "trusted"
    path.write_text("".join(one.read_text() for one in sorted(folder.glob("*.pem"))))
    return path


async def test_a_certificate_that_does_not_hold_sends_nothing(tmp_path: Path) -> None:
    """Valid, for another host, expired, and untrusted: only the first gets the request."""
    contexts = [
        certificate(tmp_path, "good", "localhost"),
        certificate(tmp_path, "other", "other.example"),
        certificate(tmp_path, "ended", "localhost", ended=True),
    ]
    # A client reads its trusted certificates once, so it runs in a process of its own.
    trusted = certificate_bundle(tmp_path)
    contexts.append(certificate(tmp_path, "stranger", "localhost"))
    requests: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    servers = [await asyncio.start_server(serve, "127.0.0.1", 0, ssl=one) for one in contexts]
    client = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        CLIENT,
        *(str(one.sockets[0].getsockname()[1]) for one in servers),
        cwd=Path(__file__).parent,
        env={**os.environ, "SSL_CERT_FILE": str(trusted)},
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await client.communicate()
    for server in servers:
        server.close()
    refused = "unavailable the platform's certificate is invalid False"
    assert told.decode().splitlines() == ["200", *[refused] * 3]
    assert len(requests) == 1
