"""The client over real sockets: what it sends, what it refuses, how each failure is reported."""

from __future__ import annotations

import asyncio
import gzip
import traceback
import zlib
from typing import Any

import pytest

from jiebang.sdk import (
    Blocked,
    ConfigFault,
    ContractError,
    CredentialsFault,
    ProtocolFault,
    RateLimited,
    Rejected,
    TimedOut,
    Unavailable,
)
from jiebang.transport import Transport

World = Any
NEVER = 3600.0


#: Nothing listens there, and the port is outside the ephemeral range.
CLOSED = "http://127.0.0.1:9"


async def wait_forever(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def test_a_reply_has_its_status_headers_in_lower_case_and_its_json(world: World) -> None:
    server = await world.answer("200 OK\r\nX-Trace: 7", b'{"bindings": []}')
    http = await world.http(server.url + "/api/")
    reply = await http.send("get", "/v1/x", params={"phone": "+8613800001234"})
    assert (reply.status, reply.headers["x-trace"], reply.json()) == (200, "7", {"bindings": []})
    assert server.requests[0].startswith(b"GET /api/v1/x?phone=%2B8613800001234 HTTP/1.1\r\n")
    assert b"User-Agent: jiebang/" in server.requests[0]


async def test_json_and_forms_are_sent_with_their_types(world: World) -> None:
    server = await world.answer("204 No Content")
    http = await world.http(server.url)
    await http.send("POST", "/a", json={"名": "张"}, headers={"Idempotency-Key": "k1"})
    await http.send("POST", "/b", form={"phone": "+86 1", "x": "a&b"})
    first, second = server.requests
    assert b"application/json" in first
    assert first.endswith('{"名":"张"}'.encode())
    assert b"Idempotency-Key: k1" in first
    assert second.endswith(b"phone=%2B86+1&x=a%26b")


async def test_json_and_form_together_are_a_mistake_in_the_connector(world: World) -> None:
    http = await world.http("http://127.0.0.1:1")
    with pytest.raises(ContractError, match="not both"):
        await http.send("POST", "/", json={}, form={})


@pytest.mark.parametrize(
    ("head", "error"),
    [
        ("401 No", CredentialsFault),
        ("403 No", CredentialsFault),
        ("429 No\r\nRetry-After: 7", RateLimited),
        ("503 No\r\nRetry-After: 7", RateLimited),
        ("503 No", Unavailable),
        ("500 No", Unavailable),
        ("504 No", TimedOut),
        ("400 No", Rejected),
        ("999 No", Blocked),
    ],
)
async def test_a_status_outside_accept_raises_by_the_table(
    world: World, head: str, error: type[Exception]
) -> None:
    server = await world.answer(head, b"{}")
    http = await world.http(server.url)
    with pytest.raises(error) as caught:
        await http.send("GET", "/")
    assert not getattr(caught.value, "maybe_done", None), "a read changes nothing"
    assert getattr(caught.value, "retry_after", None) == (7.0 if "Retry" in head else None)


async def test_only_writes_may_have_been_done(world: World) -> None:
    server = await world.answer("500 No", b"{}")
    http = await world.http(server.url)
    with pytest.raises(Unavailable) as caught:
        await http.send("DELETE", "/x")
    assert caught.value.maybe_done


@pytest.mark.parametrize("status", [200, 403, 503, 999])
async def test_a_page_in_place_of_json_is_a_block(world: World, status: int) -> None:
    server = await world.answer(f"{status} X\r\nContent-Type: text/html", b"<title>Just a moment")
    http = await world.http(server.url)
    with pytest.raises(Blocked):
        (await http.send("GET", "/")).json()


@pytest.mark.parametrize("body", [b"\n <html>", b"\xef\xbb\xbf<!doctype html>", b"<?xml?>"])
async def test_a_page_is_known_by_its_first_character_too(world: World, body: bytes) -> None:
    server = await world.answer("200 OK\r\nContent-Type: application/json", body)
    http = await world.http(server.url)
    with pytest.raises(Blocked):
        (await http.send("GET", "/")).json()


@pytest.mark.parametrize("body", [b"", b"{", b"ok", b'{"a": NaN}', b"[" * 5000, b'"\xff"'])
async def test_a_body_that_is_not_json_is_a_protocol_fault(world: World, body: bytes) -> None:
    server = await world.answer("200 OK", body)
    reply = await (await world.http(server.url)).send("POST", "/")
    with pytest.raises(ProtocolFault) as caught:
        reply.json()
    assert caught.value.maybe_done, "the order may be done although its answer is unreadable"
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 304])
async def test_no_redirect_is_followed(world: World, status: int) -> None:
    target = await world.answer("200 OK", b"{}")
    server = await world.answer(f"{status} Moved\r\nLocation: {target.url}/")
    http = await world.http(server.url)
    with pytest.raises(ProtocolFault):
        await http.send("GET", "/", accept=range(100, 600))
    assert target.connections == 0


async def test_cookies_are_not_kept(world: World) -> None:
    server = await world.answer("200 OK\r\nSet-Cookie: a=b", b"{}")
    http = await world.http(server.url)
    await http.send("GET", "/")
    await http.send("GET", "/")
    assert server.connections == 1, "the connection is kept"
    assert b"ookie" not in server.requests[1]


@pytest.mark.parametrize(
    ("coding", "body"),
    [("identity", b" " * 70_000), ("gzip", gzip.compress(b" " * 50_000_000))],
    ids=["a huge answer", "a bomb of fair size"],
)
async def test_an_answer_that_becomes_too_large_is_cut_off(
    world: World, coding: str, body: bytes
) -> None:
    server = await world.answer(f"200 OK\r\nContent-Encoding: {coding}", body)
    http = await world.http(server.url, max_body=65_536)
    with pytest.raises(ProtocolFault, match="too large"):
        await http.send("GET", "/")


async def test_an_answer_that_never_ends_is_cut_off(world: World) -> None:
    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"1000\r\n" + b" " * 4096 + b"\r\n")
            await writer.drain()

    server = await world.serve(flood)
    http = await world.http(server.url, max_body=65_536)
    with pytest.raises(ProtocolFault, match="too large"):
        await http.send("GET", "/")


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "gzip, br", "compress", "x"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_compression_nobody_asked_for_is_not_undone(
    world: World, method: str, coding: str
) -> None:
    """Even if further decoders are installed: their output would not be limited."""
    server = await world.answer(f"200 OK\r\nContent-Encoding: {coding}", gzip.compress(b"{}"))
    with pytest.raises(ProtocolFault) as caught:
        await (await world.http(server.url)).send(method, "/")
    assert caught.value.maybe_done is (method == "POST")
    offered = server.requests[0].lower()
    assert b"accept-encoding: gzip, deflate\r\n" in offered


async def test_a_compression_in_two_headers_is_not_undone(world: World) -> None:
    twice = gzip.compress(gzip.compress(b"{}"))
    server = await world.answer("200 OK\r\nContent-Encoding: gzip\r\nContent-Encoding: gzip", twice)
    with pytest.raises(ProtocolFault):
        await (await world.http(server.url)).send("GET", "/")


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
async def test_a_bomb_within_a_bomb_is_undone_once(world: World, coding: str) -> None:
    """The result is as small as its outer coding says, and it is not JSON."""
    pack = gzip.compress if coding == "gzip" else zlib.compress
    nested = pack(pack(b" " * 50_000_000))
    server = await world.answer(f"200 OK\r\nContent-Encoding: {coding}", nested)
    reply = await (await world.http(server.url, max_body=65_536)).send("GET", "/")
    with pytest.raises(ProtocolFault, match="not JSON"):
        reply.json()


async def test_a_bomb_in_many_members_is_cut_off(world: World) -> None:
    bomb = gzip.compress(b" " * 10_000) * 1_000
    server = await world.answer("200 OK\r\nContent-Encoding: gzip", bomb)
    http = await world.http(server.url, max_body=1 << 20)
    with pytest.raises(ProtocolFault):
        (await http.send("GET", "/")).json()


async def test_fifty_megabytes_of_json_are_not_taken_in(world: World) -> None:
    """Uncompressed: valid JSON to its end, of which the client reads no more than its limit."""
    piece = b'{"id": "1"},' * 5_000
    sent = 0

    async def tell(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        whole = 50_000_000 // len(piece) + 1
        length = len(piece) * whole + len(b'{"bindings": [{}]}')
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n".encode())
        writer.write(b'{"bindings": [')
        for _ in range(whole):
            writer.write(piece)
            await writer.drain()
            sent += len(piece)
        writer.write(b"{}]}")

    server = await world.serve(tell)
    with pytest.raises(ProtocolFault, match="too large"):
        await (await world.http(server.url)).send("GET", "/")
    assert sent < 25_000_000


async def test_gzip_of_fair_size_is_read(world: World) -> None:
    server = await world.answer("200 OK\r\nContent-Encoding: gzip", gzip.compress(b'{"a":1}'))
    assert (await (await world.http(server.url)).send("GET", "/")).json() == {"a": 1}


async def stall_at_headers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nX-Half")
    await wait_forever(reader, writer)


async def stall_at_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"a')
    await wait_forever(reader, writer)


@pytest.mark.parametrize("stall", [wait_forever, stall_at_headers, stall_at_body])
@pytest.mark.parametrize(("limit", "within"), [(0.05, NEVER), (NEVER, 0.05)])
async def test_a_stall_ends_at_the_limit_or_at_the_deadline(
    world: World, stall: Any, limit: float, within: float
) -> None:
    server = await world.serve(stall)
    http = await world.http(server.url, limit=limit, within=within)
    with pytest.raises(TimedOut) as caught:
        await http.send("POST", "/x")
    assert caught.value.maybe_done


async def test_without_time_left_nothing_is_sent(world: World) -> None:
    server = await world.answer("200 OK", b"{}")
    http = await world.http(server.url, within=-1)
    with pytest.raises(TimedOut) as caught:
        await http.send("POST", "/x")
    assert not caught.value.maybe_done
    assert server.connections == 0


async def test_a_tls_handshake_that_stalls_has_sent_nothing(world: World) -> None:
    async def wait_silently(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(wait_silently, "127.0.0.1", 0) as listener:
        port = listener.sockets[0].getsockname()[1]
        http = await world.http(f"https://127.0.0.1:{port}", limit=0.1)
        with pytest.raises(TimedOut) as caught:
            await http.send("POST", "/x")
    assert not caught.value.maybe_done


@pytest.mark.parametrize("base", [CLOSED, "https://nothing.invalid"])
async def test_who_cannot_be_reached_is_unavailable_and_nothing_was_done(
    world: World, base: str
) -> None:
    with pytest.raises(Unavailable) as caught:
        await (await world.http(base)).send("DELETE", "/x")
    assert not caught.value.maybe_done


async def test_a_server_without_tls_is_unavailable_over_https(world: World) -> None:
    async def answer_plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer_plain, "127.0.0.1", 0) as listener:
        port = listener.sockets[0].getsockname()[1]
        with pytest.raises(Unavailable) as caught:
            await (await world.http(f"https://127.0.0.1:{port}")).send("DELETE", "/x")
    assert not caught.value.maybe_done


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def cut_in_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"a')
    await writer.drain()
    writer.close()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("cut", [hang_up, cut_in_body])
async def test_a_write_that_is_cut_off_is_sent_once(world: World, method: str, cut: Any) -> None:
    server = await world.serve(cut)
    with pytest.raises(Unavailable) as caught:
        await (await world.http(server.url)).send(method, "/x")
    assert caught.value.maybe_done
    assert len(server.requests) == 1


async def test_a_write_on_a_connection_that_was_closed_meanwhile_is_sent_once(
    world: World,
) -> None:
    async def first_only(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(server.requests) == 1:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        else:
            writer.close()

    server = await world.serve(first_only)
    http = await world.http(server.url)
    await http.send("GET", "/x")
    with pytest.raises(Unavailable):
        await http.send("DELETE", "/x")
    assert len(server.requests) == 2


async def test_a_read_that_is_cut_off_is_unavailable_only(world: World) -> None:
    server = await world.serve(hang_up)
    with pytest.raises(Unavailable) as caught:
        await (await world.http(server.url)).send("GET", "/x")
    assert not caught.value.maybe_done


async def test_noise_in_place_of_http_is_a_protocol_fault(world: World) -> None:
    async def send_noise(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n\r\n")

    server = await world.serve(send_noise)
    with pytest.raises(ProtocolFault):
        await (await world.http(server.url)).send("GET", "/x")


async def test_cancelling_closes_the_connection(world: World) -> None:
    asked, closed = asyncio.Event(), asyncio.Event()

    async def watch(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await reader.read()
        closed.set()

    server = await world.serve(watch)
    http = await world.http(server.url)
    task = asyncio.create_task(http.send("GET", "/x"))
    await asked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(closed.wait(), 30)


@pytest.mark.parametrize("value", ["a\r\nX: y", "a\nb", "a\0b"])
async def test_a_header_cannot_be_split(world: World, value: str) -> None:
    server = await world.answer("200 OK")
    http = await world.http(server.url)
    with pytest.raises(ConfigFault):
        await http.send("GET", "/", headers={"X-A": value})
    assert server.connections == 0


async def test_errors_show_neither_address_nor_number_nor_header(world: World) -> None:
    cut = await world.serve(hang_up)
    for base in (CLOSED, cut.url, "https://nothing.invalid", "http://10.0.0.1"):
        http = await world.http(base)
        with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever it is
            await http.send(
                "DELETE",
                "/bindings/+8613800001234",
                params={"phone": "13800001234"},
                headers={"Authorization": "Bearer s3cret"},
            )
        text = "".join(traceback.format_exception(caught.value, chain=True)[-1:])
        text += repr(caught.value) + repr(caught.value.__cause__)
        assert caught.value.__suppress_context__ or caught.value.__context__ is None
        for private in ("13800001234", "s3cret", base, "nothing.invalid", "/bindings"):
            assert private not in text


async def test_the_client_must_be_open(world: World) -> None:
    transport = Transport()
    with pytest.raises(ContractError):
        _ = transport.session
    async with transport:
        pass
    await transport.close()
    with pytest.raises(ContractError):
        _ = transport.session
