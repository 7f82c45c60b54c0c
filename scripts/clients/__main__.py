"""Generate the client packages' types and trusted documents from the schema.

`python -m scripts.clients` writes into schema/clients; `--into FOLDER` into another place with the
same layout; `python` or `typescript` limits it to one. TypeScript's types come from GraphQL Code
Generator, which is pinned in that package and installed on first use; that needs node and npm.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scripts.clients import python, typescript

CLIENTS = Path(__file__).parents[2] / "schema/clients"
WRITERS = {
    "python": (python.write, "python/src/jiebang_client"),
    "typescript": (typescript.write, "typescript/src"),
}


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m scripts.clients", description=__doc__)
    asked.add_argument("language", nargs="?", choices=WRITERS, help="only this one")
    asked.add_argument("--into", type=Path, default=CLIENTS, metavar="FOLDER")
    given = asked.parse_args()
    for language, (write, folder) in WRITERS.items():
        if given.language in (None, language):
            write(given.into / folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
