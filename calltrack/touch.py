"""Where a visitor came from, once: what campaigns match, and what models share a lead among.

A touch is small, for the session's cookie carries the one that counts. What is long or personal
(the values of click ids, the whole referrer, the client ids of analytics) is in the event alone.

Every text is printable and at most `LONGEST` characters; "" stands for unknown.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LONGEST = 100
"""Characters of a value that are kept: a rule's pattern is no longer than this either."""

CLICK_IDS = (
    "gclid", "gbraid", "wbraid", "msclkid", "fbclid", "ttclid", "yclid", "li_fat_id",
)  # fmt: skip
"""What advertisers put in an address for each click. A touch keeps the names alone."""

DEVICES = ("desktop", "mobile", "tablet")


class Channel(StrEnum):
    """The kind of way by which a visitor came."""

    PAID_SEARCH = "paid_search"
    ORGANIC_SEARCH = "organic_search"
    PAID_SOCIAL = "paid_social"
    SOCIAL = "social"
    EMAIL = "email"
    DISPLAY = "display"
    AFFILIATES = "affiliates"
    REFERRAL = "referral"
    DIRECT = "direct"
    OFFLINE = "offline"  # a flyer's or brochure's own address, or QR code


@dataclass(frozen=True, slots=True)
class Touch:
    """One arrival at a site. `referrer` is a host name, `landing_path` a path as it was sent."""

    at: datetime
    channel: Channel
    source: str = ""
    medium: str = ""
    campaign: str = ""
    term: str = ""
    content: str = ""
    referrer: str = ""
    landing_path: str = "/"
    region: str = ""  # of ISO 3166: "NL", or "NL-NH" where it is known that well
    device: str = ""  # one of DEVICES
    click_ids: tuple[str, ...] = ()  # the names of those that came along: ("gclid",)

    @property
    def is_direct(self) -> bool:
        """Say whether nothing is known of a source: such a touch takes no credit from another."""
        return self.channel is Channel.DIRECT
