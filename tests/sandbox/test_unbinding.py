"""What holds at every platform that unbinds, seen through its shipped connector."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest
from tests.fleet import DEPARTING, PLATFORMS, REUSED, Fleet, connector, subject_for

from jiebang.sdk import (
    ConnectorError,
    CredentialsFault,
    Denied,
    DenyReason,
    Done,
    Effect,
    Http,
    NotBound,
    Rejected,
    Reply,
)

EACH = pytest.mark.parametrize("name", PLATFORMS)
TAKING_A_KEY = pytest.mark.parametrize(
    "name", [name for name in PLATFORMS if connector(name).spec.idempotency == "key"]
)
#: Elsewhere an account is found whatever number is named, or none is.
NAMING_THE_NUMBER = pytest.mark.parametrize(
    "name",
    [
        *("jisudai", "leshop", "tiandian", "luntan", "zhiyou", "youxi", "xuexi", "yikang"),
        *("chengshi", "luming", "shundao", "wenlu", "feiguan", "tuyou", "anhe", "shimin"),
    ],
)
#: The status, or the code inside an answer with status 200.
NOT_UNDERSTOOD = {400, 3001, "BAD_INPUT", "BAD_ORDER", "BAD_REPRESENTATION"}
NO_NUMBERS = ("", "1390000", "01012345678", "１３９０００００００２", "13900000002 ")


@EACH
async def test_what_is_unbound_is_gone_and_a_second_order_changes_nothing(
    fleet: Fleet, name: str
) -> None:
    subject, account = await fleet.account(name)
    before = await fleet.handles(name, subject.number)
    assert account.handle in before
    outcome = await fleet.order(subject, account)
    assert isinstance(outcome, Done)
    assert outcome.effects == {Effect.NUMBER_DETACHED}
    assert not outcome.already
    before.remove(account.handle)
    assert await fleet.handles(name, subject.number) == before
    second = await fleet.order(subject, account, "k-2")
    assert isinstance(second, Done)
    effect = ("unbind", account.handle)
    if name == "chengshi":  # there each order has an effect of its own: that is why it is NONE
        assert (second.already, await fleet.effects(name)) == (False, [effect, effect])
    else:
        assert (second.already, await fleet.effects(name)) == (True, [effect])


@EACH
async def test_signing_up_works_once_the_number_is_free(fleet: Fleet, name: str) -> None:
    subject, account = await fleet.account(name)
    refused = await fleet.request("POST", f"/{name}/signup", {"phone": subject.national})
    assert (refused.status, refused.json["message"]) == (409, "该手机号已注册")
    assert await fleet.order(subject, account) == Done()
    accepted = await fleet.request("POST", f"/{name}/signup", {"phone": subject.number})
    assert accepted.status == 201
    assert await fleet.handles(name, subject.number) == [accepted.json["account"]]


@TAKING_A_KEY
async def test_the_same_key_brings_the_first_answer_and_no_second_effect(
    fleet: Fleet, name: str
) -> None:
    subject, account = await fleet.account(name)
    if name == "zhiyou":  # it turns the first order away
        with pytest.raises(ConnectorError):
            await connector(name).unbind(subject, account, fleet.to(name))
    first, again = [
        (await connector(name).unbind(subject, account, fleet.to(name)), fleet.replies[-1])
        for _ in range(2)
    ]
    assert first[0] == again[0]
    assert (first[1].status, first[1].body) == (again[1].status, again[1].body)
    assert isinstance(await fleet.order(subject, account), Done)
    assert await fleet.key(name, "k-1") == (3, 1, 0)
    assert len(await fleet.effects(name)) == 1


@TAKING_A_KEY
async def test_a_key_stands_for_one_account(fleet: Fleet, name: str) -> None:
    subject, account = await fleet.account(name)
    await fleet.order(subject, account)
    with pytest.raises(ConnectorError):
        await fleet.order(subject, replace(account, handle="another-account"))
    assert fleet.refusal in REUSED
    assert (await fleet.key(name, "k-1"))[2] == 1
    assert len(await fleet.effects(name)) == 1


@dataclass(frozen=True)
class KeylessHttp:
    """Sends everything but the order's key."""

    http: Http

    async def send(self, *args: Any, accept: Any, **more: Any) -> Reply:
        keyless = json.loads(json.dumps(more).replace('"k-1"', '""'))
        return await self.http.send(*args, accept=accept, **keyless)


@TAKING_A_KEY
async def test_an_order_without_a_key_is_refused_where_one_is_needed(
    fleet: Fleet, name: str
) -> None:
    subject, account = await fleet.account(name)
    call = fleet.to(name)
    with pytest.raises(ConnectorError):
        await connector(name).unbind(subject, account, replace(call, http=KeylessHttp(call.http)))
    assert fleet.refusal in NOT_UNDERSTOOD
    assert await fleet.effects(name) == []


@NAMING_THE_NUMBER
async def test_an_account_of_another_number_is_not_found(fleet: Fleet, name: str) -> None:
    _, account = await fleet.account(name)
    stranger = subject_for("+8613911112222")
    if name == "youxi":  # its manifest does not map a refusal
        with pytest.raises(Rejected):
            await fleet.order(stranger, account)
        assert fleet.refusal == 404
    else:
        outcome = await fleet.order(stranger, account)
        assert isinstance(outcome, Denied)
        assert outcome.reason is DenyReason.NO_MATCH
    assert await fleet.effects(name) == []


@EACH
async def test_refused_credentials_are_named_as_such(fleet: Fleet, name: str) -> None:
    await fleet.fault(name, "reject_credentials")
    with pytest.raises(CredentialsFault):
        await fleet.lookup(name, DEPARTING)


@EACH
async def test_what_is_no_mobile_number_is_refused(fleet: Fleet, name: str) -> None:
    for text in NO_NUMBERS:
        if name in ("yunjian", "kejiang"):  # a filter may contain any text
            assert isinstance(await fleet.lookup(name, f"+86{text}"), NotBound)
        else:
            with pytest.raises(ConnectorError):
                await fleet.lookup(name, f"+86{text}")
            assert fleet.refusal in NOT_UNDERSTOOD
