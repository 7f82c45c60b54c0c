"""Run a module in a process that ends with its parent, however the parent ends.

`python -m jiebang.app.demo.parent_watch MODULE ARGUMENTS…` runs MODULE as `python -m` would. Its
standard input is a pipe held only by the parent: the kernel closes it when the parent ends, on
every system, even after SIGKILL.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time

#: Seconds for an orderly shutdown once the parent is gone.
GRACE_SECONDS = 10.0


def main() -> None:
    module, *arguments = sys.argv[1:]
    threading.Thread(target=_end_with_parent, name="parent-watch", daemon=True).start()
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
