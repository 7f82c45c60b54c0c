"""The connector keeps the contract, checked over real HTTP by Jiebang's own kit."""

from __future__ import annotations

from datetime import date
from importlib.metadata import entry_points

from jiebang_luoye import Luoye
from photos import AFTER, BEFORE, TOKEN, UNBOUND, photos

from jiebang.conformance import Application, Canaries, conformance

TestLuoye = conformance(
    Luoye(),
    platform=Application(photos),
    settings={"token": TOKEN},
    canaries=Canaries(
        bound=BEFORE, unbound=UNBOUND, before=BEFORE, after=AFTER, held_since=date(2026, 6, 1)
    ),
    level="silver",
)


def test_an_installed_jiebang_finds_it() -> None:
    (found,) = entry_points(group="jiebang", name="luoye")
    assert found.value == "jiebang_luoye"
