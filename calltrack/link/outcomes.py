"""What looking for a Plan may come to. Each is a normal outcome: the Plan in force goes on."""

from dataclasses import dataclass

from calltrack.plan import Plan


@dataclass(frozen=True, slots=True)
class Found:
    """A Plan that is whole and right. `body`: the text it was read from, to be kept."""

    plan: Plan
    body: bytes = b""
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Same:
    """What was seen the last time, good or bad, is all there is."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that is no good Plan: every problem, one sentence each."""

    problems: tuple[str, ...]
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """Nothing could be had, and why."""

    reason: str


Outcome = Found | Same | Refused | Failed
