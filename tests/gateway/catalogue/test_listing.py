"""How a platform list is accepted: growth at once, shrinking slowly, and never too much."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiebang.gateway.catalogue.listing import ABSENCES, MAX_PLATFORMS, Listing, ListingChange, merge
from jiebang.sdk import Category, ContractError, Discovery, Platform, ProtocolFault

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HALF = Discovery(max_shrink=0.5)


def platform(name: str, /, **more: Any) -> Platform:
    more.setdefault("category", Category.MEDIA)
    more.setdefault("name", {"zh-CN": name, "en": name})
    return Platform(id=name, **more)


def after(
    known: Listing, *offered: object, rule: Discovery = HALF, accept: bool = False
) -> ListingChange:
    entries = [platform(one) if isinstance(one, str) else one for one in offered]
    return merge(known, entries, rule, NOW, accept=accept)


def ids(listing: Listing) -> list[str]:
    return [one.id for one in listing.platforms]


@pytest.fixture
def known() -> Listing:
    return after(Listing(), "aa", "bb", "cc", "dd").listing


def test_new_platforms_are_there_at_once(known: Listing) -> None:
    change = after(known, "aa", "bb", "cc", "dd", "ee")
    assert change.added == ("ee",)
    assert ids(change.listing) == ["aa", "bb", "cc", "dd", "ee"]
    assert change.listing.listed_at == NOW


def test_a_missing_platform_is_kept_and_marked(known: Listing) -> None:
    change = after(known, "aa", "bb", "cc")
    assert change.absent == ("dd",)
    assert ids(change.listing) == ["aa", "bb", "cc", "dd"]
    assert change.listing.absent_since("dd") == NOW


def test_it_is_dropped_when_it_was_missing_often_enough(known: Listing) -> None:
    listing = known
    for _ in range(ABSENCES - 1):
        listing = after(listing, "aa", "bb", "cc").listing
        assert "dd" in ids(listing)
    change = after(listing, "aa", "bb", "cc")
    assert change.dropped == ("dd",)
    assert ids(change.listing) == ["aa", "bb", "cc"]
    assert [one.id for one in change.listing.former] == ["dd"]


def test_one_that_comes_back_was_never_gone(known: Listing) -> None:
    once = after(known, "aa", "bb", "cc").listing
    back = after(once, "aa", "bb", "cc", "dd").listing
    assert back == known
    dropped = after(known, "aa", "bb", "cc", accept=True).listing
    assert after(dropped, "aa", "bb", "cc", "dd").added == ("dd",)


def test_a_list_that_lacks_too_much_changes_nothing(known: Listing) -> None:
    change = after(known, "aa", "ee")
    assert change.incident
    assert change.listing.entries == known.entries
    assert change.listing.listed_at == known.listed_at
    assert "lacks 3 of 4" in change.listing.problems[0]


def test_slow_shrinking_adds_up(known: Listing) -> None:
    once = after(known, "aa", "bb", "cc", rule=Discovery(max_shrink=0.25)).listing
    assert after(once, "aa", "bb", rule=Discovery(max_shrink=0.25)).incident


def test_an_operator_may_accept_it(known: Listing) -> None:
    change = after(known, "aa", "ee", accept=True)
    assert not change.incident
    assert (change.added, change.dropped) == (("ee",), ("bb", "cc", "dd"))
    assert ids(change.listing) == ["aa", "ee"]


def test_what_was_not_read_whole_counts_nobody_as_missing(known: Listing) -> None:
    change = after(known, "aa", "bb", "cc", ProtocolFault("no code"))
    assert change.absent == ()
    assert change.listing.entries == known.entries
    assert change.listing.problems == ("entry 4: no code",)
    assert after(known, "aa", ProtocolFault("no code"), rule=Discovery(max_shrink=0.1)).incident


def test_a_new_name_and_category_are_taken_over(known: Listing) -> None:
    renamed = platform("aa", name={"zh-CN": "新", "en": "New"}, category=Category.GAMES)
    change = after(known, renamed, "bb", "cc", "dd")
    assert change.changed == ("aa",)
    assert change.listing.platforms[0] == renamed


def test_what_was_sensitive_stays_so_until_an_operator_says_otherwise() -> None:
    known = after(Listing(), platform("aa", category=Category.HEALTH)).listing
    harmless = platform("aa", category=Category.SHOPPING)
    change = after(known, harmless)
    assert change.listing.platforms[0].is_sensitive
    assert "no longer listed as sensitive" in change.listing.problems[0]
    assert after(change.listing, harmless).changed == ()
    assert not after(change.listing, harmless, accept=True).listing.platforms[0].is_sensitive


@pytest.mark.parametrize(
    "bad",
    [
        platform("Big"),
        platform("x"),
        platform("a b"),
        platform("no_name", name={"zh-CN": "无"}),
        platform("no_name", name={"zh-CN": "无", "en": " "}),
        platform("long", name={"zh-CN": "长" * 81, "en": "long"}),
        platform("odd", name={"zh-CN": "换\n行", "en": "odd"}),
        platform("odd", name=None),
        platform("odd", category="media"),
        platform("odd", site="http://plain.example"),
        Platform(id=7, name={"zh-CN": "七", "en": "seven"}, category=Category.MEDIA),  # type: ignore[arg-type]
        "platform-like",
        None,
    ],
)
def test_a_bad_entry_is_listed_as_a_problem(bad: object) -> None:
    change = merge(Listing(), [platform("aa"), bad], HALF, NOW, accept=False)
    assert ids(change.listing) == ["aa"]
    assert change.listing.problems[0].startswith("entry 2: ")


def test_an_id_that_is_there_twice_is_nobodys() -> None:
    change = after(Listing(), "aa", "bb", "bb")
    assert ids(change.listing) == ["aa"]
    assert "twice" in change.listing.problems[0]


def test_an_empty_list_is_a_problem_also_at_first() -> None:
    assert after(Listing()).listing.problems == ("the list is empty",)


@pytest.mark.parametrize("offered", [None, "aa", {"aa": 1}, [platform("aa")] * (MAX_PLATFORMS + 1)])
def test_what_is_no_list_is_refused(offered: Any) -> None:
    with pytest.raises(ContractError):
        merge(Listing(), offered, HALF, NOW, accept=False)


NAMES = st.sampled_from(["aa", "bb", "cc", "dd", "ee", "ff"])


@given(st.lists(st.sets(NAMES), max_size=8), st.floats(0, 1))
def test_a_platform_is_only_dropped_after_it_was_missing_so_many_times_in_a_row(
    lists: list[set[str]], shrink: float
) -> None:
    rule, listing = Discovery(max_shrink=shrink), Listing()
    missing: dict[str, int] = {}
    for names in lists:
        change = after(listing, *sorted(names), rule=rule)
        before = set(ids(listing))
        listing = change.listing
        if change.incident:
            assert set(ids(listing)) == before
            continue
        for name in before | names:
            missing[name] = 0 if name in names else missing.get(name, 0) + 1
        gone = before - set(ids(listing))
        assert all(missing[name] >= ABSENCES for name in gone)
        assert names <= set(ids(listing))
        assert {one.id for one in listing.former}.isdisjoint(ids(listing))
