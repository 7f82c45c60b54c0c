"""The reference of the contract matches the code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import jiebang.sdk

REPOSITORY = Path(__file__).parents[2]
PAGE = (REPOSITORY / "docs/contract.md").read_text(encoding="utf-8")


def test_it_and_the_lists_of_kinds_are_as_written_from_the_code() -> None:
    done = subprocess.run(
        [sys.executable, REPOSITORY / "scripts/contract_page.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_public_name_has_its_heading() -> None:
    headings = {line.removeprefix("### ") for line in PAGE.splitlines() if line.startswith("### ")}
    assert headings == set(jiebang.sdk.__all__)
