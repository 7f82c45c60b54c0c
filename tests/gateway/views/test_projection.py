"""Projection: the only way from connectors' answers to callers."""

from __future__ import annotations

import pickle
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.gateway.conftest import make

from jiebang.gateway.calls.validation import PlatformAnswer
from jiebang.gateway.domain.account_id import AccountIdSealer
from jiebang.gateway.domain.status import Outcome, UnknownReason
from jiebang.gateway.domain.tenant_policy import TenantPolicy
from jiebang.gateway.domain.tenure import (
    Basis,
    Current,
    Departing,
    Former,
    Quarantined,
    Tenure,
    TenureRelation,
    basis_of,
    relation_of,
)
from jiebang.gateway.views.lookup_view import LookupView, assemble_view
from jiebang.gateway.views.projection import Projector, restrict_to_basis
from jiebang.sdk import Account, BindingDate, Bound, Category, ErrorCode, NotBound, Unavailable

if TYPE_CHECKING:
    from jiebang.gateway.catalogue.catalogue import Catalogue

PIVOT, END = date(2020, 5, 10), date(2023, 8, 20)
TENURES: list[Tenure] = [
    Current(),
    Current(activated_on=PIVOT),
    Departing(activated_on=PIVOT),
    Former(held_from=PIVOT, held_until=END),
    Quarantined(deactivated_on=PIVOT, reclaimable_until=END, reissue_from=END),
]
NAMES = {"shop": Category.SHOPPING, "lender": Category.LENDING, "clinic": Category.HEALTH,
         "loans": Category.LENDING}  # fmt: skip

some_days = st.dates(date(2019, 1, 1), date(2024, 12, 31))
dates = st.none() | st.one_of(
    st.builds(BindingDate.on, some_days),
    st.builds(BindingDate.before, some_days),
    st.builds(BindingDate.since, some_days),
)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return make.catalogue(*(make.shop(name, category=kind) for name, kind in NAMES.items()))


def seen(
    catalogue: Catalogue, tenure: Tenure, answers: dict[str, PlatformAnswer], **about: Any
) -> LookupView:
    request = make.request(catalogue, tenure=tenure, **about)
    projector = Projector(AccountIdSealer(make.keys, ttl=60))
    return assemble_view(
        request, [projector.platform(request, name, answer) for name, answer in answers.items()]
    )


def bound(*accounts: Account, complete: bool = True) -> Bound:
    return Bound(accounts=accounts, complete=complete)


def account(n: int, platform: str, when: BindingDate | None) -> Account:
    return Account(handle=f"handle-{n}", platform=platform, label=f"label-{n}*", bound=when)


def own(account: Account, tenure: Tenure) -> bool:
    relation = relation_of(account.bound, tenure, TenantPolicy())
    return relation is TenureRelation.AFTER_ACTIVATION and not isinstance(tenure, Quarantined)


@given(
    tenure=st.sampled_from(TENURES),
    accounts=st.lists(st.tuples(st.sampled_from(sorted(NAMES)), dates), max_size=8),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nobody_sees_a_label_a_handle_or_a_date_that_is_not_the_own(
    catalogue: Catalogue, tenure: Tenure, accounts: list[tuple[str, BindingDate | None]]
) -> None:
    made = [account(n, platform, when) for n, (platform, when) in enumerate(accounts)]
    answers: dict[str, PlatformAnswer] = {}
    for name in NAMES:
        here = [one for one in made if one.platform == name]
        answers[name] = bound(*here) if here else NotBound("[]")
    answer = seen(catalogue, tenure, answers)
    shown = [view for part in answer.platforms for view in part.accounts]
    shown += [view for part in answer.sensitive for view in part.accounts]
    everything = pickle.dumps(answer)
    for one in made:
        assert one.handle.encode() not in everything
        assert (str(one.label).encode() in everything) is own(one, tenure)
    labels = {str(one.label) for one in made if own(one, tenure)}
    assert {view.label for view in shown if view.label} == labels
    assert all(view.bound_on is None for view in shown if view.label is None)
    if isinstance(tenure, Former):
        assert len(shown) == len(labels)
    if isinstance(tenure, Departing):
        strangers = {one.platform for one in made if not own(one, tenure)}
        at_own = {one.platform for one in made if own(one, tenure)}
        named = {part.platform.id for part in answer.platforms}
        assert not named & (strangers - at_own) & {"lender", "clinic", "loans"}
    if isinstance(tenure, Current):
        assert not {part.platform.id for part in answer.platforms} & {"lender", "clinic", "loans"}
        for name in ("lender", "clinic", "loans"):
            assert name.encode() not in pickle.dumps(answer.sensitive)


def test_sensitive_platforms_are_only_counted_for_the_new_holder(catalogue: Catalogue) -> None:
    old = BindingDate.on(date(2015, 1, 1))
    view = seen(
        catalogue,
        Current(activated_on=PIVOT),
        {
            "shop": NotBound("[]"),
            "lender": bound(account(1, "lender", old), account(2, "lender", old)),
            "loans": Unavailable(),
            "clinic": NotBound("[]"),
        },
    )
    assert [one.platform.id for one in view.platforms] == ["shop"]
    counts = [(one.category, one.asked, one.bound, one.unknown) for one in view.sensitive]
    assert counts == [(Category.HEALTH, 1, 0, 0), (Category.LENDING, 2, 1, 1)]
    assert len(view.sensitive[1].accounts) == 2
    assert view.summary.asked == 4


@pytest.mark.parametrize("tenure", TENURES[3:])
def test_others_are_told_which_platform(catalogue: Catalogue, tenure: Tenure) -> None:
    view = seen(catalogue, tenure, {"lender": NotBound("[]")})
    assert [one.platform.id for one in view.platforms] == ["lender"]


def test_a_departing_holder_sees_the_own_accounts_at_sensitive_platforms_and_counts_the_rest(
    catalogue: Catalogue,
) -> None:
    old, own = BindingDate.on(date(2015, 1, 1)), BindingDate.on(date(2024, 1, 1))
    view = seen(
        catalogue,
        Departing(activated_on=PIVOT),
        {
            "lender": bound(account(1, "lender", old), account(2, "lender", own)),
            "loans": bound(account(3, "loans", old)),
            "clinic": NotBound("[]"),
        },
    )
    (shown,) = view.platforms
    assert shown.platform.id == "lender"
    assert [bool(one.label) for one in shown.accounts] == [True]
    counts = [(one.category, one.asked, one.bound) for one in view.sensitive]
    assert counts == [(Category.HEALTH, 1, 0), (Category.LENDING, 2, 2)]
    assert all(one.label is None for group in view.sensitive for one in group.accounts)


def test_a_former_holder_sees_what_lies_inside_and_nothing_else(catalogue: Catalogue) -> None:
    former = TENURES[3]
    inside, before, after = (
        account(n, "shop", BindingDate.on(day))
        for n, day in enumerate((date(2021, 1, 1), date(2019, 1, 1), date(2024, 1, 1)))
    )
    undated = account(9, "shop", None)
    cases: list[tuple[Bound, Outcome, int]] = [
        (bound(inside, before, after, undated), Outcome.BOUND, 1),
        (bound(before, after), Outcome.NOT_BOUND, 0),
        (bound(before, complete=False), Outcome.UNKNOWN, 0),
        (bound(undated), Outcome.UNKNOWN, 0),
        (bound(before, undated), Outcome.UNKNOWN, 0),
        (bound(account(3, "shop", BindingDate.on(PIVOT))), Outcome.UNKNOWN, 0),
    ]
    for answer, outcome, count in cases:
        (view,) = seen(catalogue, former, {"shop": answer}).platforms
        assert (view.outcome, len(view.accounts)) == (outcome, count)


def test_a_number_in_quarantine_shows_counts_and_no_labels(catalogue: Catalogue) -> None:
    accounts = [account(n, "shop", BindingDate.on(date(2022, 1, 1))) for n in range(3)]
    (view,) = seen(catalogue, TENURES[4], {"shop": bound(*accounts)}).platforms
    assert [one.label for one in view.accounts] == [None] * 3
    assert [one.refused for one in view.accounts] == [None] * 3


def test_only_an_exact_date_is_a_date(catalogue: Catalogue) -> None:
    since = account(1, "shop", BindingDate.since(date(2021, 1, 1)))
    (view,) = seen(catalogue, TENURES[2], {"shop": bound(since)}).platforms
    assert (view.accounts[0].label, view.accounts[0].bound_on) == ("label-1*", None)


@pytest.mark.parametrize("basis", Basis)
def test_an_error_is_unknown_with_its_reason(catalogue: Catalogue, basis: Basis) -> None:
    tenure = next(one for one in TENURES[1:] if basis_of(one) is basis)
    (view,) = seen(catalogue, tenure, {"shop": Unavailable(retry_after=1e300)}).platforms
    assert (view.outcome, view.reason, view.error) == (
        Outcome.UNKNOWN,
        UnknownReason.UPSTREAM_ERROR,
        ErrorCode.UNAVAILABLE,
    )
    assert view.retry_at is not None


@given(tenure=st.sampled_from(TENURES), whens=st.lists(dates, min_size=1, max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_absence_needs_the_platforms_word_or_a_complete_list_of_others(
    catalogue: Catalogue, tenure: Tenure, whens: list[BindingDate | None]
) -> None:
    answer = bound(*(account(n, "shop", when) for n, when in enumerate(whens)))
    if isinstance(restrict_to_basis(make.request(catalogue, tenure=tenure), answer), NotBound):
        assert isinstance(tenure, Former)
        assert None not in whens
