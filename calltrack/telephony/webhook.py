"""What a carrier sends, what it gets back, and what each provider has to be able to do.

Rule 1: nothing is believed before `verify` has said so. It works in a time that tells nothing.
Rule 2: nothing here does I/O or reads a clock; `now` is an argument.
Rule 3: what a carrier may ask is answered whatever else is wrong: the caller is connected.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from calltrack.calls import CallReport
from calltrack.numbers import PhoneNumber
from calltrack.plan import TelephonyAccount

WINDOW = timedelta(minutes=5)
"""How old a signed moment may be, and how far in the future: clocks differ."""


class Verdict(StrEnum):
    """What a signature check came to."""

    GOOD = "good"
    UNSIGNED = "unsigned"  # there is none
    FORGED = "forged"  # it is another key's, or of another text
    LATE = "late"  # it was good once: outside of the time window
    OTHER_ACCOUNT = "other_account"  # well signed, and not for this account


@dataclass(frozen=True, slots=True)
class Webhook:
    """A request of a carrier's."""

    method: str
    url: str  # the public one, as the carrier knows it: of the configured address, never of Host
    tail: str  # what of the path comes after the account's own: "" or "events/call"
    headers: Mapping[str, str]  # names in small letters
    body: bytes

    def header(self, name: str) -> str:
        """Give a header; "" where there is none."""
        return self.headers.get(name, "")


@dataclass(frozen=True, slots=True)
class Route:
    """Where a call is to go."""

    forward_to: PhoneNumber
    vestiging: str
    caller: str = ""  # to be shown on the phone that rings
    called: str = ""
    ring_seconds: int = 30
    is_recorded: bool = False
    callback_url: str = ""  # of this account: where the carrier tells how it went

    @property
    def is_loop(self) -> bool:
        """Say whether a number is to ring itself: its carrier would ask again, for ever."""
        return self.called == self.forward_to.e164


@dataclass(frozen=True, slots=True)
class Answer:
    """What the carrier gets back."""

    status: int = 200
    body: bytes = b""
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """What a webhook says. `asks`: the carrier wants to know where to connect the call."""

    reports: Sequence[CallReport]
    asks: bool = False


class WebhookError(ValueError):
    """A well signed webhook that cannot be read; the text names the field."""


def is_same(one: str, other: str) -> bool:
    """Compare two signatures in a time that does not tell where they differ."""
    return hmac.compare_digest(
        one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass")
    )


def is_late(moment: datetime, *, now: datetime, window: timedelta = WINDOW) -> bool:
    """Say whether a signed moment is not of now: replayed, or of a clock that is far out."""
    return abs(now - moment) > window


def judge(
    account: TelephonyAccount, *owners: object, sent_at: datetime | None = None, now: datetime
) -> Verdict:
    """Say what a well signed webhook is: of another account, late, or good.

    `owners` are the ids under which the carrier knows whom it is for.
    """
    if sent_at is not None and is_late(sent_at, now=now):
        return Verdict.LATE
    if account.account is not None and account.account not in owners:
        return Verdict.OTHER_ACCOUNT
    return Verdict.GOOD


class Carrier(Protocol):
    """What a provider's module has to be able to do.

    `NEEDS_ADDRESS`: nothing of it can be taken before ops has said how carriers reach us.
    """

    NEEDS_ADDRESS: bool

    def check_secret(self, secret: str) -> str:
        """Say why no webhook can be checked with a secret, and never quote it; "" if one can."""

    def verify(
        self, webhook: Webhook, account: TelephonyAccount, secret: str, *, now: datetime
    ) -> Verdict:
        """Say whether the carrier sent this, just now."""

    def read(self, webhook: Webhook, account: TelephonyAccount, *, now: datetime) -> Read:
        """Give what it says. Errors: WebhookError."""

    def connect(self, webhook: Webhook, account: TelephonyAccount, route: Route) -> Answer:
        """Answer a carrier that asks where to connect a call."""

    def thank(self, webhook: Webhook) -> Answer:
        """Answer one that only tells."""
