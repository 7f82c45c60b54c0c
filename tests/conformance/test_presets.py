"""Every preset, checked against invented exchanges in the formats it expects."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conformance.levels import FEW, PAGE, PRESETS, PRESETS_HEAD, examine_preset, preset_rows

from jiebang.conformance import Target, Verdict
from jiebang.connectors.manifest import inheritance, read
from jiebang.sdk import Capability

#: It never reports an absence: there cannot be an unbound canary, and without one the kit runs none
#: of the checks above Listed.
NEVER_ABSENT = {"clevertap"}

each_preset = pytest.mark.parametrize("path", PRESETS, ids=lambda path: path.stem)


@each_preset
async def test_a_preset_reaches_its_level(path: Path) -> None:
    report = await examine_preset(path, lookups=FEW)
    shown = "\n".join(str(one) for result in report.failed for one in result.findings[:3])
    row = preset_rows({path.stem: report}).splitlines()[-1]
    assert row in PAGE.read_text().partition(PRESETS_HEAD)[2].splitlines(), shown
    # The rate limit is for the operator to set.
    assert {one.check for one in report.failed} == {"rate"}, shown
    verdicts = {one.check: one.verdict for one in report.results}
    assert verdicts["fixtures"] is Verdict.PASSED


@each_preset
def test_the_answers_are_recorded_and_for_every_order_success_and_failure(path: Path) -> None:
    target = Target.manifest(path)
    lookups = [one for one in target.fixtures if one.call == "lookup"]
    assert any(one.says("bound") for one in lookups)
    assert any(one.says("not_bound") for one in lookups) is (path.stem not in NEVER_ABSENT)
    for order in target.spec.capabilities - {Capability.LOOKUP}:
        recorded = [one for one in target.fixtures if one.call == order.value]
        assert any(one.says("done") for one in recorded), order
        assert any(one.error is not None for one in recorded), order


@each_preset
def test_recorded_exchanges_say_where_their_shapes_were_read(path: Path) -> None:
    text = path.with_suffix(".fixtures.yaml").read_text(encoding="utf-8")
    head = text.partition("\n- name:")[0]
    for words in ("# Read on 20", "# Not confirmed: "):
        assert words in head


def test_every_preset_is_recorded_and_listed() -> None:
    shipped = {path.stem for path in inheritance.PRESETS.glob("*.yaml")}
    assert {path.stem: read(path).data["extends"] for path in PRESETS} == {
        name: f"preset:{name}" for name in shipped
    }
    _, _, table = PAGE.read_text().partition(PRESETS_HEAD)
    assert len(table.splitlines()) == len(shipped)
