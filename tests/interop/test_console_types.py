"""The page's scripts match the types in their comments, checked by TypeScript's compiler."""

from __future__ import annotations

import subprocess
from pathlib import Path

from jiebang.app.http.console import DIRECTORY

OPTIONS = (
    *("--noEmit", "--allowJs", "--checkJs", "--strict"),
    *("--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler"),
    *("--lib", "es2023,dom,dom.iterable,dom.asynciterable"),
)


def test_every_script_of_the_page_is_typed(client_package: Path) -> None:
    compiler = client_package / "node_modules/.bin/tsc"
    checked = subprocess.run(
        [compiler, *OPTIONS, *sorted(DIRECTORY.rglob("*.js"))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
