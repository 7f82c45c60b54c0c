"""Writes what is kept of the clients and follows from the schema: `python -m scripts.clients`.

That is the hashes of the trusted documents, and the modules of the Python package. The TypeScript
package writes its own with each build.
"""

from __future__ import annotations

import sys

from scripts.clients.files import files


def main() -> int:
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
