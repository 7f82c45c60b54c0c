"""`jiebang connector migrate`: convert older manifests to the current format version."""

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

#: The format version that this release reads.
CURRENT = 1
#: Converts a manifest, in place, from the version it is listed under to the next.
Migration = Callable[[Any], None]
#: Version 1 is the first, so there are no migrations yet.
MIGRATIONS: Mapping[int, Migration] = {}


def migrate(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Manifests, or folders.")],
) -> None:
    """Convert manifests to the current format version; comments are kept."""
    refused = False
    for path in chain.from_iterable(map(_manifest_paths, paths)):
        try:
            _migrate_file(path)
        except typer.Exit:  # already reported; continue with the others
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
        refuse(f"{place} states no version: add the line `manifest: {CURRENT}`.")
    if version > CURRENT:
        refuse(
            f"{place} has version {version}, but this release reads versions up to {CURRENT}: "
            "install a newer Jiebang."
        )
    if version == CURRENT:
        typer.echo(f"{path} is already current (version {CURRENT}).")
        return
    if version not in MIGRATIONS:
        refuse(f"{place} has version {version}, which does not exist; expected {CURRENT}.")
    path.write_text(
        apply_migrations(path.read_text("utf-8-sig"), version, MIGRATIONS, CURRENT), "utf-8"
    )
    typer.echo(f"{path} converted from version {version} to {CURRENT}.")


def _manifest_paths(named: Path) -> list[Path]:
    """Return the file, or the manifests in the folder. Exits for a folder without any."""
    if not named.is_dir():
        return [named]
    found = list(manifest_files(named))
    if not found:
        refuse(f"{named}: no manifest here: expected a .yaml file or a folder of them")
    return found


def apply_migrations(
    text: str, version: int, migrations: Mapping[int, Migration], current: int
) -> str:
    """Apply every migration from the manifest's version on, keeping comments and order."""
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
