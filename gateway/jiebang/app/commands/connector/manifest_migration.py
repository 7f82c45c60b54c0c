"""`jiebang connector migrate`: older manifests brought to the current version of their format."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import typer
from ruamel.yaml import YAML

from jiebang.app.commands.connector.exit import refuse
from jiebang.connectors.kinds import manifest_files
from jiebang.connectors.manifest import ManifestError, read

#: The version of the format that this release reads.
CURRENT = 1
#: Changes a manifest, in place, from the version it is filed under to the next.
Migration = Callable[[Any], None]
#: Version 1 is the first, so there is nothing to bring forward yet.
MIGRATIONS: Mapping[int, Migration] = {}


def migrate(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Manifests, or folders.")],
) -> None:
    """Bring manifests to the current version of their format; comments stay."""
    refused = False
    for path in chain.from_iterable(map(_manifest_paths, paths)):
        try:
            _migrate_file(path)
        except typer.Exit:  # said already; the others are brought forward all the same
            refused = True
    if refused:
        raise typer.Exit(2)


def _migrate_file(path: Path) -> None:
    try:
        document = read(path)
    except ManifestError as error:
        refuse(str(error))
    line = document.place(("manifest",))[0]
    version = document.data.get("manifest")
    place = f"{path}:{line}"
    if isinstance(version, bool) or not isinstance(version, int):
        refuse(f"{place} says no version: add the line `manifest: {CURRENT}`.")
    if version > CURRENT:
        refuse(
            f"{place} is of version {version}, and this release reads up to {CURRENT}: "
            "install a newer Jiebang."
        )
    if version == CURRENT:
        typer.echo(f"{path} is already current (version {CURRENT}).")
        return
    if version not in MIGRATIONS:
        refuse(f"{place} is of version {version}, which never was; expected {CURRENT}.")
    path.write_text(
        apply_migrations(path.read_text("utf-8-sig"), version, MIGRATIONS, CURRENT), "utf-8"
    )
    typer.echo(f"{path} brought from version {version} to {CURRENT}.")


def _manifest_paths(named: Path) -> list[Path]:
    """The file, or the manifests in the folder. Ends the command for a folder without any."""
    if not named.is_dir():
        return [named]
    found = list(manifest_files(named))
    if not found:
        refuse(f"{named}: no manifest here: expected a .yaml file or a folder of them")
    return found


def apply_migrations(
    text: str, version: int, migrations: Mapping[int, Migration], current: int
) -> str:
    """The manifest after every step from its version on, with its comments and its order."""
    yaml: Any = YAML()
    yaml.preserve_quotes = True
    yaml.width = 10_000
    content: Any = yaml.load(text)
    for number in range(version, current):
        migrations[number](content)
        content["manifest"] = number + 1
    out = io.StringIO()
    yaml.dump(content, out)
    return out.getvalue()
