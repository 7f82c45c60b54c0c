"""Substitution: values stay values, whatever they contain."""

from __future__ import annotations

from datetime import date
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiebang.connectors.manifest.template import Template, Value, compile_tree, fill_tree
from jiebang.sdk import ConfigFault, ProtocolFault, Secret, Unsupported

NASTY = st.text() | st.sampled_from(['","admin":true,"x":"', "${config.secret}", "a/../../b", "'"])


@given(NASTY)
def test_a_value_cannot_change_the_structure_of_json(value: str) -> None:
    tree = compile_tree(
        {"req": {"phone": "${v}", "list": ["${v}", "no-${v}"], "n": 1, "none": None}}
    )
    assert fill_tree(tree, {"v": value}) == {
        "req": {"phone": value, "list": [value, f"no-{value}"], "n": 1, "none": None}
    }


@given(NASTY)
def test_a_value_stays_in_its_segment_of_a_path(value: str) -> None:
    template = Template.parse("/a/${v}/b")
    try:
        path = template.path({"v": value})
    except (ProtocolFault, UnicodeEncodeError):
        assert value in ("", ".", "..") or not value.isprintable()
    else:
        first, segment, last = path[1:].split("/")
        assert (first, unquote(segment), last) == ("a", value, "b")
        assert not set("?#\\") & set(path)


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_a_value_that_would_climb_or_vanish_is_refused(value: str) -> None:
    with pytest.raises(ProtocolFault):
        Template.parse("/accounts/${v}").path({"v": value})


def test_an_exact_placeholder_keeps_its_type_and_a_longer_text_is_text() -> None:
    tree = compile_tree({"n": "${n}", "t": "n=${n}", "day": "${day}", "key": "${key}"})
    values: dict[str, Value] = {"n": 7, "day": date(2026, 6, 1), "key": Secret("s")}
    assert fill_tree(tree, values) == {"n": 7, "t": "n=7", "day": "2026-06-01", "key": "s"}


def test_a_field_whose_value_is_not_known_is_left_out() -> None:
    assert fill_tree(compile_tree({"a": "${v}", "b": "x"}), {"v": None}) == {"b": "x"}


def test_a_text_whose_value_is_not_known_cannot_be_made() -> None:
    with pytest.raises(Unsupported, match="v is unknown"):
        fill_tree(compile_tree("since ${v}"), {"v": None})


def test_a_value_nobody_brought_is_a_fault_of_the_settings() -> None:
    with pytest.raises(ConfigFault, match=r"config\.token"):
        fill_tree(compile_tree("${config.token}"), {})
