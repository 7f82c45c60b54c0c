"""A child process of the demonstration: start, watch, stop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

#: Seconds between SIGTERM and SIGKILL.
STOP_TIMEOUT = 10.0
_LAST_LINES = 8


class ChildDied(Exception):
    """A part of the demonstration ended unexpectedly; the text has its last log lines."""


@dataclass(slots=True)
class Child:
    """`name` is for display; `log` is the file with all its output."""

    name: str
    log: Path
    process: asyncio.subprocess.Process

    @classmethod
    async def start(
        cls,
        name: str,
        module: str,
        arguments: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str],
    ) -> Child:
        """Run a module in its own session, so that Ctrl-C reaches only us and we stop the children
        in order."""
        with log.open("ab") as file:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "jiebang.app.demo.parent_watch", module, *arguments),
                stdin=asyncio.subprocess.PIPE,
                stdout=file,
                stderr=file,
                env=dict(environment),
                start_new_session=True,
            )
        return cls(name, log, process)

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def is_running(self) -> bool:
        return self.process.returncode is None

    async def wait_until_dead(self) -> ChildDied:
        """Wait until it ends, and return the error."""
        code = await self.process.wait()
        how = f"code {code}" if code >= 0 else signal.Signals(-code).name
        said = "\n".join(f"    {line}" for line in self.last_lines()) or "    (nothing)"
        return ChildDied(
            f"The {self.name} has ended ({how}). Its last output:\n{said}\nFull log: {self.log}"
        )

    def last_lines(self) -> list[str]:
        try:
            text = self.log.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return []
        return [line for line in text.splitlines() if line.strip()][-_LAST_LINES:]

    def signal(self, number: signal.Signals) -> None:
        """Send a signal; does nothing if the process has ended."""
        if self.is_running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    async def stop(self) -> None:
        """Send SIGTERM, then SIGKILL if it takes too long. Idempotent."""
        self.signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.process.wait(), STOP_TIMEOUT)
        except TimeoutError:
            self.signal(signal.SIGKILL)
            await self.process.wait()
