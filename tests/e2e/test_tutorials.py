"""The tutorials work as written, followed literally in an empty folder."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).parents[2]
PAGES = REPOSITORY / "docs/tutorials"
FENCE = re.compile(r"^```.*?^```$", re.M | re.S)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.md"))


def follow(page: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, REPOSITORY / "scripts/tutorial.py", page],
        capture_output=True,
        text=True,
        check=False,
    )


def test_there_is_one_for_each_way_in() -> None:
    assert names(PAGES) == ["guide.md", "python.md", "rest.md", "scim.md"]


@pytest.mark.parametrize("name", names(PAGES))
def test_it_goes_as_it_says(name: str) -> None:
    done = follow(PAGES / name)
    assert done.returncode == 0, done.stdout + done.stderr
    steps = re.search(r"(\d+) steps", done.stdout)
    assert steps
    told = (REPOSITORY / "docs/choosing.md").read_text("utf-8")
    assert f"(tutorials/{name}) | {steps[1]} |" in told


def test_the_chinese_pages_have_the_same_steps() -> None:
    assert names(PAGES / "zh-CN") == names(PAGES)
    for name in names(PAGES):
        english, chinese = (
            (folder / name).read_text("utf-8") for folder in (PAGES, PAGES / "zh-CN")
        )
        assert FENCE.findall(chinese) == FENCE.findall(english), name


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("```sh\nfalse\n```\n", "ended with 1"),
        ("```sh\necho one\n```\n```text\ntwo\n```\n", "expected the line"),
        ("```sh other terminal\nexit 3\n```\n", "ended at once"),
        ("nothing to do\n", "without a step"),
    ],
)
def test_a_page_that_does_not_go_is_noticed(text: str, said: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    done = follow(page)
    assert done.returncode == 1
    assert said in done.stdout
