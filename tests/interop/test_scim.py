"""The kind `scim` against `scim2-server`, a third-party SCIM server."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest
from tests.interop.conftest import run_program

from jiebang.app.http.server import reserve_port
from jiebang.connectors.kinds import load
from jiebang.connectors.scim import ScimConnector, ScimKind
from jiebang.gateway.calls.call import BoundCall, CallFactory
from jiebang.gateway.catalogue.catalogue import RegisteredConnector
from jiebang.gateway.catalogue.registry import ConnectorRegistry
from jiebang.sdk import (
    Account,
    Bound,
    CredentialsFault,
    Denied,
    DenyReason,
    Done,
    NotBound,
    Subject,
)
from jiebang.transport import Transport

TOKEN = "geheim-4711"
MANIFEST = """\
manifest: 1
kind: scim
id: acme
version: 0.1.0
name: {zh-CN: 艾克米, en: Acme}
platform: {category: tools}
"""
NUMBER, OTHER, NOBODYS = "+8613800001234", "+8613900009999", "+8613700007777"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"


@dataclass
class ScimServer:
    """The third-party server, with its front end for the test."""

    url: str
    session: aiohttp.ClientSession
    headers: dict[str, str] = field(
        default_factory=lambda: {
            "authorization": f"Bearer {TOKEN}",
            "content-type": "application/scim+json",
        }
    )

    async def add(self, name: str, *numbers: str, **more: object) -> str:
        body = {
            "schemas": [USER],
            "userName": name,
            "displayName": "张三丰",
            "phoneNumbers": [{"value": number, "type": "mobile"} for number in numbers],
            **more,
        }
        async with self.session.post(f"{self.url}/Users", json=body, headers=self.headers) as reply:
            assert reply.status == 201, await reply.text()
            told: dict[str, Any] = await reply.json(content_type=None)
            return cast(str, told["id"])

    async def numbers(self, ident: str) -> list[str]:
        async with self.session.get(f"{self.url}/Users/{ident}", headers=self.headers) as reply:
            told: dict[str, Any] = await reply.json(content_type=None)
            return [one["value"] for one in told.get("phoneNumbers", [])]


@pytest.fixture
async def server() -> AsyncGenerator[ScimServer]:
    with reserve_port("127.0.0.1", 0) as port:
        async with (
            run_program("scim2-server", "--port", str(port), "--bearer-token", TOKEN, port=port),
            aiohttp.ClientSession() as session,
        ):
            yield ScimServer(f"http://127.0.0.1:{port}/v2", session)


@dataclass
class ScimClient:
    """The connector as the gateway uses it, with its settings."""

    entry: RegisteredConnector
    calls: CallFactory

    @property
    def connector(self) -> ScimConnector:
        assert isinstance(self.entry.connector, ScimConnector)
        return self.entry.connector

    def call(self) -> BoundCall:
        return self.calls.create(self.entry, frozenset({"acme"}), seconds=30, idempotency_key="k")

    async def lookup(self, number: str) -> object:
        return await self.connector.lookup(Subject(number=number, region="CN"), self.call())

    async def unbind(self, number: str, account: Account) -> object:
        subject = Subject(number=number, region="CN")
        return await self.connector.unbind(subject, account, self.call())


@pytest.fixture
async def transport() -> AsyncGenerator[Transport]:
    async with Transport(allow_private=["127.0.0.1"]) as opened:
        yield opened


def client(
    server: ScimServer, transport: Transport, folder: Path, token: str = TOKEN
) -> ScimClient:
    path = folder / "acme.yaml"
    path.write_text(MANIFEST, encoding="utf-8")
    registry = ConnectorRegistry(settings={"acme": {"base_url": server.url, "token": token}})
    registry.add(load(path, {"scim": ScimKind()}))
    entry = registry.catalogue().enabled_connector("acme")
    assert entry is not None
    return ScimClient(entry, CallFactory(transport))


@pytest.fixture
def acme(server: ScimServer, transport: Transport, tmp_path: Path) -> ScimClient:
    return client(server, transport, tmp_path)


def single_account(answer: object) -> Account:
    assert isinstance(answer, Bound)
    (account,) = answer.accounts
    return account


async def test_an_account_is_found_unbound_and_gone_while_others_stay(
    server: ScimServer, acme: ScimClient
) -> None:
    ours = await server.add("zhang", NUMBER, OTHER)
    theirs = await server.add("li", OTHER)

    account = single_account(await acme.lookup(NUMBER))
    assert (account.handle, account.label) == (ours, "张**")
    assert account.bound is None  # `created` says when the account was made, not the binding

    assert await acme.unbind(NUMBER, account) == Done()
    assert await server.numbers(ours) == [OTHER]
    assert isinstance(await acme.lookup(NUMBER), NotBound)
    assert await acme.unbind(NUMBER, account) == Done(already=True)
    both = await acme.lookup(OTHER)
    assert isinstance(both, Bound)
    assert {one.handle for one in both.accounts} == {ours, theirs}


async def test_a_number_that_nobody_has_is_not_bound(server: ScimServer, acme: ScimClient) -> None:
    await server.add("li", OTHER)
    assert isinstance(await acme.lookup(NOBODYS), NotBound)


async def test_every_account_of_a_number_is_found_over_several_pages(
    server: ScimServer, acme: ScimClient
) -> None:
    made = {await server.add(f"user-{index}", NUMBER) for index in range(120)}
    answer = await acme.lookup(NUMBER)
    assert isinstance(answer, Bound)
    assert answer.complete
    assert {account.handle for account in answer.accounts} == made


async def test_a_number_that_is_the_only_way_in_is_left(
    server: ScimServer, acme: ScimClient
) -> None:
    ident = await server.add(NUMBER, NUMBER)
    account = single_account(await acme.lookup(NUMBER))
    assert account.blockers == (DenyReason.SOLE_LOGIN_IDENTIFIER,)
    assert await acme.unbind(NUMBER, account) == Denied(reason=DenyReason.SOLE_LOGIN_IDENTIFIER)
    assert await server.numbers(ident) == [NUMBER]


async def test_a_wrong_token_is_the_operators_affair(
    server: ScimServer, transport: Transport, tmp_path: Path
) -> None:
    stranger = client(server, transport, tmp_path, token="falsch-4711")
    with pytest.raises(CredentialsFault):
        await stranger.lookup(NUMBER)
