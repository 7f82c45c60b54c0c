"""Reading answers: a type mismatch is an error, never false."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiebang.connectors.manifest import Expression
from jiebang.sdk import ProtocolFault

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@pytest.mark.parametrize("document", [None, {}, {"bindings": None}, {"bindings": 3}])
def test_a_wrong_type_is_a_protocol_fault_and_shows_nothing(document: object) -> None:
    with pytest.raises(ProtocolFault) as caught:
        Expression.compile("length(bindings) > `0`").is_true(document)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    "source",
    ["sum(@)", "to_number(@) > `1`", "sort_by(@, &a)", "max_by(a, &b)", "join('', @)", "a[::0]"],
)
@given(document=JSON)
def test_an_expression_answers_or_faults_and_nothing_else(source: str, document: object) -> None:
    with contextlib.suppress(ProtocolFault):
        Expression.compile(source).is_true(document)


@pytest.mark.parametrize("source", ["", " ", "a b", "a[", "&", 5, None])
def test_what_is_no_expression_is_refused(source: object) -> None:
    with pytest.raises(ValueError, match="JMESPath"):
        Expression.compile(source)


@pytest.mark.parametrize(
    "source", ["!bindings", "bindings == `null`", "`true`", "length(@) == `0`"]
)
def test_an_expression_that_holds_for_nothing_is_known(source: str) -> None:
    assert Expression.compile(source).is_true_for_nothing()


@pytest.mark.parametrize("source", ["bindings == `[]`", "@ == `[]`", "code == `1001`", "ok"])
def test_an_expression_that_needs_an_answer_is_known(source: str) -> None:
    assert not Expression.compile(source).is_true_for_nothing()


def test_a_text_between_backticks_is_refused() -> None:
    with pytest.raises(ValueError, match="single quotes"):
        Expression.compile("state == `DONE`")
