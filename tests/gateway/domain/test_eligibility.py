"""Eligibility: which actions are allowed on which account, on which basis."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiebang.gateway.domain.eligibility import refusal
from jiebang.gateway.domain.tenant_policy import TenantPolicy
from jiebang.gateway.domain.tenure import (
    ALLOWED,
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
from jiebang.sdk import Account, ActionKind, BindingDate, Capability, DenyReason

NOW, PIVOT, END = date(2026, 6, 1), date(2020, 5, 10), date(2023, 8, 20)
EVERYTHING = frozenset(Capability)
CURRENT, DEPARTING = Current(activated_on=PIVOT), Departing(activated_on=PIVOT)
FORMER = Former(held_from=PIVOT, held_until=END)
QUARANTINED = Quarantined(deactivated_on=PIVOT, reclaimable_until=END, reissue_from=END)
STILL = Quarantined(
    deactivated_on=date(2026, 5, 1),
    reclaimable_until=date(2026, 7, 1),
    reissue_from=date(2026, 8, 1),
)
DAY = timedelta(days=1)

days = st.dates(date(2015, 1, 1), date(2027, 1, 1))


@st.composite
def bindings(draw: st.DrawFn) -> BindingDate | None:
    first, second = sorted((draw(days), draw(days)))
    return draw(
        st.sampled_from(
            [
                None,
                BindingDate.on(first),
                BindingDate(first, second),
                BindingDate.before(second),
                BindingDate.since(first),
            ]
        )
    )


tenures: st.SearchStrategy[Tenure] = st.sampled_from(
    [Current(), CURRENT, DEPARTING, FORMER, QUARANTINED, STILL]
)
policies = st.builds(TenantPolicy, data_lag=st.integers(0, 400), quarantine_early=st.booleans())
kinds = st.sampled_from(ActionKind)


def account(bound: BindingDate | None, *blockers: DenyReason) -> Account:
    return Account(handle="h", platform="shop", bound=bound, blockers=blockers)


def why(
    bound: BindingDate | None,
    tenure: Tenure,
    policy: TenantPolicy | None = None,
    kind: ActionKind = ActionKind.UNBIND,
) -> DenyReason | None:
    return refusal(
        kind,
        account(bound),
        tenure,
        capabilities=EVERYTHING,
        policy=policy or TenantPolicy(),
        now=NOW,
    )


BEFORE, SAME, AFTER = (
    BindingDate.on(PIVOT - DAY),
    BindingDate.on(PIVOT),
    BindingDate.on(PIVOT + DAY),
)
LAST, GONE = BindingDate.on(END - DAY), BindingDate.on(END + DAY)


UNSURE, UNDATED = DenyReason.RECYCLING_NOT_CONFIRMED, DenyReason.BINDING_DATE_UNKNOWN
NEWER, OTHERS = DenyReason.BINDING_AFTER_ACTIVATION, DenyReason.NO_MATCH


@pytest.mark.parametrize(
    ("bound", "tenure", "relation", "reason"),
    [
        (BEFORE, CURRENT, "before_activation", None),
        (SAME, CURRENT, "boundary", UNSURE),
        (AFTER, CURRENT, "after_activation", NEWER),
        (None, CURRENT, "undated", UNDATED),
        (BindingDate.before(PIVOT), CURRENT, "before_activation", None),
        (BindingDate.before(PIVOT + DAY), CURRENT, "boundary", UNSURE),
        (BindingDate.before(END), CURRENT, "undated", UNDATED),
        (BindingDate.since(PIVOT - DAY), CURRENT, "undated", UNDATED),
        (BindingDate.since(PIVOT), CURRENT, "boundary", UNSURE),
        (BindingDate.since(PIVOT + DAY), CURRENT, "after_activation", NEWER),
        (BEFORE, Current(), "undated", UNDATED),
        (AFTER, Current(), "undated", UNDATED),
        (BEFORE, DEPARTING, "before_activation", None),
        (SAME, DEPARTING, "boundary", UNSURE),
        (AFTER, DEPARTING, "after_activation", None),
        (None, DEPARTING, "undated", UNDATED),
        (BEFORE, FORMER, "before_activation", OTHERS),
        (SAME, FORMER, "boundary", UNSURE),
        (AFTER, FORMER, "after_activation", None),
        (LAST, FORMER, "after_activation", None),
        (BindingDate.on(END), FORMER, "boundary", UNSURE),
        (GONE, FORMER, "before_activation", OTHERS),
        (None, FORMER, "undated", UNDATED),
        (BindingDate.since(PIVOT + DAY), FORMER, "undated", UNDATED),
        (None, QUARANTINED, "before_activation", None),
        (AFTER, QUARANTINED, "before_activation", None),
        (None, STILL, "before_activation", DenyReason.QUARANTINE_NOT_OVER),
    ],
)  # fmt: skip
def test_the_table(
    bound: BindingDate | None, tenure: Tenure, relation: str, reason: DenyReason | None
) -> None:
    assert relation_of(bound, tenure, TenantPolicy()) == relation
    assert why(bound, tenure) is reason


@pytest.mark.parametrize(("days_off", "lag"), [(1, 1), (5, 5), (-5, 7), (0, 3)])
def test_inside_the_data_lag_nothing_is_done(days_off: int, lag: int) -> None:
    bound = BindingDate.on(PIVOT + days_off * DAY)
    for tenure in (CURRENT, DEPARTING, FORMER):
        assert why(bound, tenure, TenantPolicy(data_lag=lag)) is DenyReason.RECYCLING_NOT_CONFIRMED


def test_a_policy_may_let_quarantine_begin_early() -> None:
    assert why(None, STILL, TenantPolicy(quarantine_early=True)) is None


def test_quarantine_is_over_on_its_day() -> None:
    for now, reason in ((END - DAY, DenyReason.QUARANTINE_NOT_OVER), (END, None)):
        found = refusal(
            ActionKind.UNBIND,
            account(None),
            QUARANTINED,
            capabilities=EVERYTHING,
            policy=TenantPolicy(),
            now=now,
        )
        assert found is reason


@pytest.mark.parametrize("kind", ActionKind)
def test_what_the_platform_cannot_do_is_not_offered(kind: ActionKind) -> None:
    tenure = CURRENT if kind in ALLOWED[Basis.CURRENT] else FORMER
    bound = AFTER if tenure is FORMER else BEFORE
    without = EVERYTHING - {Capability.of(kind)}
    found = refusal(
        kind, account(bound), tenure, capabilities=without, policy=TenantPolicy(), now=NOW
    )
    assert found is DenyReason.PLATFORM_NOT_COVERED


def test_a_blocker_stops_an_unbinding_and_nothing_else() -> None:
    blocked = account(BEFORE, DenyReason.FUNDS_OR_DEBT_OUTSTANDING)
    for kind, expected in (
        (ActionKind.UNBIND, DenyReason.FUNDS_OR_DEBT_OUTSTANDING),
        (ActionKind.CEASE_CONTACT, None),
    ):
        found = refusal(
            kind, blocked, CURRENT, capabilities=EVERYTHING, policy=TenantPolicy(), now=NOW
        )
        assert found is expected


@given(bound=bindings(), tenure=tenures, policy=policies, kind=kinds)
def test_nothing_undated_is_ever_eligible_except_in_quarantine(
    bound: BindingDate | None, tenure: Tenure, policy: TenantPolicy, kind: ActionKind
) -> None:
    relation = relation_of(bound, tenure, policy)
    if bound is None and not isinstance(tenure, Quarantined):
        assert relation is TenureRelation.UNDATED
    if relation is TenureRelation.UNDATED:
        assert why(bound, tenure, policy, kind) is not None


@given(bound=bindings(), policy=policies, kind=kinds)
def test_a_new_holder_may_never_touch_what_may_be_bound_since_activation(
    bound: BindingDate | None, policy: TenantPolicy, kind: ActionKind
) -> None:
    if why(bound, CURRENT, policy, kind) is None:
        assert bound is not None
        assert bound.latest is not None
        assert bound.latest < PIVOT - policy.data_lag * DAY


@given(bound=bindings(), policy=policies, kind=kinds)
def test_a_former_holder_may_only_touch_what_lies_wholly_inside(
    bound: BindingDate | None, policy: TenantPolicy, kind: ActionKind
) -> None:
    if why(bound, FORMER, policy, kind) is None:
        assert bound is not None
        assert bound.earliest is not None
        assert bound.latest is not None
        assert PIVOT < bound.earliest <= bound.latest < END


@given(bound=bindings(), tenure=tenures, policy=policies, more=st.integers(0, 400), kind=kinds)
def test_a_longer_data_lag_never_allows_more(
    bound: BindingDate | None, tenure: Tenure, policy: TenantPolicy, more: int, kind: ActionKind
) -> None:
    longer = TenantPolicy(data_lag=policy.data_lag + more, quarantine_early=policy.quarantine_early)
    if why(bound, tenure, longer, kind) is None:
        assert why(bound, tenure, policy, kind) is None


@given(bound=bindings(), tenure=tenures, policy=policies, kind=kinds)
def test_what_a_basis_does_not_cover_is_refused(
    bound: BindingDate | None, tenure: Tenure, policy: TenantPolicy, kind: ActionKind
) -> None:
    if kind not in ALLOWED[basis_of(tenure)]:
        assert why(bound, tenure, policy, kind) is DenyReason.CLAIM_NOT_COVERED


def test_every_basis_is_in_the_table_of_what_it_allows() -> None:
    assert set(ALLOWED) == set(Basis)
