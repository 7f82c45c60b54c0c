"""Update the Chinese catalogue from the wordings in the code, and compile it.

New wordings are added without a translation, unused ones are removed: translate what the command
lists, then run it again.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

REPOSITORY = Path(__file__).parents[1]
SOURCES = [REPOSITORY / "gateway" / "jiebang", REPOSITORY / "schema" / "jiebang"]
PO = REPOSITORY / "schema/jiebang/schema/locale/zh_CN/LC_MESSAGES/jiebang.po"
MO = PO.with_suffix(".mo")


#: Fixed, so that equal content gives equal files.
_NO_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def wordings() -> list[str]:
    """Return the templates in the code, sorted."""
    found = {
        str(message): None
        for source in SOURCES
        for _, _, message, _, _ in extract_from_dir(source, keywords={"Wording": None})
    }
    return sorted(found)


def read_catalogue() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="zh_CN")


def build_catalogue(translations: dict[str, str]) -> Catalog:
    catalogue = Catalog(
        locale="zh_CN",
        header_comment="# Made by scripts/translations.py; the translations are written by hand.",
        project="jiebang",
        version="1",
        creation_date=_NO_DAY,
        revision_date=_NO_DAY,
        fuzzy=False,
    )
    for template in sorted(translations):
        catalogue.add(template, translations[template])
    return catalogue


def compile_catalogue(catalogue: Catalog) -> bytes:
    file = BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def main() -> int:
    known = {str(one.id): str(one.string) for one in read_catalogue() if one.id}
    catalogue = build_catalogue({one: known.get(one, "") for one in wordings()})
    with PO.open("wb") as file:
        write_po(file, catalogue, width=100, omit_header=False)
    MO.write_bytes(compile_catalogue(read_catalogue()))
    missing = [str(one.id) for one in catalogue if one.id and not one.string]
    for template in missing:
        print(f"not translated: {template}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
