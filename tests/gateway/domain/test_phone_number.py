"""Phone numbers: every spelling is normalized to one number, and none is ever shown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiebang.gateway.domain.errors import (
    GatewayError,
    InvalidArgument,
    Reason,
    ServiceNotApplicable,
)
from jiebang.gateway.domain.phone_number import (
    mask_number,
    parse_number,
    region_of,
    require_covered,
)

mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
fillers = st.sampled_from(["", " ", "-", "–", "\u00ad", "\u200b", "\u3000", "(", ")", "  "])
FULL_WIDTH = str.maketrans("0123456789+", "０１２３４５６７８９＋")


@given(
    number=mobiles,
    prefix=st.sampled_from(["", "86", "+86", "0086"]),
    between=st.lists(fillers, min_size=16, max_size=16),
    wide=st.booleans(),
)
def test_every_spelling_of_a_mobile_number_is_one_number(
    number: str, prefix: str, between: list[str], wide: bool
) -> None:
    text = "".join(a + b for a, b in zip(prefix + number, between, strict=False))
    assert parse_number(text.translate(FULL_WIDTH) if wide else text) == f"+86{number}"


@given(mobiles)
def test_a_mask_hides_the_middle(number: str) -> None:
    mask = mask_number(f"+86{number}")
    assert mask == f"{number[:3]}****{number[-4:]}"
    assert number not in mask


@given(st.text(max_size=80))
def test_whatever_is_sent_is_a_number_or_a_typed_refusal_without_it(text: str) -> None:
    found: object
    try:
        found = parse_number(text)
    except GatewayError as error:
        found = error
    if isinstance(found, GatewayError):
        assert found.field == "number"
        echoed = any(one.isdigit() for one in text) and text in f"{found.message}{found.hint}"
        assert len(text) < 6 or not echoed
    else:
        assert re.fullmatch(r"\+[0-9]{5,15}", str(found))


@pytest.mark.parametrize(
    "text", ["010-12345678", "+86 21 6888 8888", "0755-26722222", "+442071838750"]
)
def test_a_landline_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        parse_number(text)
    assert caught.value.reason is Reason.NUMBER_NOT_MOBILE


@pytest.mark.parametrize(
    "text",
    ["", "12345678901", "1380000123", "138000012345", "+8613800001234567", "abc", "١٣٨٠٠٠٠١٢٣٤",
     "+85261234567;ext=3", "1" * 1000, "+", "+86", "85261234567", "+86 138 0000 123a"],
)  # fmt: skip
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        parse_number(text)
    assert caught.value.reason in (Reason.NUMBER_MALFORMED, Reason.NUMBER_NOT_MOBILE)


def test_a_foreign_number_is_refused_where_no_connector_covers_it() -> None:
    number = parse_number("+852 6123 4567")
    assert (number, region_of(number)) == ("+85261234567", "HK")
    with pytest.raises(ServiceNotApplicable) as caught:
        require_covered(number, frozenset({"CN"}))
    assert caught.value.reason is Reason.NUMBER_REGION_NOT_COVERED
    assert require_covered(number, frozenset({"HK"})) == "HK"


def test_a_foreign_mask_shows_little() -> None:
    assert mask_number("+85261234567") == "+85****67"


@given(mobiles)
def test_a_mainland_mobile_number_is_of_the_mainland(number: str) -> None:
    assert region_of(f"+86{number}") == "CN"
