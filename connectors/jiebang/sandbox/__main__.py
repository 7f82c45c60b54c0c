"""`python -m jiebang.sandbox`: run the sandbox as a process of its own."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from jiebang.sandbox.server import serve
from jiebang.sandbox.world import Pace

PORT_NOT_FREE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until a signal and return the exit code: 0, or 2 if the port is not available."""
    options = _parser().parse_args(arguments)

    def announce(port: int) -> None:
        if options.port_file:
            _write_whole(options.port_file, f"{port}\n")
        sys.stdout.write(f"Sandbox at http://{options.host}:{port} (Ctrl-C ends it)\n")
        sys.stdout.flush()

    pace = Pace(
        slow_seconds=options.slow_seconds,
        callback_seconds=options.callback_seconds,
        flaky_rate=options.flaky_rate,
    )
    try:
        serve(
            options.host,
            options.port,
            options.seed,
            options.today,
            numbers=options.numbers,
            pace=pace,
            on_port=announce,
        )
    except OSError as error:
        sys.stderr.write(
            f"sandbox: cannot listen on {options.host}:{options.port} ({error.strerror}); "
            "choose another with --port, or --port 0 for any free one\n"
        )
        return PORT_NOT_FREE
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="jiebang sandbox", description=__doc__)
    pace = Pace()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8100, help="0 takes any free port")
    parser.add_argument("--port-file", type=Path, help="write the real port here")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--today", type=date.fromisoformat, help="2026-01-31; default: today")
    parser.add_argument("--numbers", type=int, default=300, help="how many bulk numbers")
    parser.add_argument("--slow-seconds", type=float, default=pace.slow_seconds)
    parser.add_argument("--callback-seconds", type=float, default=pace.callback_seconds)
    parser.add_argument("--flaky-rate", type=float, default=pace.flaky_rate)
    return parser


def _write_whole(path: Path, text: str) -> None:
    """Write atomically, so that a reader sees the complete file or none."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text)
    draft.replace(path)


if __name__ == "__main__":
    sys.exit(main())
