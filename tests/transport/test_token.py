"""OAuth tokens over real sockets: fetched once, cached, renewed, and never leaked."""

from __future__ import annotations

import asyncio
import base64
import json
import traceback
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import pytest

from jiebang.sdk import (
    Blocked,
    ClientCredentials,
    ConfigFault,
    ConnectorError,
    ContractError,
    CredentialsFault,
    ProtocolFault,
    RateLimited,
    TimedOut,
    Unavailable,
)

World = Any
AUTH = ClientCredentials(
    token="/realms/{realm}/token",
    client_id="client_id",
    client_secret="client_secret",
    scopes=("phone.read", "phone.unbind"),
    more={"audience": "acme"},
)
SETTINGS = {"realm": "a b", "client_id": "me:1", "client_secret": "s3 cret"}


@dataclass
class Issuer:
    """A platform whose interface accepts only the token it issued last."""

    tokens: int = 0
    calls: list[str] = field(default_factory=list[str])
    forms: list[dict[str, list[str]]] = field(default_factory=list[dict[str, list[str]]])
    basic: list[str] = field(default_factory=list[str])
    #: Another answer of the token endpoint: its status line and body.
    answer: tuple[str, object] | None = None
    gate: asyncio.Event | None = None
    token_requested: asyncio.Event = field(default_factory=asyncio.Event)
    refuses_all: bool = False
    more: dict[str, object] = field(default_factory=lambda: {"expires_in": 3600})

    async def start(self, world: World) -> Any:
        async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head, _, body = server.requests[-1].decode().partition("\r\n\r\n")
            first, *lines = head.split("\r\n")
            headers = {name.lower(): value for name, value in (one.split(": ", 1) for one in lines)}
            if "/token" in first:
                self.forms.append(parse_qs(body))
                self.basic.append(headers.get("authorization", ""))
                self.token_requested.set()
                if self.gate is not None:
                    await self.gate.wait()
                self.tokens += 1
                token = {"access_token": f"t{self.tokens}", "token_type": "Bearer", **self.more}
                line, document = self.answer or ("200 OK", token)
            else:
                self.calls.append(headers["authorization"])
                good = headers["authorization"] == f"Bearer t{self.tokens}" and not self.refuses_all
                line, document = ("200 OK" if good else "401 Unauthorized"), {}
            raw = document if isinstance(document, bytes) else json.dumps(document).encode()
            writer.write(f"HTTP/1.1 {line}\r\nContent-Length: {len(raw)}\r\n\r\n".encode() + raw)

        server = await world.serve(respond)
        return server

    async def client(self, world: World) -> Any:
        server = await self.start(world)
        return await world.http(server.url, auth=AUTH, **SETTINGS)


async def test_a_token_is_fetched_as_the_rfc_says_and_kept(world: World) -> None:
    issuer = Issuer()
    server = await issuer.start(world)
    http = await world.http(server.url, auth=AUTH, **SETTINGS)
    for _ in range(3):
        await http.send("GET", "/v1/x")
    assert server.requests[0].startswith(b"POST /realms/a%20b/token HTTP/1.1\r\n")
    assert issuer.forms == [
        {
            "grant_type": ["client_credentials"],
            "scope": ["phone.read phone.unbind"],
            "audience": ["acme"],
        }
    ]
    assert issuer.basic == ["Basic " + base64.b64encode(b"me%3A1:s3+cret").decode()]
    assert issuer.calls == ["Bearer t1"] * 3


async def test_the_client_can_authenticate_itself_inside_the_form(world: World) -> None:
    issuer = Issuer()
    server = await issuer.start(world)
    auth = ClientCredentials(
        token="/token", client_id="client_id", client_secret="client_secret", in_body=True
    )
    http = await world.http(server.url, auth=auth, **SETTINGS)
    await http.send("GET", "/v1/x")
    assert issuer.forms[0]["client_id"] == ["me:1"]
    assert issuer.forms[0]["client_secret"] == ["s3 cret"]
    assert issuer.basic == [""]


async def test_many_calls_at_once_fetch_one_token(world: World) -> None:
    issuer = Issuer(gate=asyncio.Event())
    server = await issuer.start(world)
    transport = await world.transport()
    clients = [
        await world.http(server.url, auth=AUTH, transport=transport, **SETTINGS) for _ in range(20)
    ]
    calls = [asyncio.create_task(http.send("GET", "/v1/x")) for http in clients]
    await issuer.token_requested.wait()
    assert issuer.gate is not None
    issuer.gate.set()
    assert [reply.status for reply in await asyncio.gather(*calls)] == [200] * 20
    assert issuer.tokens == 1


async def test_many_refused_calls_at_once_fetch_one_new_token(world: World) -> None:
    issuer = Issuer()
    server = await issuer.start(world)
    transport = await world.transport()
    clients = [
        await world.http(server.url, auth=AUTH, transport=transport, **SETTINGS) for _ in range(10)
    ]
    await clients[0].send("GET", "/v1/x")
    issuer.tokens = 5  # the platform has forgotten t1
    replies = await asyncio.gather(*(http.send("POST", "/v1/x", json={}) for http in clients))
    assert [reply.status for reply in replies] == [200] * 10
    assert issuer.tokens == 6
    assert set(issuer.calls[1:]) == {"Bearer t1", "Bearer t6"}


async def test_a_call_is_repeated_once_with_a_new_token_and_not_again(world: World) -> None:
    issuer = Issuer(refuses_all=True)
    http = await issuer.client(world)
    with pytest.raises(CredentialsFault) as caught:
        await http.send("POST", "/v1/x", json={})
    assert issuer.calls == ["Bearer t1", "Bearer t2"]
    assert not caught.value.maybe_done


async def test_a_token_that_ends_is_fetched_anew(world: World) -> None:
    issuer = Issuer(more={"expires_in": 0})
    http = await issuer.client(world)
    await http.send("GET", "/v1/x")
    await http.send("GET", "/v1/x")
    assert issuer.calls == ["Bearer t1", "Bearer t2"]


async def test_other_credentials_fetch_another_token(world: World) -> None:
    issuer = Issuer()
    server = await issuer.start(world)
    transport = await world.transport()
    for secret in ("s1", "s2", "s2"):
        given = SETTINGS | {"client_secret": secret}
        http = await world.http(server.url, auth=AUTH, transport=transport, **given)
        await http.send("GET", "/v1/x")
    assert issuer.tokens == 2


NO_TOKEN: list[tuple[tuple[str, object], type[ConnectorError]]] = [
    (("400 Bad Request", {"error": "invalid_client"}), CredentialsFault),
    (("401 Unauthorized", {}), CredentialsFault),
    (("403 Forbidden", {}), CredentialsFault),
    (("429 Too Many\r\nRetry-After: 9", {}), RateLimited),
    (("500 Oops", {}), Unavailable),
    (("200 OK", b"<html>"), Blocked),
    (("200 OK", b"nothing"), ProtocolFault),
    (("200 OK", []), ProtocolFault),
    (("200 OK", {"access_token": ""}), ProtocolFault),
    (("200 OK", {"access_token": "a\r\nb"}), ProtocolFault),
    (("200 OK", {"access_token": 5}), ProtocolFault),
    (("200 OK", {"access_token": "t", "token_type": "mac"}), ProtocolFault),
    (("200 OK", {"access_token": "t", "expires_in": "soon"}), ProtocolFault),
    (("302 Found\r\nLocation: /elsewhere", {}), ProtocolFault),
]


@pytest.mark.parametrize(("answer", "error"), NO_TOKEN)
async def test_without_a_token_no_order_is_sent(
    world: World, answer: tuple[str, object], error: type[ConnectorError]
) -> None:
    issuer = Issuer(answer=answer)
    http = await issuer.client(world)
    with pytest.raises(error) as caught:
        await http.send("POST", "/v1/x", json={})
    assert type(caught.value) is error
    assert not caught.value.maybe_done
    assert not issuer.calls
    text = "".join(traceback.format_exception(caught.value))
    assert not any(secret in text for secret in ("s3 cret", "s3+cret", "me:1"))
    issuer.answer = None
    assert (await http.send("POST", "/v1/x", json={})).status == 200, "a failure is not kept"


async def test_who_gives_up_waiting_takes_nobodys_token_away(world: World) -> None:
    issuer = Issuer(gate=asyncio.Event())
    server = await issuer.start(world)
    transport = await world.transport()
    hasty = await world.http(server.url, auth=AUTH, transport=transport, within=0.05, **SETTINGS)
    calm = await world.http(server.url, auth=AUTH, transport=transport, **SETTINGS)
    waiting = asyncio.create_task(calm.send("GET", "/v1/x"))
    with pytest.raises(TimedOut) as caught:
        await hasty.send("POST", "/v1/x", json={})
    assert not caught.value.maybe_done
    assert issuer.gate is not None
    issuer.gate.set()
    assert (await waiting).status == 200
    assert issuer.tokens == 1


async def test_closing_the_transport_ends_a_fetch(world: World) -> None:
    issuer = Issuer(gate=asyncio.Event())
    server = await issuer.start(world)
    transport = await world.transport()
    http = await world.http(server.url, auth=AUTH, transport=transport, **SETTINGS)
    waiting = asyncio.create_task(http.send("GET", "/v1/x"))
    await issuer.token_requested.wait()
    await transport.close()
    with pytest.raises((Unavailable, ContractError)):
        await waiting


@pytest.mark.parametrize("token", ["https://elsewhere.example/token", "token_url"])
async def test_a_token_comes_only_from_a_declared_host(world: World, token: str) -> None:
    auth = ClientCredentials(token=token, client_id="client_id", client_secret="client_secret")
    server = await Issuer().start(world)
    given = SETTINGS | {"token_url": "https://elsewhere.example/token"}
    http = await world.http(server.url, auth=auth, **given)
    with pytest.raises(ConfigFault, match="declared host"):
        await http.send("GET", "/v1/x")
    assert not server.requests


async def test_a_spec_names_the_secrets_its_credentials_need(world: World) -> None:
    with pytest.raises(ContractError, match="client_secret"):
        await world.http("http://127.0.0.1:1", auth=AUTH, realm="r", client_id="c")
