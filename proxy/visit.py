"""What the proxy asks of whoever knows visitors: one visit per request.

The proxy itself knows pages, not people. A visit is begun before the site is asked and says what
may be done with the page; the page is scanned, and the visit names the number for each place.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from calltrack.numbers import PhoneNumber
from proxy.gate import RequestFacts
from proxy.rewrite import Bindings, Slot

Show = Callable[[Slot], PhoneNumber | None]
"""What a place shows; None: what stands there."""


class Visit(Protocol):
    """One request of one visitor."""

    @property
    def rewrite(self) -> Bindings | None:
        """What to look for in the page; None: the page is not looked at."""
        ...

    @property
    def personal(self) -> bool:
        """Whether the page may show tracking numbers. Else it is only scanned, and marked."""
        ...

    @property
    def changes_session(self) -> bool:
        """Whether this answer begins a session, ends it, or gives it another source.

        It carries the cookie then, and is private in any case.
        """
        ...

    @property
    def etag_suffix(self) -> str | None:
        """A word (letters, digits) for all that the page's bytes depend on beside the site's page.

        Known before the page is; asked again after `numbers`, which may change it. None: the next
        view may differ though nothing else does, so this page has no validator.
        """
        ...

    @property
    def why_original(self) -> str:
        """A word of ours for why a page shows originals; to be asked after `numbers`."""
        ...

    async def numbers(self, slots: Sequence[Slot]) -> Show:
        """Take the numbers for these places, in one call. Called again for a page that goes on."""
        ...

    def foresee(self, slots: Sequence[Slot]) -> str | None:
        """Say, and ask nobody, why all these places would show originals; None: they would not.

        Only for a page that is personal. A pool that has nothing to give is not foreseen.
        """
        ...

    def cookies(self) -> Sequence[str]:
        """Give the Set-Cookie values that this answer has to carry."""
        ...

    async def finish(self, status: int) -> None:
        """Record that a page was viewed. Not called for assets."""
        ...

    def over(self) -> None:
        """Take note that the answer has left, whatever it was."""
        ...


class Visitors(Protocol):
    """Whoever knows visitors."""

    def serves(self, host: str) -> bool:
        """Say whether a host (its name, lower case, no port; "" when none is named) is ours."""
        ...

    def begin(self, request: RequestFacts) -> Visit:
        """Begin a visit."""
        ...


def show_originals(_slot: Slot) -> None:
    """Show what stands in the page."""


class Untouched:
    """A visit that leaves everything alone: for answers that opted out, and where we failed."""

    rewrite: Bindings | None = None
    personal = False
    changes_session = False
    etag_suffix: str | None = None
    why_original = "untouched"

    async def numbers(self, _slots: Sequence[Slot]) -> Show:
        """Show originals."""
        return show_originals

    def foresee(self, _slots: Sequence[Slot]) -> str | None:
        """Say that originals are shown."""
        return self.why_original

    def cookies(self) -> Sequence[str]:
        """Set no cookie."""
        return ()

    async def finish(self, _status: int) -> None:
        """Record nothing."""

    def over(self) -> None:
        """Take note of nothing."""


UNTOUCHED: Visit = Untouched()
