"""Binding dates in the formats that platforms use."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiebang.connectors.rest.date import DateFormat, binding_date
from jiebang.sdk import BindingDate, ProtocolFault

DAY = date(2022, 3, 1)
SINCE = date(2026, 6, 1)
# Half past midnight in Shanghai: in UTC it is still the day before.
LATE = datetime(2022, 2, 28, 16, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "form", "bound"),
    [
        ("2022-03-01", "date", BindingDate.on(DAY)),
        ("20220301", "compact_date", BindingDate.on(DAY)),
        (20220301, "compact_date", BindingDate.on(DAY)),
        (int(LATE.timestamp() * 1000), "epoch_ms", BindingDate.on(DAY)),
        (int(LATE.timestamp()), "epoch_s", BindingDate.on(DAY)),
        ("2022-03-01T00:30:00+08:00", "instant", BindingDate.on(DAY)),
        ("2022-02-28T16:30:00Z", "instant", BindingDate.on(DAY)),
        (True, "before_flag", BindingDate.before(SINCE)),
        (False, "before_flag", BindingDate.since(SINCE)),
        (None, "date", None),
    ],
)
def test_a_date_is_read_as_a_day_in_shanghai(
    value: Any, form: DateFormat, bound: BindingDate | None
) -> None:
    assert binding_date(value, form, SINCE) == bound


def test_a_flag_without_a_day_to_relate_to_says_nothing() -> None:
    assert binding_date(True, "before_flag", None) is None


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("2022-3-1", "date"),
        ("2022-02-30", "date"),
        ("20220301", "date"),
        ("2022-W09-2", "date"),
        (20220301, "date"),
        ("2022-03-01", "compact_date"),
        ("20221301", "compact_date"),
        (True, "compact_date"),
        ("1646065800000", "epoch_ms"),
        (True, "epoch_s"),
        (1646065800, "epoch_ms"),
        (1646065800000, "epoch_s"),
        (10**30, "epoch_s"),
        (1.5, "epoch_s"),
        ("2022-03-01T00:30:00", "instant"),
        ("2022-03-01", "instant"),
        ("yesterday", "instant"),
        (1, "before_flag"),
        ("true", "before_flag"),
        ("", "date"),
        ([], "date"),
    ],
)
def test_a_date_that_does_not_parse_is_a_protocol_fault(value: Any, form: DateFormat) -> None:
    with pytest.raises(ProtocolFault):
        binding_date(value, form, SINCE)


@given(st.dates(min_value=date(1995, 1, 1), max_value=date(2100, 12, 31)))
def test_the_same_day_reads_the_same_in_every_format(day: date) -> None:
    midnight = datetime.fromisoformat(f"{day}T00:00:00+08:00")
    for value, form in (
        (day.isoformat(), "date"),
        (day.strftime("%Y%m%d"), "compact_date"),
        (midnight.isoformat(), "instant"),
    ):
        assert binding_date(value, form, None) == BindingDate.on(day)  # type: ignore[arg-type] # one of the formats
