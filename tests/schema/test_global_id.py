"""Ids and cursors: values are decoded as encoded, and nothing else is accepted."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiebang.gateway.domain.errors import InvalidArgument, NotFound
from jiebang.schema.cursor import (
    decode_name,
    decode_place,
    decode_seq,
    encode_name,
    encode_place,
    encode_seq,
)
from jiebang.schema.global_id import IdKind, decode_id, encode_id, encode_text


@given(st.sampled_from(IdKind), st.uuids())
def test_an_id_opens_as_what_it_was_made_for(kind: IdKind, key: uuid.UUID) -> None:
    id = encode_id(kind, key)
    assert decode_id(id, kind) == key
    assert decode_id(id, *IdKind) == key
    for other in set(IdKind) - {kind}:
        with pytest.raises(NotFound):
            decode_id(id, other)


@given(st.text(max_size=80))
def test_any_other_text_is_no_id(text: str) -> None:
    with pytest.raises(NotFound):
        decode_id(text, *IdKind)


@given(st.datetimes(timezones=st.just(UTC)), st.uuids())
def test_a_place_keeps_the_instant_and_the_id(when: datetime, key: uuid.UUID) -> None:
    assert decode_place(encode_place(when, key)) == (when, key)


RENEWAL = uuid.UUID(int=1)


@given(st.integers(min_value=0, max_value=2**31 - 1))
def test_an_events_cursor_keeps_its_number(seq: int) -> None:
    assert decode_seq(encode_seq(RENEWAL, seq), RENEWAL) == seq


def test_an_events_cursor_is_good_for_its_own_renewal() -> None:
    with pytest.raises(InvalidArgument):
        decode_seq(encode_seq(uuid.UUID(int=2), 1), RENEWAL)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40))
def test_a_platforms_cursor_keeps_its_name(name: str) -> None:
    assert decode_name(encode_name(name)) == name


@given(st.text(max_size=80))
def test_any_other_text_is_no_cursor(text: str) -> None:
    for decode in (decode_place, decode_name):
        with pytest.raises(InvalidArgument):
            decode(text)
    with pytest.raises(InvalidArgument):
        decode_seq(text, RENEWAL)


@pytest.mark.parametrize("when", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_a_place_outside_the_calendar_is_no_cursor(when: str) -> None:
    with pytest.raises(InvalidArgument):
        decode_place(encode_text(f"{when}|{uuid.UUID(int=1)}"))


def test_a_cursor_beyond_every_event_is_one_that_the_journal_can_compare() -> None:
    assert decode_seq(encode_seq(RENEWAL, 2**63 - 1), RENEWAL) == 2**31 - 1


def test_without_a_cursor_one_begins_at_the_start() -> None:
    assert decode_seq(None, RENEWAL) == 0
