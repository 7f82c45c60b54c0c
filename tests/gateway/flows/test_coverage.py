"""The coverage board: what is connected, and what only operators may see."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from tests.gateway.conftest import make

from jiebang.gateway.domain.caller import Holder, Scope
from jiebang.gateway.domain.errors import NotFound, PermissionDenied
from jiebang.gateway.domain.metrics import LOOKUP_SECONDS
from jiebang.gateway.domain.tenure import Current
from jiebang.gateway.flows.coverage import ConnectorLevel
from jiebang.sdk import Precedence


def test_each_platform_is_listed_with_who_speaks_for_it() -> None:
    board = make.board(make.catalogue(make.guide(), make.shop()))
    found = [
        (one.platform.id, one.precedence, one.unbinding) for one in board.platforms(make.caller())
    ]
    assert found == [("byhand", Precedence.GUIDE, None), ("shop", Precedence.OWN, "sync")]


def test_connectors_and_problems_are_for_operators() -> None:
    catalogue = make.catalogue(make.shop(), make.shop())
    board, caller = make.board(catalogue), make.caller()
    assert [one.id for one in board.connectors(caller)] == ["shop"]
    assert len(board.problems(caller)) == 1
    stranger = replace(caller, scopes=frozenset({Scope.ACCOUNTS_READ}))
    with pytest.raises(PermissionDenied):
        board.connectors(stranger)
    with pytest.raises(PermissionDenied):
        board.problems(stranger)


def test_counters_are_for_operators_and_no_holder_is_one() -> None:
    board, operator = make.board(make.catalogue(make.shop())), make.caller()
    assert [(one.answered, one.unknown) for one in board.platforms(operator)] != [(None, None)]
    holder = Holder(number="+8613900000001", tenure=Current())
    for caller in (replace(operator, holder=holder), replace(operator, scopes=frozenset())):
        assert [(one.answered, one.unknown) for one in board.platforms(caller)] == [(None, None)]
        with pytest.raises(PermissionDenied):
            board.connectors(caller)


def test_times_are_for_operators_and_none_while_nobody_asked() -> None:
    timed, quiet = f"timed{uuid.uuid4().hex}", f"quiet{uuid.uuid4().hex}"
    LOOKUP_SECONDS.labels(platform=timed).observe(0.2)
    board = make.board(make.catalogue(make.shop(timed), make.shop(quiet)))
    found = {one.platform.id: one.latency for one in board.platforms(make.caller())}
    assert found[quiet] is None
    latency = found[timed]
    assert latency is not None
    assert 150 < latency.p50 <= latency.p95 <= 200
    stranger = replace(make.caller(), scopes=frozenset({Scope.ACCOUNTS_READ}))
    assert {one.latency for one in board.platforms(stranger)} == {None}


def test_a_guide_is_shown_beside_whoever_speaks_for_the_platform() -> None:
    board = make.board(make.catalogue(make.guide("shop2"), make.shop()))
    found = {one.platform.id: one.guide for one in board.platforms(make.caller())}
    assert found["shop"] is None
    assert found["shop2"] is not None


def test_a_level_holds_for_the_version_that_was_examined_only() -> None:
    levels = {
        "shop": ("1", ConnectorLevel.GOLD),
        "other": ("0.9", ConnectorLevel.GOLD),
        "gone": ("1", ConnectorLevel.GOLD),
    }
    catalogue = make.catalogue(make.shop(), make.shop("other"), make.shop("third"))
    board = make.board(catalogue, levels)
    found = {one.id: one.level for one in board.connectors(make.caller())}
    assert found == {"shop": ConnectorLevel.GOLD, "other": None, "third": None}
    assert {one.connector: one.level for one in board.platforms(make.caller())} == found


def test_a_platform_that_is_gone_counts_as_sensitive() -> None:
    catalogue = make.catalogue(make.shop())
    assert catalogue.describe("gone").is_sensitive
    assert not catalogue.describe("shop").is_sensitive
    with pytest.raises(NotFound):
        catalogue.platform("gone")


def test_a_guide_that_fails_is_no_guide() -> None:
    def burning(platform: str) -> None:
        raise ValueError(platform)

    guide = make.guide()
    guide.guide = burning  # type: ignore[attr-defined]  # set by its constructor
    assert make.catalogue(guide).guide("byhand") is None
