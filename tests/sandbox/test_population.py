"""The population is identical for the same seed and day, and its dates are consistent."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiebang.sandbox import Population, populate
from jiebang.sandbox.platforms import PLATFORM_MODULES

seeds = st.integers(0, 10**6)
days = st.dates(date(2024, 1, 1), date(2040, 12, 31))
TODAY = date(2026, 6, 1)


@pytest.fixture(scope="module")
def population() -> Population:
    return populate(1, TODAY)


@given(seeds, days)
def test_the_same_seed_and_day_give_the_same_population(seed: int, day: date) -> None:
    assert populate(seed, day, numbers=5) == populate(seed, day, numbers=5)


@given(seeds, days)
def test_more_numbers_leave_the_earlier_ones_alone(seed: int, day: date) -> None:
    few, more = populate(seed, day, numbers=3), populate(seed, day, numbers=6)
    assert more.accounts[: len(few.accounts)] == few.accounts


@given(seeds, days)
def test_the_tenures_of_a_number_never_overlap(seed: int, day: date) -> None:
    for history in populate(seed, day, numbers=20).histories.values():
        for earlier, later in pairwise(history.tenures):
            assert earlier.end is not None
            # There are ninety days of quarantine between two holders.
            assert earlier.end + timedelta(days=90) <= later.start
        assert all(tenure.start < (tenure.end or day) <= day for tenure in history.tenures)


@given(seeds, days)
def test_every_binding_lies_in_the_tenure_of_its_holder(seed: int, day: date) -> None:
    population = populate(seed, day, numbers=20)
    for account in population.accounts:
        bound_on = account.bound_at.date()
        assert population.histories[account.number].holder_on(bound_on) == account.holder
        assert bound_on <= day


@given(seeds)
def test_handles_are_unique_at_a_platform(seed: int) -> None:
    accounts = populate(seed, TODAY, numbers=50).accounts
    assert len({(account.platform, account.id) for account in accounts}) == len(accounts)


def test_another_seed_gives_other_people(population: Population) -> None:
    other = populate(2, TODAY)
    assert {each.id for each in other.accounts}.isdisjoint(each.id for each in population.accounts)


def test_accounts_live_at_platforms_of_the_fleet(population: Population) -> None:
    apps = {app for platform, _ in PLATFORM_MODULES for app in platform.app_ids}
    assert {account.platform for account in population.accounts} <= apps


def test_bulk_numbers_have_one_to_four_accounts_that_unbind(population: Population) -> None:
    bulk = [number for number, each in population.histories.items() if each.story == "bulk"]
    assert len(bulk) == 300
    assert bulk[0] == "+8613900001000"
    for number in bulk:
        accounts = [each for each in population.accounts if each.number == number]
        assert 1 <= len(accounts) <= 4
        assert not any(account.flags for account in accounts)
        previous = population.histories[number].tenures[0]
        assert any(previous.is_active_on(account.bound_at.date()) for account in accounts)


def test_the_new_holder_has_a_shop_account_beside_the_strangers(population: Population) -> None:
    activated = TODAY - timedelta(days=120)
    dates = [
        account.bound_at.date()
        for account in population.accounts
        if account.number == "+8613900000001" and account.platform == "leshop"
    ]
    assert sorted(each >= activated for each in dates) == [False, True]


def test_the_game_account_was_bound_on_the_very_day_of_activation(population: Population) -> None:
    account = next(
        each
        for each in population.accounts
        if each.number == "+8613900000001" and each.platform == "youxi"
    )
    assert account.bound_at.date() == TODAY - timedelta(days=120)


def test_a_number_in_quarantine_states_its_three_dates(population: Population) -> None:
    assert population.histories["+8613900000004"].claim == {
        "basis": "QUARANTINED",
        "deactivated_on": (TODAY - timedelta(days=100)).isoformat(),
        "reclaimable_until": (TODAY - timedelta(days=10)).isoformat(),
        "reissue_from": (TODAY + timedelta(days=20)).isoformat(),
    }


def test_a_former_holder_states_both_ends_of_the_tenure(population: Population) -> None:
    assert population.histories["+8613900000003"].claim == {
        "basis": "FORMER",
        "from": (TODAY - timedelta(days=2000)).isoformat(),
        "to": (TODAY - timedelta(days=200)).isoformat(),
    }


def test_numbers_and_people_stay_out_of_a_repr(population: Population) -> None:
    account = population.accounts[0]
    shown = repr(account) + repr(population)
    assert account.number not in shown
    assert account.nickname not in shown
