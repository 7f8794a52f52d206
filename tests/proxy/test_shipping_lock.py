"""One process of a machine holds the lock; when it ends, however it ends, another gets it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from proxy.shipping_lock import ShippingLock
from tests.e2e.edges import ROOT

HOLD = """
import sys
from pathlib import Path
from proxy.shipping_lock import ShippingLock

lock = ShippingLock(Path(sys.argv[1]))
print(lock.take(), flush=True)
sys.stdin.read()
"""


def test_the_second_gets_it_when_the_first_lets_go(tmp_path: Path) -> None:
    first, second = ShippingLock(tmp_path), ShippingLock(tmp_path)

    held = [first.take(), second.take(), first.take(), second.take()]
    first.release()
    first.release()

    assert held == [True, False, True, False]
    assert (second.take(), first.take()) == (True, False)
    assert (first.problem, second.problem) == (None, None)
    second.release()


def test_a_process_that_is_killed_lets_go(tmp_path: Path) -> None:
    lock = ShippingLock(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as holder:
        assert holder.stdout is not None
        took = holder.stdout.readline()
        before = lock.take()

        holder.send_signal(signal.SIGKILL)
        holder.wait()

    assert took == b"True\n"
    assert (before, lock.take()) == (False, True)
    lock.release()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    lock = ShippingLock(tmp_path / "nowhere")

    assert lock.take() is False
    assert lock.problem == f"{lock.path} cannot be locked: No such file or directory"
