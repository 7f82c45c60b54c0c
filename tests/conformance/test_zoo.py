"""Every faulty connector of the zoo is caught by the check meant for its mistake; no good one is
caught by any."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from tests.conformance.levels import FEW
from tests.conformance.zoo import (
    absences,
    acme,
    batches,
    faults,
    isolation,
    leaks,
    metadata,
    paging_polling,
    writes,
)
from tests.conformance.zoo.faulty_connector import FaultyConnector, target
from tests.conformance.zoo.manifests import manifest_target

from jiebang.conformance import CHECKS, Target, Verdict, examine
from jiebang.conformance.runner import run_checks
from jiebang.sdk import Capability, Connector

PAGE = Path(__file__).parents[2] / "docs/conformance.md"
MODULES = (absences, batches, faults, leaks, metadata, isolation, paging_polling, writes)
ANIMALS = [animal for module in MODULES for animal in module.ANIMALS]
NO_ANIMAL = "A faulty connector cannot exist for these:\n"
GOOD: tuple[Connector, ...] = (
    acme.Acme(),
    acme.Natural(),
    acme.Unkeyed(),
    acme.Worded(),
    acme.OAuth(),
    acme.Paged(),
    acme.Polled(),
    acme.Reported(),
    acme.Apps(),
    acme.Batched(),
    metadata.Steps(),
)


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the zoo's modules importable by name, as those of an installed package are."""
    monkeypatch.setattr(sys, "path", [str(Path(__file__).parents[2]), *sys.path])


@pytest.mark.parametrize("animal", ANIMALS, ids=lambda one: f"{one.name}-{one.check}")
async def test_a_mistake_is_caught_by_its_check(animal: FaultyConnector) -> None:
    report = await examine(animal.target(), {animal.check, *animal.beside})
    result = report.of(animal.check)
    assert result.verdict is Verdict.FAILED, f"{animal.mistake} {result.reason}"
    assert {one.check for one in result.findings} == {animal.check}


@pytest.mark.parametrize("animal", isolation.ANIMALS, ids=lambda one: f"{one.name}-{one.check}")
async def test_a_stray_is_caught_by_no_other_check(animal: FaultyConnector) -> None:
    report = await run_checks(animal.target(), lookups=FEW)
    assert {one.check for one in report.failed} == {animal.check, *animal.also}


@pytest.mark.parametrize("connector", GOOD, ids=lambda one: type(one).__name__.lower())
async def test_a_good_connector_is_caught_by_nothing(connector: Connector) -> None:
    await assert_good(target(connector))


@pytest.mark.parametrize("kind", ["rest", "rest_poll", "graphql", "scim", "guide"])
async def test_a_good_manifest_is_caught_by_nothing(kind: str, tmp_path: Path) -> None:
    await assert_good(manifest_target(kind, tmp_path))


async def assert_good(one: Target) -> None:
    report = await run_checks(one, lookups=FEW)
    assert not report.failed, "\n".join(str(f) for r in report.failed for f in r.findings)
    assert report.level is not None
    if Capability.GUIDANCE in one.spec.capabilities:
        # Its author need not supply numbers or reports that a guide cannot have.
        assert {each.verdict for each in report.results} == {
            Verdict.PASSED,
            Verdict.NOT_APPLICABLE,
        }
    else:
        ran = [each for each in report.results if each.verdict is Verdict.PASSED]
        assert len(ran) >= len(CHECKS) // 2, "most checks have something to say about it"


def zoo_table() -> str:
    """Render the table of faulty connectors by check, as on the page."""
    rows = [
        f"| `{check}` | " + " ".join(one.mistake for one in ANIMALS if one.check == check) + " |"
        for check in CHECKS
        if any(one.check == check for one in ANIMALS)
    ]
    return "\n".join(["| check | mistakes it has been seen to catch |", "|---|---|", *rows])


def test_the_page_lists_the_zoo() -> None:
    """To update it: ``python -m tests.conformance.test_zoo`` prints the table."""
    assert zoo_table() in PAGE.read_text(encoding="utf-8")


def test_a_check_has_an_animal_or_the_page_says_why_not() -> None:
    _, _, listed = PAGE.read_text(encoding="utf-8").partition(NO_ANIMAL)
    excused = re.findall(r"^- `([a-z-]+)`: .{20,}\.$", listed, re.M)
    caught = {one.check for one in ANIMALS}
    assert sorted([*caught, *excused]) == sorted(CHECKS)


def test_the_names_of_the_animals_are_their_own() -> None:
    names = [one.name for one in ANIMALS]
    assert len(set(names)) == len(names) >= 30
    assert all(one.mistake.endswith(".") for one in ANIMALS)


if __name__ == "__main__":
    print(zoo_table())  # noqa: T201 - its purpose
