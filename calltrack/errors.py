"""What can go wrong, drawn once.

::

    CalltrackError
    ├── OurError                 a bug or a setting: somebody of ours mends it
    │   ├── ConfigError          an option, a file or a variable that cannot be used
    │   │   ├── PlanError        a Plan that would break; names each row
    │   │   └── SettingsError    settings that cannot be used; names each, and where it stands
    │   └── NumberError          a text that is no phone number
    └── TheirError               the world: try again, or fall back
        ├── StoreError           the lease store does not answer, or cannot be opened
        ├── OutboxError          an event could not be written to the disk
        ├── LinkError            no Plan can be had from Wagtail, or it cannot be kept
        ├── ListenError          a port that cannot be had
        └── UpstreamError        the site behind the proxy
            ├── UpstreamUnreachable   no connection                     → 502
            ├── UpstreamBroken        it said something that is no HTTP  → 502
            └── UpstreamTimeout       it took too long                   → 504

A library's errors become ours once, where the library is called, with `from`. A normal outcome is
a value and not an error: a pool without a free number gives `None`.
"""

from collections.abc import Sequence


class CalltrackError(Exception):
    """The root: catch it at a shell's border and print its one line."""


class OurError(CalltrackError):
    """A bug or a setting of ours."""


class ConfigError(OurError):
    """An option, a file or a variable that cannot be used; the text names it and the fix."""


class PlanError(ConfigError):
    """A Plan that would break. `problems` holds one sentence for each row, at least one."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


class SettingsError(ConfigError):
    """Settings that cannot be used. `problems` holds one sentence for each, at least one."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


class NumberError(OurError, ValueError):
    """A text that is no phone number."""


class TheirError(CalltrackError):
    """The world outside: try again, or fall back."""


class StoreError(TheirError):
    """The lease store does not answer, or its file cannot be opened."""


class OutboxError(TheirError):
    """An event could not be written to the disk."""


class LinkError(TheirError):
    """No Plan can be had from where it comes from, or it cannot be kept."""


class ListenError(TheirError):
    """A port that cannot be had: taken, or not for this user."""


class UpstreamError(TheirError):
    """The site behind the proxy did not give an answer."""


class UpstreamUnreachable(UpstreamError):
    """No connection could be made."""


class UpstreamBroken(UpstreamError):
    """What came back was no HTTP, or it ended before its head was whole."""


class UpstreamTimeout(UpstreamError):
    """The site took longer than it may."""
