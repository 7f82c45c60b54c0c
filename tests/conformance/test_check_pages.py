"""Every check has a page, and every page a check."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiebang.conformance import CHECKS, Check, Failure

REPOSITORY = Path(__file__).parents[2]
PAGES = REPOSITORY / "docs" / "checks"


def test_every_check_has_a_page_and_every_page_a_check() -> None:
    assert {page.stem for page in PAGES.glob("*.md")} == set(CHECKS)


@pytest.mark.parametrize("known", CHECKS.values(), ids=lambda one: one.id)
def test_a_page_says_what_why_and_how(known: Check) -> None:
    text = (PAGES / f"{known.id}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {known.id}\n\nLevel: {known.level.word.capitalize()}.\n")
    for part in ("**Requirement.**", "**Why.**", "**How to pass.**", "Wrong:", "Right:"):
        assert text.count(part) == 1, part
    assert text.count("```") == 4


def test_a_failure_names_its_page() -> None:
    for check in CHECKS:
        failure = Failure(sent="a lookup", received="nothing", expected="an answer", check=check)
        assert (REPOSITORY / failure.page).is_file()
