"""Authorization of requests: a basis follows from proof, never from an argument."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.gateway.conftest import make

from jiebang.gateway.calls.request import LookupRequest, RequestAuthorizer
from jiebang.gateway.domain.caller import Caller, Holder, Scope, holder_from_claim, holder_to_claim
from jiebang.gateway.domain.errors import GatewayError, InvalidArgument, PermissionDenied, Reason
from jiebang.gateway.domain.tenure import Basis, Current, Departing, Former, Quarantined, Tenure
from jiebang.sdk import Category

NUMBER, OTHER = "+8613800001234", "+8613900004321"
SINCE = date(2024, 5, 1)
HOLDER = Holder(number=NUMBER, tenure=Current(activated_on=SINCE))
QUARANTINED = Quarantined(
    deactivated_on=SINCE, reclaimable_until=date(2024, 8, 1), reissue_from=date(2024, 9, 1)
)

Ask = Callable[..., LookupRequest]


@pytest.fixture
def ask() -> Ask:
    catalogue = make.catalogue(make.shop(), make.shop("lender", category=Category.LENDING))
    requests = RequestAuthorizer(catalogue, {})

    def admit(
        caller: Caller,
        number: str | None = None,
        tenure: Tenure | None = None,
        platforms: list[str] | None = None,
        scope: Scope = Scope.ACCOUNTS_READ,
    ) -> LookupRequest:
        return requests.authorize(caller, number, tenure, platforms, scope=scope)

    return admit


def refused(ask: Ask, *arguments: Any, **more: Any) -> Reason:
    with pytest.raises(GatewayError) as caught:
        ask(*arguments, **more)
    assert NUMBER not in f"{caught.value.message}{caught.value.hint}"
    return caught.value.reason


def test_a_holder_asks_about_the_own_number_on_the_proven_basis(ask: Ask) -> None:
    request = ask(make.caller(holder=HOLDER))
    assert (request.number, request.basis) == (NUMBER, Basis.CURRENT)
    assert ask(make.caller(holder=HOLDER), "138 0000 1234").number == NUMBER


@pytest.mark.parametrize(
    "tenure",
    [
        Departing(activated_on=SINCE),
        Former(held_from=date(2010, 1, 1), held_until=SINCE),
        QUARANTINED,
        Current(activated_on=date(2025, 1, 1)),
        HOLDER.tenure,
    ],
)
def test_a_new_holder_cannot_pass_for_anybody_else(ask: Ask, tenure: Tenure) -> None:
    assert refused(ask, make.caller(holder=HOLDER), None, tenure) is Reason.TENURE_NOT_YOURS


def test_a_holder_cannot_ask_about_another_number(ask: Ask) -> None:
    assert refused(ask, make.caller(holder=HOLDER), OTHER) is Reason.NUMBER_NOT_YOURS


def test_a_service_says_whose_tenure_it_vouches_for_only_with_the_scope(ask: Ask) -> None:
    tenure = Departing(activated_on=SINCE)
    assert ask(make.caller(), NUMBER, tenure).basis is Basis.DEPARTING
    without = replace(make.caller(), scopes=frozenset({Scope.ACCOUNTS_READ}))
    with pytest.raises(PermissionDenied):
        ask(without, NUMBER, tenure)
    undated = ask(without, NUMBER)
    assert undated.tenure == Current()


def test_without_a_number_nothing_is_asked(ask: Ask) -> None:
    assert refused(ask, make.caller()) is Reason.NUMBER_MISSING


def test_every_question_needs_its_scope(ask: Ask) -> None:
    reader = replace(make.caller(), scopes=frozenset({Scope.ACCOUNTS_READ}))
    assert refused(ask, reader, NUMBER, scope=Scope.ACCOUNTS_UNBIND) is Reason.SCOPE_MISSING


def test_platforms_are_those_that_exist_each_once(ask: Ask) -> None:
    caller, tenure = make.caller(), Departing(activated_on=SINCE)
    assert ask(caller, NUMBER, tenure).platforms == ("lender", "shop")
    assert ask(caller, NUMBER, tenure, ["shop", "shop"]).platforms == ("shop",)
    assert refused(ask, caller, NUMBER, tenure, []) is Reason.SELECTION_EMPTY
    assert refused(ask, caller, NUMBER, tenure, ["nowhere"]) is Reason.PLATFORM_UNKNOWN


def test_a_new_holder_cannot_single_out_a_sensitive_platform(ask: Ask) -> None:
    current = Current(activated_on=SINCE)
    with pytest.raises(GatewayError):
        ask(make.caller(), NUMBER, current, ["lender"])
    assert ask(make.caller(), NUMBER, current, ["shop"]).platforms == ("shop",)


def test_a_foreign_number_needs_a_connector(ask: Ask) -> None:
    assert refused(ask, make.caller(), "+85261234567") is Reason.NUMBER_REGION_NOT_COVERED


def test_a_platform_is_told_the_tenure_and_repr_tells_nobody_the_number(ask: Ask) -> None:
    former = Former(held_from=date(2010, 1, 1), held_until=SINCE)
    request = ask(make.caller(), NUMBER, former)
    assert (request.subject.held_since, request.subject.held_until) == (date(2010, 1, 1), SINCE)
    for thing in (request, request.subject, HOLDER, make.caller(holder=HOLDER)):
        assert NUMBER[3:] not in repr(thing)


@pytest.mark.parametrize(
    "tenure",
    [
        Current(),
        Current(activated_on=SINCE),
        Departing(activated_on=SINCE),
        Former(held_from=date(2010, 1, 1), held_until=SINCE),
        QUARANTINED,
    ],
)
def test_a_claim_is_read_back(tenure: Tenure) -> None:
    holder = Holder(number=NUMBER, tenure=tenure)
    assert holder_from_claim(holder_to_claim(holder)) == holder


@pytest.mark.parametrize(
    "claim",
    [
        None,
        "holder",
        [],
        {},
        {"number": NUMBER},
        {"number": 13800001234, "basis": "current"},
        {"number": NUMBER, "basis": "owner"},
        {"number": NUMBER, "basis": ["current"]},
        {"number": NUMBER, "basis": "departing"},
        {"number": NUMBER, "basis": "former", "held_from": "2010-01-01"},
        {"number": NUMBER, "basis": "current", "held_until": "2020-01-01"},
        {"number": NUMBER, "basis": "current", "activated_on": "20200101"},
        {"number": NUMBER, "basis": "current", "activated_on": "2020-02-30"},
        {"number": NUMBER, "basis": "current", "activated_on": 20200101},
        {"number": NUMBER, "basis": "current", "activated_on": "2999-01-01"},
        {
            "number": NUMBER,
            "basis": "former",
            "held_from": "2020-01-01",
            "held_until": "2019-01-01",
        },
        {"number": "010-12345678", "basis": "current"},
    ],
)
def test_a_claim_that_proves_nothing_is_refused(claim: object) -> None:
    with pytest.raises(InvalidArgument) as caught:
        holder_from_claim(claim)
    assert "1380000" not in str(caught.value)
