"""The words of the kinds of action, as the page and the demo's report have them."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

import pytest

from jiebang.app.http.action_terms import ACTIONS, KINDS, page_terms
from jiebang.app.http.console import TERMS
from jiebang.app.http.terms import Pair
from jiebang.schema.types.renewal import RenewalOperation
from jiebang.sdk import ActionKind

CHINESE = re.compile("[\u3400-\u9fff]")


def pairs() -> Iterator[tuple[str, Pair]]:
    for name, entries in page_terms().items():
        yield from ((f"{name}.{key}", pair) for key, pair in entries.items())


@pytest.mark.parametrize("kind", ActionKind)
def test_every_kind_has_its_words(kind: ActionKind) -> None:
    assert kind in ACTIONS
    assert list(KINDS) == [one.name for one in ActionKind], "in the order to show them"
    given = {key for key, _ in pairs()}
    asked = {f"confirm.{kind.name}.{part}" for part in ("lead", "will1", "will2", "wont1", "wont2")}
    asked |= {f"kind.{kind.name}", f"capability.{kind.name}", f"confirm.{kind.name}.go"}
    if kind is not ActionKind.UNBIND:
        asked |= {f"offer.{kind.name}", f"offer.{kind.name}.text"}
    assert asked <= given


def test_every_order_has_a_name() -> None:
    orders = {one.name for one in RenewalOperation} - {"START_RENEWAL"}
    assert set(page_terms()["operation"]) == orders


@pytest.mark.parametrize(("key", "pair"), list(pairs()))
def test_both_languages_say_the_same(key: str, pair: Pair) -> None:
    chinese, english = pair
    assert [bool(CHINESE.search(text)) for text in (chinese, english)] == [True, False], key
    named = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in pair]
    assert named[0] == named[1], key


def test_the_page_is_given_them() -> None:
    assert page_terms().items() <= TERMS.items()
