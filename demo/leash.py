"""Run a module as a program that ends when its parent does, however that ends.

    python -m demo.leash MODULE ARGUMENT ...

Standard input is a pipe that the parent holds open and never writes to. It closes when the parent
is gone, by `kill -9` too; then this process asks itself to stop, and is stopped after a grace. A
pipe and not PR_SET_PDEATHSIG: it works on every Unix, and a parent that dies early is not missed.
"""

import os
import runpy
import signal
import sys
import threading
import time

GRACE_SECONDS = 5.0


def main() -> None:
    """Watch the pipe in a thread, and be the module in the main one."""
    module, *arguments = sys.argv[1:]
    threading.Thread(target=_end_with_parent, name="leash", daemon=True).start()
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _end_with_parent() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    main()
