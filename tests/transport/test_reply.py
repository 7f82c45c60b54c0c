"""Waiting times and bodies."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiebang.transport.rate import MAX_WAIT, parse_retry_after
from jiebang.transport.reply import WholeReply

NOW = datetime(2026, 11, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Sun, 01 Nov 2026 12:01:00 GMT", 60.0),
        ("Sun, 01 Nov 2026 11:00:00 GMT", 0.0),
        ("9" * 400, MAX_WAIT),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("１２", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(value: str, seconds: float | None) -> None:
    assert parse_retry_after(value, NOW) == seconds


@given(st.text())
def test_no_retry_after_is_taken_for_a_negative_or_endless_wait(value: str) -> None:
    seconds = parse_retry_after(value, NOW)
    assert seconds is None or 0 <= seconds <= MAX_WAIT


def test_the_repr_shows_nothing_of_the_body() -> None:
    assert repr(WholeReply(200, {}, b"13800001234")) == "<WholeReply 200, 11 bytes>"


def test_a_byte_order_mark_is_no_hindrance() -> None:
    assert WholeReply(200, {}, b"\xef\xbb\xbf[1]").json() == [1]
