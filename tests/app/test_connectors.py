"""The connectors of a process: the shipped guides are included unless configured otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiebang.app.connectors import load_catalogue
from jiebang.app.settings.loading import load_settings
from jiebang.connectors import CATALOGUE
from jiebang.sdk import Precedence

GUIDES = len(list((CATALOGUE / "guides").glob("*.yaml")))


async def count_guides(**settings: str) -> int:
    """Return how many platforms have a guide under these settings; there must be no problems."""
    environment = {"JIEBANG_DEMO": "true", "JIEBANG_PLUGINS": "kinds", **settings}
    catalogue = await load_catalogue(load_settings(environment))
    assert catalogue.problems == ()
    entries = catalogue.connectors.values()
    return sum(entry.spec.precedence is Precedence.GUIDE for entry in entries)


async def test_the_guides_that_ship_are_there_by_default() -> None:
    assert await count_guides() == GUIDES


async def test_they_can_be_left_out() -> None:
    assert await count_guides(JIEBANG_GUIDES="off") == 0


async def test_naming_their_folder_as_well_does_no_harm() -> None:
    assert await count_guides(JIEBANG_MANIFESTS=str(CATALOGUE / "guides")) == GUIDES
    assert (
        await count_guides(JIEBANG_MANIFESTS=str(CATALOGUE / "guides"), JIEBANG_GUIDES="off")
        == GUIDES
    )


async def test_one_manifest_of_ones_own_comes_beside_them(tmp_path: Path) -> None:
    own = (CATALOGUE / "guides" / "steam.yaml").read_text().replace("guide_steam", "guide_own")
    (tmp_path / "own.yaml").write_text(own.replace("id: steam", "id: own_games"))
    assert await count_guides(JIEBANG_MANIFESTS=str(tmp_path)) == GUIDES + 1


@pytest.mark.parametrize(
    ("settings", "shown"),
    [
        ({}, False),
        ({"JIEBANG_GUIDES": "on"}, True),
        ({"JIEBANG_GUIDES": "off"}, False),
    ],
)
def test_with_the_sandbox_real_platforms_are_shown_on_request(
    settings: dict[str, str], shown: bool
) -> None:
    url = {"JIEBANG_DEMO": "true", "JIEBANG_SANDBOX_URL": "http://127.0.0.1:8100"}
    assert load_settings({**url, **settings}).must_show_guides is shown
