"""What the demonstration accepts as a proof, and how it reports it."""

from __future__ import annotations

import string
from collections.abc import AsyncGenerator
from enum import Enum
from typing import Any

import pytest
from aiohttp import web
from jiebang_client import Client
from tests.e2e.conftest import Json, Service

from jiebang.app.demo.follow import FollowedRenewal, follow_renewal
from jiebang.app.demo.lookup_snapshot import LookupSnapshot, lookup_snapshot
from jiebang.app.demo.proof import RenewalProof, prove
from jiebang.app.demo.texts import PHRASES, Language, Texts, preferred_language
from jiebang.app.http import terms
from jiebang.app.http.action_terms import KINDS
from jiebang.gateway.domain.status import Outcome, Progress, Status, UnknownReason, Verification
from jiebang.sdk import ActionKind, Category, DenyReason


def account(*, eligible: bool, relation: str = "BEFORE_ACTIVATION") -> Json:
    reason = None if eligible else "BINDING_AFTER_ACTIVATION"
    return {"id": "x", "relation": relation, "eligible": eligible, "reason": reason, "offers": []}


OWN = account(eligible=False, relation="AFTER_ACTIVATION")
STRANGERS = account(eligible=True)


def snapshot(*accounts: Json, outcome: str = "BOUND") -> LookupSnapshot:
    """One platform with these accounts."""
    lookup: Any = {
        "summary": {},
        "platforms": [
            {
                "platform": {"id": "shop", "name": "Shop", "category": "SHOPPING"},
                "outcome": outcome,
                "reason": None,
                "accounts": list(accounts),
                "guide": None,
            }
        ],
        "sensitive": [],
    }
    return lookup_snapshot(lookup)


def action(status: str, progress: str | None = None) -> Json:
    platform = {"id": "shop", "name": "Shop"}
    return {"platform": platform, "kind": "UNBIND", "status": status, "progress": progress}


ANSWERED: Any = {"platform": {"id": "shop"}, "status": "FULFILLED", "outcome": "BOUND"}


def proof(before: LookupSnapshot, after: LookupSnapshot, *actions: Any) -> RenewalProof:
    return prove(before, after, [ANSWERED], actions)


def failures(proven: RenewalProof) -> list[str]:
    return [line.failure for line in proven.lines if line.failure]


def test_gone_is_proven() -> None:
    proven = proof(snapshot(STRANGERS, OWN), snapshot(OWN), action("FULFILLED"))
    assert proven.is_valid
    assert proven.unbound_count == 1


def test_an_account_that_is_called_gone_and_is_not_breaks_the_proof() -> None:
    proven = proof(snapshot(STRANGERS, OWN), snapshot(STRANGERS, OWN), action("FULFILLED"))
    assert not proven.is_valid
    assert failures(proven) == ["failure_still"]


def test_an_account_that_nobody_acted_on_breaks_the_proof() -> None:
    proven = proof(snapshot(STRANGERS), snapshot(STRANGERS))
    assert failures(proven) == ["failure_still"]


def test_a_platform_that_is_silent_the_second_time_proves_nothing() -> None:
    after = snapshot(outcome="UNKNOWN")
    assert failures(proof(snapshot(STRANGERS), after, action("FULFILLED"))) == ["failure_unseen"]


@pytest.mark.parametrize(
    "undone",
    [
        action("FAILED"),
        action("EXPIRED"),
        action("OPEN"),
        action("IN_PROGRESS", "AWAITING_PLATFORM"),
        action("IN_PROGRESS", "SCHEDULED_RETRY"),
    ],
)
def test_what_is_undone_without_a_reason_breaks_the_proof(undone: Json) -> None:
    proven = proof(snapshot(STRANGERS), snapshot(outcome="NOT_BOUND"), undone)
    assert failures(proven) == ["failure_unsettled"]


@pytest.mark.parametrize("honest", [action("DENIED"), action("IN_PROGRESS", "MANUAL_TASK")])
def test_what_a_platform_refused_may_stay_beside_what_is_gone(honest: Json) -> None:
    before, after = snapshot(STRANGERS, STRANGERS), snapshot(STRANGERS)
    assert proof(before, after, action("FULFILLED"), honest).is_valid


def test_nothing_unbound_is_no_proof() -> None:
    assert not proof(snapshot(STRANGERS), snapshot(STRANGERS), action("DENIED")).is_valid


def test_an_own_account_that_vanishes_breaks_the_proof() -> None:
    proven = proof(snapshot(STRANGERS, OWN), snapshot(outcome="NOT_BOUND"), action("FULFILLED"))
    assert not proven.is_valid
    assert [finding.key for finding in proven.missing_own] == ["shop"]


def test_an_account_that_was_not_to_be_touched_and_vanishes_breaks_the_proof() -> None:
    held = account(eligible=False)
    proven = proof(snapshot(STRANGERS, held), snapshot(outcome="NOT_BOUND"), action("FULFILLED"))
    assert proven.wrongly_removed == ("shop",)
    assert not proven.is_valid


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (terms.CATEGORIES, Category),
        (terms.OUTCOMES, Outcome),
        (terms.UNKNOWN_REASONS, UnknownReason),
        (terms.DENY_REASONS, DenyReason),
        (terms.STATUSES, Status),
        (terms.PROGRESS, Progress),
        (terms.VERIFICATIONS, Verification),
        (KINDS, ActionKind),
    ],
)
def test_every_value_of_a_closed_list_has_a_word(
    table: dict[str, terms.Pair], values: type[Enum]
) -> None:
    assert set(table) == {value.name for value in values}


def test_both_languages_say_the_same_things() -> None:
    for phrase, pair in PHRASES.items():
        told = [{name for _, name, _, _ in string.Formatter().parse(text)} for text in pair]
        assert told[0] == told[1], phrase


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, Language.ZH),
        ({"LANG": "en_US.UTF-8"}, Language.EN),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, Language.EN),
        ({}, Language.EN),
    ],
)
def test_the_language_is_that_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], language: Language
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert preferred_language() is language
    assert Texts(language)("stop")


@pytest.fixture
async def unsteady(service: Service) -> AsyncGenerator[str]:
    """Return the service's URL through a proxy that breaks after two events of every stream."""

    async def forward(request: web.Request) -> web.StreamResponse:
        kept = ("Authorization", "Accept", "Content-Type")
        headers = {name: request.headers[name] for name in kept}
        async with service.session.post(
            f"{service.url}/graphql", data=await request.read(), headers=headers
        ) as reply:
            if reply.content_type != "text/event-stream":
                return web.Response(body=await reply.read(), content_type=reply.content_type)
            stream = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
            await stream.prepare(request)
            events = 0
            async for line in reply.content:
                await stream.write(line)
                events += line.startswith(b"data:")
                if events == 2 and not line.strip():
                    break
            assert request.transport is not None
            request.transport.abort()
            return stream

    app = web.Application()
    app.router.add_post("/graphql", forward)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"{site.name}/graphql"
    await runner.cleanup()


async def test_a_line_that_breaks_again_and_again_costs_no_event_and_doubles_none(
    service: Service, unsteady: str
) -> None:
    token = service.holder_token("new_holder")
    accepted = await service.start(token, platforms=["tiandian", "yunpan"])
    async with Client(url=unsteady, token=token, language="en") as client:
        course = FollowedRenewal.of(accepted["renewal"])
        seen: list[str] = []
        drops: list[None] = []
        await follow_renewal(
            client,
            course,
            lambda event: seen.append(event["cursor"]),
            lambda: drops.append(None),
        )
    assert course.status == "FULFILLED"
    assert drops
    assert len(seen) == len(set(seen))
