"""A guide's facts, as enums and dates."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiebang.gateway.catalogue.guide import (
    STALE_AFTER,
    Difficulty,
    OfficialCover,
    SourceKind,
    guide_facts,
    steps_of,
)
from jiebang.sdk import Guide, GuideSource

TODAY = date(2026, 6, 30)


def guide(**about: object) -> Guide:
    return Guide(id="g", steps={"en": ("Open",)}, **about)  # type: ignore[arg-type]  # each test knows its own


def read(day: date, *about: str) -> GuideSource:
    return GuideSource(url="https://a.example/", about=about or ("steps",), read_on=day.isoformat())


def test_words_become_closed_lists() -> None:
    known = guide_facts(
        guide(
            difficulty="hard",
            covered_by_official_service="no",
            sources=(GuideSource(url="https://a.example/", by="press", dated="2026-01-02"),),
        ),
        TODAY,
    )
    assert known.difficulty is Difficulty.HARD
    assert known.official_cover is OfficialCover.NO
    (source,) = known.sources
    assert (source.by, source.dated, source.read_on) == (SourceKind.PRESS, date(2026, 1, 2), None)


def test_what_a_guide_spells_its_own_way_is_not_guessed() -> None:
    known = guide_facts(
        guide(
            difficulty="tricky",
            covered_by_official_service="perhaps",
            live_checked="last week",
            sources=(GuideSource(url="https://a.example/", by="rumour", read_on="2026-13-01"),),
        ),
        TODAY,
    )
    assert known.difficulty is None
    assert known.official_cover is OfficialCover.UNKNOWN
    assert (known.sources[0].by, known.sources[0].read_on, known.live_checked) == (None, None, None)
    assert known.stale


@pytest.mark.parametrize(("age", "stale"), [(0, False), (180, False), (181, True)])
def test_a_guide_is_stale_after_180_days(age: int, stale: bool) -> None:
    assert STALE_AFTER.days == 180
    known = guide_facts(guide(sources=(read(TODAY - timedelta(days=age)),)), TODAY)
    assert (known.checked_days_ago, known.stale) == (age, stale)


def test_walking_the_steps_counts_before_reading_about_them() -> None:
    source = read(TODAY - timedelta(days=300))
    walked = guide(sources=(source,), live_checked=(TODAY - timedelta(days=2)).isoformat())
    assert guide_facts(walked, TODAY).checked_days_ago == 2


def test_reading_a_list_of_covered_platforms_says_nothing_about_the_steps() -> None:
    sources = (read(TODAY - timedelta(days=300)), read(TODAY, "coverage"))
    assert guide_facts(guide(sources=sources), TODAY).checked_days_ago == 300


def test_a_guide_without_any_day_is_stale() -> None:
    known = guide_facts(guide(), TODAY)
    assert (known.checked_days_ago, known.stale) == (None, True)


def test_the_one_source_of_an_older_guide_is_a_source() -> None:
    old = guide(source_url="https://a.example/", source_dated="2026-01-02", read_on="2026-02-03")
    (source,) = guide_facts(old, TODAY).sources
    assert (source.url, source.read_on) == ("https://a.example/", date(2026, 2, 3))


texts = st.lists(st.text(min_size=1, max_size=3), max_size=6)


@given(texts)
def test_every_step_has_an_id_of_its_own_that_stays(steps: list[str]) -> None:
    found = steps_of(Guide(id="g", steps={"zh-CN": tuple(steps)}))
    assert len({one.id for one in found}) == len(steps)
    longer = steps_of(Guide(id="g", steps={"zh-CN": (*steps, "more")}))
    assert [one.id for one in longer][: len(steps)] == [one.id for one in found]


def test_a_better_translation_is_the_same_step() -> None:
    one = Guide(id="g", steps={"zh-CN": ("打开",), "en": ("Opn",)})
    two = Guide(id="g", steps={"zh-CN": ("打开",), "en": ("Open",)})
    assert steps_of(one)[0].id == steps_of(two)[0].id
