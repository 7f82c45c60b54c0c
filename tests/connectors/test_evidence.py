"""The supreme rule: nothing becomes NOT_BOUND or done without evidence."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fleet import PLATFORMS as EVERY
from tests.fleet import FleetCall, connector, run_fleet

from jiebang.conformance.mutation import node_paths, remove_at, replace_at
from jiebang.connectors.manifest.tree import is_mapping
from jiebang.connectors.one_click import OneClick
from jiebang.sandbox import Pace
from jiebang.sdk import (
    Account,
    Capability,
    Connector,
    ConnectorError,
    Done,
    NotBound,
    Pending,
    Secret,
    Subject,
)
from jiebang.transport.reply import WholeReply

SUBJECT = Subject(number="+8613800001234", region="CN")
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5000)
    | st.sampled_from(["", "OK", "0000", "000000", "ok", "READY", "UNBOUND", "done", "[]"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["code", "data", "state", "list", "error"]), inner)
    ),
    max_leaves=8,
)
STATUSES = st.sampled_from([200, 201, 202, 204, 206, 400, 401, 403, 404, 409, 418, 429, 500, 503])

#: Those that answer a single request with JSON of their own; GraphQL and SCIM have their own tests.
PLATFORMS = sorted({*EVERY} - {"yunjian", "kejiang", "luming", "shundao", "heming", "qingqi"})


@pytest.fixture(scope="session")
def found() -> Mapping[str, Any]:
    """A positive answer to each platform's lookup, as the sandbox gives it."""

    async def record() -> dict[str, Any]:
        answers: dict[str, Any] = {}
        async with run_fleet(Pace(slow_seconds=0, flaky_rate=0)) as fleet:
            for name in PLATFORMS:
                subject, _ = await fleet.account(name)
                fleet.replies.clear()
                await fleet.lookup(name, subject)
                # Of several, the longest has the accounts.
                answers[name] = max(fleet.replies, key=lambda reply: len(str(reply.json()))).json()
        return answers

    with ThreadPoolExecutor(1) as thread:  # a thread, because the tests' own loop may exist
        return thread.submit(asyncio.run, record()).result()


@dataclass(frozen=True)
class FixedHttp:
    """A client that gives one reply to every request."""

    reply: WholeReply

    async def send(self, *args: object, **more: object) -> WholeReply:
        return self.reply


def call_answered_with(one: Connector, status: int, body: bytes) -> Any:
    names = ("token", "api_key", "app_key", "access_key", "app", "user", "password")
    settings = {"base_url": "https://platform.example"} | dict.fromkeys(names, Secret("x"))
    return FleetCall(FixedHttp(WholeReply(status, {}, body)), settings, one.spec.platform_ids)


async def run_lookup(name: str, status: int, body: bytes) -> Any:
    one = connector(name)
    call = call_answered_with(one, status, body)
    try:
        if one.manifest.lookup_status is not None:
            return await one.status(SUBJECT, Pending(remote_ref="q"), Capability.LOOKUP, call)
        return await one.lookup(SUBJECT, call)
    except ConnectorError as error:
        return error


async def run_unbind(name: str, status: int, body: bytes) -> Any:
    one = connector(name)
    call = call_answered_with(one, status, body)
    try:
        return await one.unbind(SUBJECT, Account(handle="h", platform=name), call)
    except ConnectorError as error:
        return error


def mutations(document: Any) -> Iterator[Any]:
    """The document with each of its parts replaced or removed, one at a time.

    An empty list in place of a list of accounts is left out: it is the evidence itself.
    """
    for where in node_paths(document):
        for other in (None, "", "x", 0, 3, True, {}, {"x": 1}, ["x"]):
            yield replace_at(document, where, other)
        if isinstance(where[-1], str):
            yield remove_at(document, where)


@pytest.mark.parametrize("name", PLATFORMS)
async def test_the_answer_that_is_mutated_means_bound(name: str, found: Mapping[str, Any]) -> None:
    answer = await run_lookup(name, 200, json.dumps(found[name]).encode())
    assert type(answer).__name__ == "Bound"


@pytest.mark.parametrize("name", PLATFORMS)
async def test_no_mutated_answer_means_not_bound(name: str, found: Mapping[str, Any]) -> None:
    for changed in mutations(found[name]):
        assert not isinstance(await run_lookup(name, 200, json.dumps(changed).encode()), NotBound)


@pytest.mark.parametrize("name", PLATFORMS)
async def test_no_truncated_answer_means_not_bound(name: str, found: Mapping[str, Any]) -> None:
    body = json.dumps(found[name]).encode()
    for end in range(len(body)):
        assert isinstance(await run_lookup(name, 200, body[:end]), ConnectorError)


@pytest.mark.parametrize("name", PLATFORMS)
@given(status=STATUSES, document=JSON)
async def test_no_chance_answer_means_not_bound_or_done(
    name: str, status: int, document: Any
) -> None:
    body = json.dumps(document).encode()
    answer = await run_lookup(name, status, body)
    # The two forms of a negative answer: a bare empty list, and a code of its own.
    said = (name == "manyou" and document == [] and status == 200) or (
        name == "leshop" and is_mapping(document) and document.get("code") == 1001
    )
    assert said or not isinstance(answer, NotBound)
    done = await run_unbind(name, status, body)
    spoken = (name == "leshop" and is_mapping(document) and "code" in document) or (
        name == "huiyuan" and is_mapping(document) and document.get("state") == "UNBOUND"
    )
    assert spoken or not isinstance(done, Done)


BROKEN = tuple(
    product(
        (200, 201, 202, 400, 403, 404, 429, 500, 503, 999),
        (b"<html>", b"not json", b"[", b"null", b"{}", b"0", b'""'),
    )
)


@pytest.mark.parametrize("name", PLATFORMS)
async def test_no_broken_answer_means_anything(name: str) -> None:
    taken = [
        (call.__name__, status, body, answer)
        for status, body in BROKEN
        for call in (run_lookup, run_unbind)
        if not isinstance(answer := await call(name, status, body), ConnectorError)
    ]
    assert not taken


@given(status=STATUSES, document=JSON)
async def test_the_one_click_connector_keeps_the_law_too(status: int, document: Any) -> None:
    one = OneClick()
    for body in ({"results": document}, {"results": [{"app": "dabo", "status": document}]}):
        call = call_answered_with(one, status, json.dumps(body).encode())
        try:
            answers = await one.lookup(SUBJECT, call)
        except ConnectorError:
            continue
        assert not any(isinstance(answer, NotBound) for answer in answers.values())
