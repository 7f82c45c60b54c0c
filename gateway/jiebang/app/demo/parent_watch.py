"""A process that ends when the one that started it is gone, in whatever way that one died.

`python -m jiebang.app.demo.parent_watch MODULE ARGUMENTS…` runs MODULE as `python -m` would. Its
standard input is a pipe that only the parent holds: the kernel closes it with the parent, on
every system, also after SIGKILL.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time

#: Seconds for an orderly end once the parent is gone.
GRACE_SECONDS = 10.0


def main() -> None:
    module, *arguments = sys.argv[1:]
    threading.Thread(target=_end_with_parent, name="leash", daemon=True).start()
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
