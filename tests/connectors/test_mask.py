"""Labels: recognisable, and no more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiebang.connectors.mask import Mask, mask_label


@pytest.mark.parametrize(
    ("text", "kind", "label"),
    [
        ("张三丰", "name", "张**"),
        (" 小鱼 ", "name", "小**"),
        ("小**", "name", "小**"),
        ("13800001234", "phone", "138****1234"),
        ("+86 138-0000-1234", "phone", "138****1234"),
        ("1234", "phone", "****"),
        ("anna@x.com", "email", "a***@x.com"),
        ("a@b@x.com", "email", "a***@x.com"),
        ("nobody", "email", "n**"),
        ("@x.com", "email", "@**"),
    ],
)
def test_a_label_is_masked(text: str, kind: Mask, label: str) -> None:
    assert mask_label(text, kind) == label


@given(st.text(), st.sampled_from(["name", "phone"]))
def test_no_mask_lets_more_through_than_it_says(text: str, kind: Mask) -> None:
    assert len(mask_label(text, kind)) <= (3 if kind == "name" else 11)
