"""A real platform on a free port, a call to it, and manifests written by the test."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from tests.fleet import KINDS as SANDBOX_KINDS

from jiebang.connectors.clevertap import ClevertapKind
from jiebang.connectors.keycloak import KeycloakKind
from jiebang.connectors.kinds import load
from jiebang.connectors.rest import RestConnector
from jiebang.sdk import Account, Connector, ConnectorSpec, ContractError, Http, Secret, Subject
from jiebang.transport import Transport

KINDS = {**SANDBOX_KINDS, "keycloak": KeycloakKind(), "clevertap": ClevertapKind()}

#: How the manifests of the tests begin.
HEAD = """\
manifest: 1
kind: rest
id: acme
version: 0.1.0
name: {zh-CN: 艾克米, en: Acme}
platform: {category: shopping}
"""
ACCOUNT = Account(handle="b1", platform="acme")


@dataclass(frozen=True)
class ReceivedRequest:
    """One request as the platform received it."""

    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Platform:
    """Answers as the test says: with the next answer, with the same one again, or with what
    `respond` returns for the request."""

    url: str = ""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    respond: Callable[[ReceivedRequest], tuple[int, object]] | None = None
    seen: list[ReceivedRequest] = field(default_factory=list[ReceivedRequest])
    answers: list[tuple[int, bytes, str]] = field(default_factory=list[tuple[int, bytes, str]])

    def answers_with(self, status: int, document: object, kind: str = "application/json") -> None:
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.answers = [(status, body, kind)]

    async def handle(self, request: web.Request) -> web.Response:
        self.seen.append(
            ReceivedRequest(
                request.method,
                request.raw_path.partition("?")[0],
                dict(request.query),
                {name.lower(): value for name, value in request.headers.items()},
                await request.read(),
            )
        )
        if self.respond is not None:
            self.answers_with(*self.respond(self.seen[-1]))
        status, body, kind = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        return web.Response(status=status, body=body, content_type=kind, headers=self.headers)


@dataclass(frozen=True)
class TestCall:
    """The contract's `Call`."""

    __test__ = False

    http: Http
    settings: Mapping[str, str | Secret]
    platforms: frozenset[str]
    idempotency_key: str = "key-1"
    callback_url: str | None = None
    deadline: datetime = field(default_factory=lambda: datetime.now(UTC) + timedelta(minutes=1))


CallTo = Callable[..., TestCall]
Load = Callable[[str | bytes], Connector]


def complaint(load: Callable[..., object], text: str | bytes) -> str:
    """Return why the manifest is refused."""
    with pytest.raises(ContractError) as caught:
        load(text)
    return str(caught.value)


@dataclass
class Acme:
    """A connector, the platform it calls, and the number it is asked about."""

    platform: Platform
    subject: Subject
    loaded: Load
    call_to: CallTo
    connector: Any = None
    #: What the operator has set, unless a call says otherwise.
    settings: dict[str, str] = field(default_factory=dict[str, str])
    #: Where the platform's interface begins on its host.
    path: str = ""

    def load(self, text: str, **settings: str) -> Acme:
        self.connector = self.loaded(text)
        self.settings = settings or self.settings
        return self

    @property
    def spec(self) -> ConnectorSpec:
        spec: ConnectorSpec = self.connector.spec
        return spec

    @property
    def seen(self) -> list[ReceivedRequest]:
        return self.platform.seen

    def answers_with(self, status: int, document: object) -> None:
        self.platform.answers_with(status, document)

    def call(self, **more: Any) -> TestCall:
        known = {setting.name for setting in self.spec.settings}
        given = {name: value for name, value in self.settings.items() if name in known}
        return self.call_to(self.spec, self.platform.url + self.path, **given | more)

    async def lookup(self, subject: Subject | None = None, **more: Any) -> Any:
        return await self.connector.lookup(subject or self.subject, self.call(**more))

    async def unbind(self, account: Account = ACCOUNT, **more: Any) -> Any:
        return await self.connector.unbind(self.subject, account, self.call(**more))


@pytest.fixture
def acme(platform: Platform, subject: Subject, loaded: Load, call_to: CallTo) -> Acme:
    return Acme(platform, subject, loaded, call_to)


@pytest.fixture
async def transport() -> AsyncGenerator[Transport]:
    async with Transport(allow_private=["127.0.0.1"]) as opened:
        yield opened


@pytest.fixture
async def platform() -> AsyncGenerator[Platform]:
    server = Platform()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield server
    await runner.cleanup()


@pytest.fixture
def call_to(transport: Transport) -> CallTo:
    def make(
        spec: ConnectorSpec,
        base_url: str,
        *,
        key: str = "key-1",
        callback_url: str | None = None,
        platforms: frozenset[str] | None = None,
        **settings: str,
    ) -> TestCall:
        types = {setting.name: setting.type for setting in spec.settings}
        given: dict[str, str | Secret] = {"base_url": base_url}
        for name, value in settings.items():
            given[name] = Secret(value) if types[name] == "secret" else value
        # A machine that stalls for two seconds, the usual limit, is not what is tested here.
        patient = replace(spec, limits=replace(spec.limits, timeout=timedelta(minutes=1)))
        deadline = asyncio.get_running_loop().time() + 60
        return TestCall(
            http=transport.bind(patient, given, deadline=deadline),
            settings=given,
            platforms=spec.platform_ids if platforms is None else platforms,
            idempotency_key=key,
            callback_url=callback_url,
        )

    return make


@pytest.fixture
def loaded(tmp_path: Path) -> Load:
    def make(text: str | bytes) -> Connector:
        path = tmp_path / "acme.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load(path, KINDS)

    return make


@pytest.fixture
def subject() -> Subject:
    return Subject(number="+8613800001234", region="CN")


@pytest.fixture
def rest(loaded: Load) -> Callable[[str], RestConnector]:
    def make(text: str) -> RestConnector:
        connector = loaded(text)
        assert isinstance(connector, RestConnector)
        return connector

    return make
