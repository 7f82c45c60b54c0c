"""What holds at every platform that unbinds, each over its own HTTP interface."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sandbox.conftest import Client, Driver

NUMBER = "13900000002"
TAKING_A_KEY = pytest.mark.parametrize(
    "platform",
    [
        *("yunpan", "jisudai", "tiandian", "luntan", "zhiyou", "youxi", "yikang", "gongju"),
        *("huiyuan", "luming", "shundao", "wenlu", "feiguan", "moye", "tuyou", "anhe", "shimin"),
    ],
    indirect=True,
)
NAMING_THE_NUMBER = pytest.mark.parametrize(
    "platform",
    [
        *("jisudai", "leshop", "tiandian", "luntan", "zhiyou", "youxi", "xuexi", "yikang"),
        *("chengshi", "luming", "shundao", "wenlu", "feiguan", "tuyou", "anhe", "shimin"),
    ],
    indirect=True,
)
NO_NUMBERS = ("", "1390000", "01012345678", "１３９０００００００２", "13900000002 ")


@pytest.fixture
async def number(fleet: Client, platform: Driver) -> str:
    return await fleet.number_at(platform.id)


@pytest.fixture
async def handle(fleet: Client, platform: Driver, number: str) -> str:
    """An account at `platform` that can be unbound."""
    return await fleet.handle(platform.id, number)


async def test_what_is_unbound_is_gone_at_the_next_lookup(
    fleet: Client, platform: Driver, handle: str, number: str
) -> None:
    before = await platform.lookup(fleet, number)
    assert handle in before
    assert await platform.unbind(fleet, number, handle, "order-1") == "done"
    if platform.id == "leshop":
        reply = await platform.ask(fleet, number)
        assert reply.json["code"] == 1001
    else:
        assert await platform.lookup(fleet, number) == [each for each in before if each != handle]
    effects = await fleet.effects(platform.id)
    assert [(each["operation"], each["account"]) for each in effects] == [("unbind", handle)]


async def test_signing_up_works_once_the_number_is_free(
    fleet: Client, platform: Driver, handle: str, number: str
) -> None:
    sign_up = f"/{platform.id}/signup"
    refused = await fleet.call("POST", sign_up, {"phone": number})
    assert (refused.status, refused.json["message"]) == (409, "该手机号已注册")
    assert await platform.unbind(fleet, number, handle, "order-1") == "done"
    accepted = await fleet.call("POST", sign_up, {"phone": f"+86{number}"})
    assert accepted.status == 201
    assert await platform.lookup(fleet, number) == [accepted.json["account"]]


async def test_a_second_order_changes_nothing_and_says_so(
    fleet: Client, platform: Driver, handle: str, number: str
) -> None:
    await platform.unbind(fleet, number, handle, "order-1")
    second = await platform.unbind(fleet, number, handle, "order-2")
    effects = await fleet.effects(platform.id)
    if platform.id == "chengshi":  # the platform that is not idempotent
        assert (second, len(effects)) == ("done", 2)
    else:
        assert (second, len(effects)) == ("already", 1)


@TAKING_A_KEY
async def test_the_same_key_brings_the_first_answer_and_no_second_effect(
    fleet: Client, platform: Driver, handle: str, number: str
) -> None:
    if platform.id == "zhiyou":
        await platform.order(fleet, number, handle, "order-1")
    first = await platform.order(fleet, number, handle, "order-1")
    await platform.end(fleet, first)
    again = await platform.order(fleet, number, handle, "order-1")
    assert (again.status, again.text) == (first.status, first.text)
    key = await fleet.key(platform.id, "order-1")
    assert (key["received"], key["effects"], key["conflicts"]) == (2, 1, 0)
    assert len(await fleet.effects(platform.id)) == 1


@TAKING_A_KEY
async def test_a_key_stands_for_one_account(
    fleet: Client, platform: Driver, handle: str, number: str
) -> None:
    await platform.unbind(fleet, number, handle, "order-1")
    other = await platform.order(fleet, number, "another-account", "order-1")
    assert other.effective_status == 422
    assert (await fleet.key(platform.id, "order-1"))["conflicts"] == 1
    assert len(await fleet.effects(platform.id)) == 1


@TAKING_A_KEY
async def test_an_order_without_a_key_is_refused_where_one_is_needed(
    fleet: Client, platform: Driver, handle: str, number: str
) -> None:
    reply = await platform.order(fleet, number, handle, "")
    assert reply.effective_status == 400
    assert await fleet.effects(platform.id) == []


@NAMING_THE_NUMBER
async def test_an_account_of_another_number_is_not_found(
    fleet: Client, platform: Driver, handle: str
) -> None:
    stranger = "13911112222"
    reply = await platform.order(fleet, stranger, handle, "order-1")
    if reply.status == 429:
        reply = await platform.order(fleet, stranger, handle, "order-1")
    assert reply.effective_status == 404
    assert await fleet.effects(platform.id) == []


async def test_wrong_credentials_are_refused_in_the_platforms_own_style(
    fleet: Client, platform: Driver
) -> None:
    await fleet.fault(platform.id, "reject_credentials")
    reply = await platform.ask(fleet, NUMBER)
    assert reply.effective_status == 401
    assert await fleet.effects(platform.id) == []


async def test_credentials_are_really_looked_at(fleet: Client, platform: Driver) -> None:
    stranger = replace(
        fleet, credentials={}, app_key="wrong", keys=dict.fromkeys(fleet.keys, "wrong")
    )
    reply = await platform.ask(stranger, NUMBER)
    assert reply.effective_status == 401


async def test_what_is_no_mobile_number_is_refused(fleet: Client, platform: Driver) -> None:
    for text in NO_NUMBERS:
        if platform.id in ("yunjian", "kejiang"):  # a filter may contain any text
            assert await platform.lookup(fleet, text) == []
        else:
            reply = await platform.ask(fleet, text)
            assert reply.effective_status == 400


async def test_a_number_nobody_uses_has_no_accounts(fleet: Client, platform: Driver) -> None:
    assert await platform.lookup(fleet, "13911112222") == []
