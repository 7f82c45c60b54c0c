"""Validation: an invalid answer is an error of its platform, never NOT_BOUND."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, cast

import pytest
from tests.gateway.conftest import make

from jiebang.gateway.calls.validation import (
    MAX_ACCOUNTS,
    validate_action,
    validate_answer,
    validate_lookup,
)
from jiebang.sdk import (
    Bound,
    Bug,
    ConnectorError,
    Denied,
    Done,
    Guidance,
    NeedsAction,
    NotBound,
    Pending,
    ProtocolFault,
    StepKind,
    Unavailable,
)

NAIVE = datetime(2025, 1, 1)
NONSENSE: list[Any] = [
    None, [], (), "not bound", 0, True, object(), Bound, {"shop": None}, ["NotBound"], Exception(),
    Pending(remote_ref=cast(Any, 7)), Pending(remote_ref="\ud800"), Pending(remote_ref="x" * 9999),
    Pending(remote_ref="r", expected_by=NAIVE),
    NeedsAction(kind=cast(Any, "otp")), NeedsAction(kind=StepKind.WEB, url="javascript:alert(1)"),
    NeedsAction(kind=StepKind.WEB, url="http://shop.test"),
    NeedsAction(kind=StepKind.OTP, expires=NAIVE),
]  # fmt: skip


@pytest.mark.parametrize("answer", NONSENSE)
def test_nonsense_is_an_error(answer: object) -> None:
    assert isinstance(validate_answer("shop", answer), ConnectorError)


@pytest.mark.parametrize(
    "change",
    [
        {"handle": ""}, {"handle": 7}, {"handle": "x" * 2000}, {"handle": "\ud800"},
        {"label": 7}, {"label": "x" * 2000}, {"bound": "2020-01-01"}, {"blockers": "debt"},
        {"blockers": ("debt",)}, {"platform": "other"},
    ]
)  # fmt: skip
def test_an_account_that_breaks_the_contract_is_an_error(change: dict[str, Any]) -> None:
    bad = replace(make.account(), **change)
    answer = validate_answer("shop", Bound(accounts=(make.account("h-0"), bad)))
    assert isinstance(answer, Bug)
    assert "h-0" not in str(answer)


@pytest.mark.parametrize("accounts", [7, "ab", [1], {"a": 1}, (None,), (7,)])
def test_accounts_that_are_none_are_an_error(accounts: Any) -> None:
    assert isinstance(validate_answer("shop", Bound(accounts=accounts)), Bug)


def test_a_flood_is_refused() -> None:
    flood = Bound(accounts=tuple(make.account(f"h-{n}") for n in range(MAX_ACCOUNTS + 1)))
    assert isinstance(validate_answer("shop", flood), ProtocolFault)


def test_the_same_account_twice_is_refused() -> None:
    twice = Bound(accounts=(make.account(), make.account()))
    assert isinstance(validate_answer("shop", twice), ProtocolFault)


@pytest.mark.parametrize(
    "answer",
    [
        NotBound("[]"),
        Pending(remote_ref="r"),
        NeedsAction(kind=StepKind.WEB, url="https://shop.test"),
        Guidance(guide_id="shop"),
        Unavailable(),
    ],
)
def test_what_keeps_the_contract_passes_unchanged(answer: object) -> None:
    assert validate_answer("shop", answer) is answer


def test_who_speaks_for_many_answers_for_each() -> None:
    platforms = tuple(make.platform(name) for name in ("shop", "forum", "tube"))
    entry = make.catalogue(make.shop("many", platforms=platforms)).connectors["many"]
    asked = frozenset({"shop", "forum", "tube"})
    answers = validate_lookup(
        entry,
        asked,
        {
            "shop": NotBound("[]"),
            "forum": Bound(accounts=(make.account(),)),  # the shop's account
            "elsewhere": NotBound("[]"),
        },
    )
    assert answers["shop"] == NotBound("[]")
    assert isinstance(answers["forum"], Bug)
    assert isinstance(answers["tube"], ProtocolFault)
    assert set(answers) == asked
    alone = validate_lookup(entry, asked, NotBound("[]"))
    assert all(isinstance(answer, Bug) for answer in alone.values())


@pytest.mark.parametrize(
    "answer",
    [
        *NONSENSE, NotBound("[]"), Done(at=NAIVE), Done(effects=cast(Any, {"gone"})),
        Denied(reason=cast(Any, "no")),
    ]
)  # fmt: skip
def test_nonsense_about_an_order_may_hide_that_it_was_done(answer: object) -> None:
    with pytest.raises(Bug) as caught:
        validate_action(answer)
    assert caught.value.maybe_done
