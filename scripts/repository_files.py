"""Reject files that do not belong in the repository, by name and by content.

`python scripts/repository_files.py [DIRECTORY]` checks everything git tracks or would add there,
prints one line per finding and exits with 1 if there is any.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

LARGEST = 1_000_000  # bytes; the hashed requirements are the largest text we keep

NAMES = {
    "a namespace root holds no __init__.py": r"(\w+/)?(jiebang/)?__init__\.py",
    "a module is named by one noun of the field": (
        r"(.*/)?(utils?|helpers?|managers?|common|base|core|misc)(\.py|/.*)"
    ),
    "keys and settings stay outside": (
        r"(.*/)?(\.env(\..*)?|id_(rsa|ed25519)|.*\.(pem|key|p12|jks))"
    ),
    "built, not written": r"(.*/)?(.*\.(pyc|so|whl|egg|log|sqlite3?)|.*\.egg-info/.*)",
    "a leftover of an editor or a merge": r"(.*/)?(.*\.(orig|rej|bak|sw[op])|\.DS_Store|.*~)",
}
CONTENTS = {
    "a path of somebody's machine": rb"(?<![\w.~}$-])/(?:root|home|Users|work|workspace)/\w",
    "the host of a package index": (
        rb"\b(?:files\.python(?:hosted)|pypi|registry\.(?:npmjs)|deb\.(?:debian))\.(?:org|com)\b"
    ),
    "a conflict left by a merge": rb"(?m)^(?:<{7}|>{7}) ",
}


def files(root: Path) -> list[str]:
    """Return the paths of tracked files, and of new ones that are not ignored."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard"],  # noqa: S607 - git is found on PATH
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    )
    return sorted({name for name in listed.stdout.split("\0") if (root / name).is_file()})


def faults(root: Path) -> Iterator[str]:
    """Return one line per fault, `path: why`."""
    for name in files(root):
        for why, pattern in NAMES.items():
            if re.fullmatch(pattern, name):
                yield f"{name}: {why}"
        content = (root / name).read_bytes()
        if len(content) > LARGEST:
            yield f"{name}: {len(content):,} bytes are more than {LARGEST:,}"
        for why, forbidden in CONTENTS.items():
            if match := re.search(forbidden, content):
                line = content.count(b"\n", 0, match.start()) + 1
                yield f"{name}:{line}: {why}"


def main() -> int:
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1]
    found = list(faults(root))
    for fault in found:
        print(fault)
    print(f"tree: {len(found)} faults" if found else "tree: clean")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
