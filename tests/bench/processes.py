"""What a process and all that it started have computed, and the memory that they hold (Linux)."""

import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Memory:
    """In bytes, of the largest process of a tree: that is a worker."""

    now: int
    most: int


def tree(root: int) -> list[int]:
    """Give a process and all below it."""
    below: dict[int, list[int]] = defaultdict(list)
    for folder in _PROC.glob("[0-9]*"):
        if (words := _stat(int(folder.name))) is not None:
            below[int(words[1])].append(int(folder.name))
    found, todo = [], [root]
    while todo:
        found.append(todo.pop())
        todo += below[found[-1]]
    return found


def cpu_seconds(root: int) -> float:
    """Say how long a process and all below it have computed, all threads."""
    ticks = sum(int(ticks) for pid in tree(root) for ticks in (_stat(pid) or [])[11:13])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory(root: int) -> Memory:
    """Say what the largest process of the tree holds, and the most that it ever held."""
    told = [_status(pid) for pid in tree(root)]
    largest = max(told, key=lambda fields: fields.get("VmRSS", 0))
    return Memory(largest.get("VmRSS", 0) * 1024, largest.get("VmHWM", 0) * 1024)


def _stat(pid: int) -> list[str] | None:
    """Give the words behind a process's name; None where it has ended."""
    try:
        text = (_PROC / str(pid) / "stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    return text.rpartition(")")[2].split()


def _status(pid: int) -> dict[str, int]:
    """Give what is told of a process's memory, in KB."""
    try:
        text = (_PROC / str(pid) / "status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    lines = (line.split() for line in text.splitlines() if line.endswith(" kB"))
    return {words[0].rstrip(":"): int(words[1]) for words in lines}
