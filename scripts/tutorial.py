"""Follows a tutorial literally, from its text, in an empty folder.

`python scripts/tutorial.py PAGE...` prints steps and seconds of each page and exits 1 when one does
not go as its text says. What a page is made of:

- a block ``sh``: commands, run in the folder; what they `export` holds for the blocks after it;
- a block ``sh other terminal``: the same, left running until the end of the page;
- a block with a file's name, such as ``yaml leaf.yaml``: the reader writes this file;
- a block ``text``: lines that the commands before it print; ``…`` stands for anything.

Port 8100 is the sandbox's in every page; here it is replaced by a free one.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"^```(\w+)(?: ([^\n]*))?\n(.*?)^```$", re.M | re.S)
PATIENCE = 240  # seconds for one block on a slow machine
EXPORTS = ".exports"


class TutorialFailed(Exception):
    """The tutorial does not go as its text says."""


@dataclass(frozen=True, slots=True)
class Block:
    language: str
    name: str
    content: str


def blocks(text: str) -> list[Block]:
    return [Block(one[1], (one[2] or "").strip(), one[3]) for one in BLOCK.finditer(text)]


def follow(page: Path, folder: Path) -> int:
    """Run the page and return the number of steps. Raises `TutorialFailed`."""
    text = page.read_text(encoding="utf-8").replace("8100", str(_free_port()))
    steps, printed = 0, ""
    with ExitStack() as running:
        for block in blocks(text):
            match block.language, block.name:
                case "sh", "":
                    printed = _run(block.content, folder)
                case "sh", "other terminal":
                    printed = running.enter_context(_run_in_background(block.content, folder))
                case "text", _:
                    _compare(block.content, printed)
                    continue
                case _, "":
                    continue  # shown, not run
                case _, name:
                    path = folder / name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(block.content, encoding="utf-8")
            steps += 1
    if not steps:
        raise TutorialFailed("a tutorial without a step")
    return steps


def _run(script: str, folder: Path) -> str:
    done = subprocess.run(
        ["sh", "-c", _strict_script(script) + f"\nexport -p > {EXPORTS}"],  # noqa: S607
        cwd=folder,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode:
        raise TutorialFailed(f"ended with {done.returncode}:\n{script}\n{done.stdout[-3000:]}")
    return done.stdout


@contextmanager
def _run_in_background(script: str, folder: Path) -> Generator[str]:
    """Run until the page ends; return once the first line is printed."""
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            ["sh", "-c", _strict_script("exec " + script.strip())],  # noqa: S607
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
        try:
            if process.stdout is None or not (line := process.stdout.readline()):
                errors.seek(0)
                raise TutorialFailed(f"ended at once:\n{script}\n{errors.read().decode()[-3000:]}")
            yield line
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait()
            if process.stdout is not None:
                process.stdout.close()


def _strict_script(script: str) -> str:
    return f"set -eu\n[ ! -e {EXPORTS} ] || . ./{EXPORTS}\n{script}"


def _environment() -> dict[str, str]:
    """Return the reader's environment: this environment's commands, and none of its settings."""
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    return kept | {"PATH": path, "COLUMNS": "200", "PYTHONUTF8": "1"}


def _compare(expected: str, printed: str) -> None:
    for line in filter(None, (line.strip() for line in expected.splitlines())):
        words = r"\s+".join(
            ".*?".join(re.escape(part) for part in word.split("…")) for word in line.split()
        )
        if re.search(words, printed) is None:
            raise TutorialFailed(f"expected the line\n  {line}\namong\n{printed[-3000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def main() -> int:
    failed = False
    for page in map(Path, sys.argv[1:]):
        with tempfile.TemporaryDirectory() as folder:
            began = time.monotonic()
            try:
                steps = follow(page, Path(folder))
            except TutorialFailed as fault:
                failed = True
                print(f"{shlex.quote(str(page))}: {fault}")
            else:
                print(f"{page}: {steps} steps, {time.monotonic() - began:.1f} s")
    return failed


if __name__ == "__main__":
    sys.exit(main())
