"""Tenures: impossible dates are refused, and stored tenures are read back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiebang.gateway.domain.errors import InvalidArgument, Reason
from jiebang.gateway.domain.tenure import (
    Basis,
    Current,
    Departing,
    Former,
    Quarantined,
    Tenure,
    basis_of,
    check_tenure,
    held_since,
    held_until,
    tenure_from_data,
    tenure_to_data,
)

NOW = date(2026, 6, 1)
TOMORROW = NOW + timedelta(days=1)
days = st.dates()
tenures: st.SearchStrategy[Tenure] = st.one_of(
    st.builds(Current, activated_on=st.none() | days),
    st.builds(Departing, activated_on=days),
    st.builds(Former, held_from=days, held_until=days),
    st.builds(Quarantined, deactivated_on=days, reclaimable_until=days, reissue_from=days),
)


@given(tenures)
def test_what_is_stored_is_read_back(tenure: Tenure) -> None:
    assert tenure_from_data(dict(tenure_to_data(tenure))) == tenure


@given(tenures)
def test_what_is_possible_is_never_reversed_nor_still_to_begin(tenure: Tenure) -> None:
    try:
        check_tenure(tenure, now=NOW)
    except InvalidArgument:
        return
    since, until = held_since(tenure), held_until(tenure)
    assert since is None or since <= NOW
    assert until is None or (since is not None and since < until <= NOW)


@pytest.mark.parametrize(
    ("tenure", "reason"),
    [
        (Current(activated_on=TOMORROW), Reason.DATE_IN_FUTURE),
        (Departing(activated_on=TOMORROW), Reason.DATE_IN_FUTURE),
        (Former(held_from=TOMORROW, held_until=TOMORROW), Reason.DATE_IN_FUTURE),
        (Former(held_from=NOW, held_until=NOW), Reason.TENURE_REVERSED),
        (Former(held_from=NOW, held_until=date(2020, 1, 1)), Reason.TENURE_REVERSED),
        (Former(held_from=date(2020, 1, 1), held_until=TOMORROW), Reason.DATE_IN_FUTURE),
        (
            Quarantined(deactivated_on=TOMORROW, reclaimable_until=TOMORROW, reissue_from=TOMORROW),
            Reason.DATE_IN_FUTURE,
        ),
        (
            Quarantined(deactivated_on=NOW, reclaimable_until=NOW, reissue_from=TOMORROW),
            Reason.TENURE_REVERSED,
        ),
        (
            Quarantined(deactivated_on=NOW, reclaimable_until=TOMORROW, reissue_from=NOW),
            Reason.TENURE_REVERSED,
        ),
    ],
)
def test_an_impossible_tenure_is_refused(tenure: Tenure, reason: Reason) -> None:
    with pytest.raises(InvalidArgument) as caught:
        check_tenure(tenure, now=NOW)
    assert caught.value.reason is reason
    assert (caught.value.field or "").startswith("tenure.")


def test_each_tenure_has_its_basis() -> None:
    assert basis_of(Current()) is Basis.CURRENT
    assert basis_of(Departing(activated_on=NOW)) is Basis.DEPARTING
    assert basis_of(Former(held_from=NOW, held_until=NOW)) is Basis.FORMER
    quarantined = Quarantined(deactivated_on=NOW, reclaimable_until=NOW, reissue_from=NOW)
    assert basis_of(quarantined) is Basis.QUARANTINED


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"basis": "owner"},
        {"basis": "current", "activated_on": "soon"},
        {"basis": "current", "x": "1"},
    ],
)
def test_data_of_others_is_refused(data: dict[str, str]) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        tenure_from_data(data)
