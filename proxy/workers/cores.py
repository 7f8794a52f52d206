"""How many cores this process may use: those it may run on, and the share a container has of them.

A container on a machine of 64 cores that may use one of them must not start 64 workers.

Source: the file `cpu.max` of control groups, version 2: a quota and a period in microseconds.
"""

import os
from pathlib import Path

CPU_MAX = Path("/sys/fs/cgroup/cpu.max")


def cores(cpu_max: Path = CPU_MAX) -> int:
    """Count them; one at least."""
    try:
        allowed = len(os.sched_getaffinity(0))
    except AttributeError:  # not on every platform
        allowed = os.cpu_count() or 1
    return max(1, min(allowed, _share(cpu_max) or allowed))


def _share(cpu_max: Path) -> int | None:
    """Read how many cores' time may be used, rounded up; None: nobody says."""
    try:
        quota, period = cpu_max.read_text(encoding="ascii").split()[:2]
        return -(-int(quota) // int(period))
    except (OSError, ValueError, ZeroDivisionError):
        return None  # no such file, or "max"
