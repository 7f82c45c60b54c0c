"""@defer and @stream: each part as soon as it is ready, for clients that accept parts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs
from tests.schema.conftest import (
    NUMBER,
    Endpoint,
    FakeConnector,
    MemoryRenewals,
    Reply,
    ServeConnectors,
    bound_outcome,
    fake_connector,
    fake_connectors,
    subscribe,
)

from jiebang.gateway.views.lookup_view import LookupStream
from jiebang.schema.documents import documents
from jiebang.schema.extensions.limits import MAX_SIZE
from jiebang.schema.global_id import IdKind, encode_id
from jiebang.schema.http.persisted_documents import digest
from jiebang.sdk import Call, Category, NotBound, Subject

PARTS, EVENTS, JSON = "multipart/mixed", "text/event-stream", "application/json"
GRAPHQL = "application/graphql-response+json"
STREAMS = pytest.mark.parametrize("accept", [PARTS, EVENTS])

CURRENT = {"current": {"activatedOn": "2025-03-01"}}
ABOUT = {"number": NUMBER, "tenure": CURRENT, "deadlineMs": 15000}
LOOKUP, LOOKUP_STREAM = documents()["lookup"], documents()["lookup_stream"]
SECRET = f"row of {NUMBER} at postgresql://jiebang:pass@db"


class GatedConnector(FakeConnector):
    """A platform that answers when the test allows it, and notices when nobody waits any more."""

    opened: asyncio.Event
    asked: asyncio.Event
    abandoned: asyncio.Event

    async def lookup(self, subject: Subject, call: Call) -> Any:
        self.asked.set()
        try:
            await self.opened.wait()
        except asyncio.CancelledError:
            self.abandoned.set()
            raise
        return self.answer


def gated_connector(name: str) -> GatedConnector:
    spec = fake_connector(name, Category.TOOLS, NotBound("[]")).spec
    made = GatedConnector(spec, NotBound("[]"))
    for event in ("opened", "asked", "abandoned"):
        object.__setattr__(made, event, asyncio.Event())
    return made


async def multipart(reply: aiohttp.ClientResponse) -> AsyncGenerator[Any]:
    reader = aiohttp.MultipartReader.from_response(reply)
    while (part := await reader.next()) is not None:
        assert isinstance(part, aiohttp.BodyPartReader)
        assert part.headers["content-type"] == "application/json; charset=utf-8"
        yield await part.json()


async def events(reply: aiohttp.ClientResponse) -> AsyncGenerator[Any]:
    while (line := (await reply.content.readline()).decode()) != "event: complete\n":
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


@asynccontextmanager
async def open_pieces(
    endpoint: Endpoint, accept: str, query: str, variables: Mapping[str, Any] | None = None
) -> AsyncGenerator[AsyncGenerator[Any]]:
    """Yield the parts of an answer as they arrive; the connection is closed at the end."""
    body = {"query": query, "variables": variables}
    headers = {"accept": accept, "authorization": "Bearer carrier"}
    async with endpoint.session.post(endpoint.url, json=body, headers=headers) as reply:
        media = reply.headers["content-type"]
        assert (reply.status, media.partition(";")[0]) == (200, accept), await reply.text()
        yield multipart(reply) if accept == PARTS else events(reply)
        reply.close()


async def pieces(endpoint: Endpoint, accept: str, query: str, **variables: Any) -> list[Any]:
    async with open_pieces(endpoint, accept, query, variables) as found:
        return [piece async for piece in found]


def merge_pieces(found: list[Any]) -> Any:
    """Merge the parts as a client would."""
    data, places = found[0]["data"], dict[str, list[str | int]]()
    for piece in found:
        places |= {one["id"]: one["path"] for one in piece.get("pending", ())}
        for part in piece.get("incremental", ()):
            place = data
            for step in [*places[part["id"]], *part.get("subPath", ())]:
                place = place[step]
            if "items" in part:
                place.extend(part["items"])
            else:
                place |= part["data"]
        for done in piece.get("completed", ()):
            del places[done["id"]]
        assert piece["hasNext"] is bool(places)
    return data


def platform_id(result: Any) -> str:
    name: str = result["platform"]["id"]
    return name


def streamed_platforms(found: list[Any]) -> list[str]:
    """Return the platforms in order of arrival."""
    parts = [part for piece in found for part in piece.get("incremental", ()) if "items" in part]
    return [platform_id(item) for part in parts for item in part["items"]]


@STREAMS
async def test_each_platform_comes_as_it_answers(serve_sites: ServeConnectors, accept: str) -> None:
    late, quick = gated_connector("late"), fake_connector("quick", Category.TOOLS, NotBound("[]"))
    endpoint = await serve_sites(late, quick)
    async with open_pieces(endpoint, accept, LOOKUP_STREAM, ABOUT) as found:
        initial = await anext(found)
        assert initial["data"]["registeredAccounts"]["platforms"] == []
        first = await anext(found)
        assert streamed_platforms([first]) == ["quick"]
        assert not late.opened.is_set()
        late.opened.set()
        rest = [piece async for piece in found]
    assert streamed_platforms(rest) == ["late"]
    whole = merge_pieces([initial, first, *rest])["registeredAccounts"]
    assert whole["summary"]["notBound"] == whole["summary"]["asked"] == 2


@STREAMS
async def test_the_pieces_are_the_answer(endpoint: Endpoint, accept: str) -> None:
    plain = (await endpoint.ask(LOOKUP, ABOUT)).data["registeredAccounts"]
    found = merge_pieces(await pieces(endpoint, accept, LOOKUP_STREAM, **ABOUT))[
        "registeredAccounts"
    ]
    for answer in (plain, found):
        answer["platforms"].sort(key=platform_id)
        for one in [*answer["platforms"], *answer["sensitive"]]:
            one["retryAt"] = None  # seconds from now
            for account in one["accounts"]:
                account["id"] = None  # sealed anew each time
    assert found == plain


@STREAMS
async def test_no_piece_shows_what_is_only_counted(endpoint: Endpoint, accept: str) -> None:
    """Neither by name, nor as an empty item, nor in the path of another."""
    shown = [
        one.spec.id
        for one in fake_connectors()
        if one.spec.platforms[0].category != Category.LENDING
    ]
    found = await pieces(endpoint, accept, LOOKUP_STREAM, **ABOUT)
    assert sorted(streamed_platforms(found)) == sorted(shown)
    text = json.dumps(found, ensure_ascii=False)
    assert "lender" not in text
    for label in ("旧**", "债**"):
        assert label not in text
    (group,) = merge_pieces(found)["registeredAccounts"]["sensitive"]
    assert (group["category"], group["asked"], group["bound"]) == ("LENDING", 1, 1)


@STREAMS
async def test_what_is_not_streamed_keeps_its_order(endpoint: Endpoint, accept: str) -> None:
    document = (
        "query ($number: String, $tenure: TenureInput) { registeredAccounts(number: $number, "
        "tenure: $tenure) { platforms { platform { id } } ... @defer { summary { asked } } } }"
    )
    found = await pieces(endpoint, accept, document, **{**ABOUT, "deadlineMs": None})
    listed = [platform_id(one) for one in found[0]["data"]["registeredAccounts"]["platforms"]]
    assert listed == ["disk", "forum", "shop", "slow"]


@pytest.mark.parametrize(
    ("accept", "document"),
    [(PARTS, LOOKUP_STREAM), (EVENTS, LOOKUP_STREAM), (EVENTS, documents()["lookup_progress"])],
)
async def test_nobody_is_asked_for_who_has_left(
    serve_sites: ServeConnectors, accept: str, document: str
) -> None:
    never = gated_connector("never")
    endpoint = await serve_sites(never, fake_connector("quick", Category.TOOLS, NotBound("[]")))
    async with open_pieces(endpoint, accept, document, ABOUT) as found:
        await anext(found)
        await never.asked.wait()
    async with asyncio.timeout(10):
        await never.abandoned.wait()


async def test_who_stays_gets_the_rest_when_another_leaves(serve_sites: ServeConnectors) -> None:
    late = gated_connector("late")
    endpoint = await serve_sites(late)
    async with open_pieces(endpoint, EVENTS, LOOKUP_STREAM, ABOUT) as staying:
        await anext(staying)
        async with open_pieces(endpoint, EVENTS, LOOKUP_STREAM, ABOUT) as leaving:
            await anext(leaving)
            await late.asked.wait()
        late.opened.set()
        assert streamed_platforms([piece async for piece in staying]) == ["late"]
    assert not late.abandoned.is_set()


# Errors


@pytest.fixture
def broken(renewals: MemoryRenewals) -> MemoryRenewals:
    renewals.add()
    renewals.fault = RuntimeError(SECRET)
    return renewals


def errors(found: list[Any]) -> list[Any]:
    told = [
        part
        for piece in found
        for part in (piece, *piece.get("incremental", ()), *piece.get("completed", ()))
    ]
    return [error for part in told for error in part.get("errors", ())]


@STREAMS
async def test_a_fault_in_any_piece_says_nothing(
    endpoint: Endpoint, broken: MemoryRenewals, accept: str
) -> None:
    """In the first part, in a deferred part, and at the end of a deferred part."""
    renewal = f'renewal(id: "{encode_id(IdKind.RENEWAL, next(iter(broken.views)))}") {{ id }}'
    document = (
        f"{{ {renewal} ... @defer {{ again: {renewal} }} "
        "... @defer { renewals { edges { cursor } } } }"
    )
    with capture_logs() as logs:
        found = await pieces(endpoint, accept, document)
    told = errors(found)
    assert [error["extensions"]["code"] for error in told] == ["INTERNAL"] * 3
    assert len({error["extensions"]["traceId"] for error in told}) == 3
    assert SECRET not in json.dumps(found)
    assert NUMBER not in json.dumps(found)
    assert SECRET not in str(logs)


@STREAMS
async def test_a_fault_between_two_platforms_says_nothing(
    endpoint: Endpoint, accept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = LookupStream.visible_views

    async def fail_midway(self: LookupStream) -> AsyncGenerator[Any]:
        found = shown(self)
        yield await anext(found)
        await found.aclose()
        raise RuntimeError(SECRET)

    monkeypatch.setattr(LookupStream, "visible_views", fail_midway)
    found = await pieces(endpoint, accept, LOOKUP_STREAM, **ABOUT)
    (error,) = errors(found)
    assert error["extensions"]["code"] == "INTERNAL"
    assert SECRET not in json.dumps(found)
    assert len(streamed_platforms(found)) == 1


@STREAMS
async def test_a_refusal_comes_with_the_first_piece(endpoint: Endpoint, accept: str) -> None:
    reply = await endpoint.ask(LOOKUP_STREAM, {**ABOUT, "deadlineMs": 1}, accept=accept)
    text = reply.text if accept == PARTS else reply.text.split("data: ")[1].splitlines()[0]
    error = json.loads(text)["errors"][0]
    assert error["extensions"]["reason"] == "DEADLINE_OUT_OF_RANGE"
    assert error["path"] == ["registeredAccounts"]


@STREAMS
async def test_a_deferred_refusal_says_why(endpoint: Endpoint, accept: str) -> None:
    document = '{ __typename ... @defer { registeredAccounts(number: "12") { number } } }'
    (error,) = errors(await pieces(endpoint, accept, document))
    assert error["extensions"]["reason"] == "NUMBER_MALFORMED"


# Who gets pieces


def is_whole(reply: Reply) -> bool:
    counts = reply.data["registeredAccounts"]["summary"]
    return counts["asked"] == 5 and len(reply.data["registeredAccounts"]["platforms"]) == 4


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("*/*", JSON),
        (JSON, JSON),
        (GRAPHQL, GRAPHQL),
        (f"{PARTS};q=0, {JSON}", JSON),
        # Apollo Client 3 reads an older form of pieces, which is not written here.
        (f"{PARTS};deferSpec=20220824,{JSON}", JSON),
        ("text/html", JSON),
    ],
)
async def test_who_takes_no_pieces_gets_the_whole(
    endpoint: Endpoint, accept: str, media: str
) -> None:
    reply = await endpoint.ask(LOOKUP_STREAM, ABOUT, accept=accept)
    assert (reply.status, reply.media.partition(";")[0]) == (200, media)
    assert is_whole(reply)


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (f"{PARTS}, {JSON}", PARTS),
        (f"{JSON}, {PARTS};q=0.1", PARTS),
        (f"{GRAPHQL}, {JSON}, {EVENTS}, {PARTS}", EVENTS),
        (f"{EVENTS};q=0.1, {PARTS}", PARTS),
        (f"{PARTS};incrementalSpec=v0.2,{GRAPHQL},{JSON};q=0.9", PARTS),
        (f"{EVENTS}, */*", EVENTS),
    ],
)
async def test_pieces_come_in_the_form_that_is_liked_most(
    endpoint: Endpoint, accept: str, media: str
) -> None:
    reply = await endpoint.ask(LOOKUP_STREAM, ABOUT, accept=accept)
    assert (reply.status, reply.media.partition(";")[0]) == (200, media)
    assert reply.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "query",
    [
        '{ platform(id: "disk") { id } } # @defer',
        '{ platform(id: "disk") { id ... @defer(if: false) { name } } }',
        '{ platform(id: "disk") { id } }',
    ],
)
@pytest.mark.parametrize("accept", [f"{PARTS}, {JSON}", PARTS])
async def test_what_has_nothing_to_put_off_is_one_piece(
    endpoint: Endpoint, query: str, accept: str
) -> None:
    reply = await endpoint.ask(query, accept=accept)
    assert reply.media.startswith(JSON)
    assert reply.data["platform"]["id"] == "disk"


async def test_a_query_of_a_client_that_takes_everything_is_json(endpoint: Endpoint) -> None:
    """urql names all media types with every request."""
    reply = await endpoint.ask("{ __typename }", accept=f"{GRAPHQL}, {JSON}, {EVENTS}, {PARTS}")
    assert reply.media.startswith(GRAPHQL)


@pytest.mark.parametrize("document", ["{ nope @stream }", "{ ... @defer { ", "{ a @stream(x: 1) }"])
async def test_a_wrong_document_has_its_status(endpoint: Endpoint, document: str) -> None:
    reply = await endpoint.ask(document, accept=f"{GRAPHQL}, {PARTS}")
    assert (reply.status, reply.error["code"]) == (400, "INVALID_ARGUMENT")


async def test_a_stranger_gets_no_piece(endpoint: Endpoint) -> None:
    reply = await endpoint.ask(LOOKUP_STREAM, ABOUT, token=None, accept=f"{GRAPHQL}, {PARTS}")
    assert (reply.status, reply.error["code"]) == (401, "UNAUTHENTICATED")


async def test_by_get_there_are_no_pieces(endpoint: Endpoint) -> None:
    query = '{ platform(id: "disk") { id ... @defer { name } } }'
    asked = endpoint.with_query({"query": query})
    reply = await asked.send(b"", method="GET", accept=PARTS, authorization="Bearer carrier")
    assert reply.data["platform"].keys() == {"id", "name"}


async def test_a_trusted_document_streams(strict_endpoint: Endpoint) -> None:
    persisted = {"version": 1, "sha256Hash": digest(LOOKUP_STREAM)}
    body = {"variables": ABOUT, "extensions": {"persistedQuery": persisted}}
    reply = await strict_endpoint.send(
        json.dumps(body), accept=PARTS, authorization="Bearer carrier"
    )
    assert reply.media.startswith(PARTS)


async def test_a_mutation_may_put_off_what_it_tells(
    endpoint: Endpoint, renewals: MemoryRenewals
) -> None:
    document = (
        'mutation { startRenewal(input: {idempotencyKey: "k"}) { '
        "... on RenewalAccepted { replayed ... @defer { renewal { status } } } } }"
    )
    found = merge_pieces(await pieces(endpoint, PARTS, document))
    assert found["startRenewal"]["renewal"]["status"] == "FULFILLED"
    assert [name for name, _ in renewals.calls] == ["start"]


async def test_over_a_websocket_pieces_are_refused_before_anybody_is_asked(
    serve_sites: ServeConnectors,
) -> None:
    never = gated_connector("never")
    endpoint = await serve_sites(never)
    async with endpoint.open_websocket(**{"Accept-Language": "en"}) as socket:
        await subscribe(socket, LOOKUP_STREAM, ABOUT)
        message = await socket.receive_json()
    assert message["type"] == "error"
    assert "over WebSocket" in message["payload"][0]["message"]
    assert not never.asked.is_set()


@pytest.mark.parametrize("condition", ["", "(if: $yes)"])
async def test_a_subscription_has_no_pieces(endpoint: Endpoint, condition: str) -> None:
    document = (
        "subscription ($yes: Boolean = true) { registeredAccountsProgress { asked "
        f"... @defer{condition} {{ answered }} }} }}"
    )
    (event,) = await endpoint.events(document)
    assert event["errors"][0]["extensions"]["code"] == "INVALID_ARGUMENT"


async def test_pieces_within_pieces_are_counted(endpoint: Endpoint) -> None:
    nested = "platforms @stream { accounts @stream { offers @stream } } "
    document = f"{{ registeredAccounts {{ {nested} again: {nested} }} }}"
    reply = await endpoint.ask(document, accept=PARTS, accept_language="en")
    assert f"incremental is 6, at most {MAX_SIZE.incremental}" in reply.error["message"]


async def test_a_former_holder_is_streamed_nothing_of_others(serve_sites: ServeConnectors) -> None:
    endpoint = await serve_sites(
        fake_connector("mine", Category.TOOLS, bound_outcome("mine", date(2022, 1, 1), "我**")),
        fake_connector("theirs", Category.TOOLS, bound_outcome("theirs", date(2025, 6, 1), "新**")),
    )
    former = {"former": {"heldFrom": "2021-01-01", "heldUntil": "2024-01-01"}}
    found = await pieces(endpoint, PARTS, LOOKUP_STREAM, **{**ABOUT, "tenure": former})
    outcomes = {
        platform_id(item): (item["outcome"], len(item["accounts"]))
        for item in merge_pieces(found)["registeredAccounts"]["platforms"]
    }
    assert outcomes == {"mine": ("BOUND", 1), "theirs": ("NOT_BOUND", 0)}
    assert "新**" not in json.dumps(found, ensure_ascii=False)
