"""Writes the schema that clients are promised from a release on: `python scripts/released.py`.

It is what `jiebang schema` prints, with its descriptions, a definition a line.
"""

from __future__ import annotations

import sys

from graphql import parse, print_ast
from graphql.utilities import strip_ignored_characters

from jiebang.schema.schema import RELEASED_FILE, print_schema


def compact(sdl: str) -> str:
    """The same schema, a line for each of its definitions."""
    return "".join(
        strip_ignored_characters(print_ast(one)) + "\n" for one in parse(sdl).definitions
    )


def main() -> int:
    RELEASED_FILE.write_text(compact(print_schema()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
