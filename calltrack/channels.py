"""The channel of an arrival: one table, from the top, the first row that fits.

A row fits when everything it names does. Words are patterns as in a campaign's rules (`*` stands
for anything), for the whole value in any case; spaces and underscores count as dashes. `site` is
the kind of site (see `referrers`) that the utm_source means, else the one that linked here, else
the one whose click id came along.

Three decisions that are not obvious:

- An fbclid alone is no ad. Facebook and Instagram add it to every link that leads out, so without
  a paid medium it is a visit from a social network. Whoever advertises there sets utm_medium.
- A click id that only ads carry outweighs `organic`, `social` or `referral`, for those are often
  left in a template; but not e-mail or print, where an address copied out of an ad's visit
  carries it along.
- An ad that is known by its medium alone is a search ad where it says cpc or so, else display.

Source: Google Analytics 4, "Default channel group" (support.google.com/analytics/answer/9756891),
for the paid mediums and the words for display, e-mail, affiliates and social. Ours: offline;
`ads`, `sea`, `newsletter` and the like among the words; video counts as social, shopping as its
site, SMS, push and assistants as referral.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from calltrack.patterns import matches_any
from calltrack.referrers import Kind
from calltrack.touch import Channel

PAID_CLICKS = frozenset({"gclid", "gbraid", "wbraid", "msclkid", "ttclid", "yclid", "li_fat_id"})
"""Click ids that only ads carry."""

WORDS: Mapping[str, tuple[str, ...]] = {
    "paid": (
        "*cp*",
        "ppc",
        "paid*",
        "retargeting",
        "remarketing",
        "ad",
        "ads",
        "sea",
        "sem",
        "adwords",
    ),
    "search ads": ("cpc", "ppc", "paid-search", "paidsearch", "sea", "sem", "adwords"),
    "social ads": ("paid-social", "paidsocial", "social-paid", "social-ad", "social-ads"),
    "display": ("display", "banner", "expandable", "interstitial", "native", "programmatic", "cpm"),
    "print": (
        "offline",
        "print",
        "qr",
        "qr-code",
        "qrcode",
        "flyer",
        "brochure",
        "folder",
        "poster",
    ),
    "broadcast": ("radio", "tv", "billboard"),
    "e-mail": ("email", "e-mail", "newsletter", "newsletters", "nieuwsbrief", "mailing"),
    "affiliates": ("affiliate", "affiliates"),
    "social": ("social", "social-*", "sm", "organic-social"),
    "organic": ("organic",),
}
"""What people write in utm_medium (and utm_source), by what they mean."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of an arrival's source. `medium` and `source` are the utm tags."""

    medium: str = ""
    source: str = ""
    site: Kind | None = None
    has_paid_click: bool = False
    has_anything: bool = False  # a tag, a click id or a referrer, known or not


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: medium and source by their names in `WORDS`. Empty is anything."""

    channel: Channel
    medium: str = ""
    source: str = ""
    site: Kind | None = None
    paid_click: bool = False
    anything: bool = False

    def fits(self, signs: Signs) -> bool:
        """Say whether everything that the row names is so."""
        return (
            (self.site is None or self.site is signs.site)
            and (not self.paid_click or signs.has_paid_click)
            and (not self.anything or signs.has_anything)
            and _means(signs.medium, self.medium)
            and _means(signs.source, self.source)
        )


TABLE: tuple[Row, ...] = (
    Row(Channel.PAID_SOCIAL, medium="social ads"),
    Row(Channel.PAID_SEARCH, medium="paid", site=Kind.SEARCH),
    Row(Channel.PAID_SOCIAL, medium="paid", site=Kind.SOCIAL),
    Row(Channel.DISPLAY, medium="paid", site=Kind.ADS),
    Row(Channel.DISPLAY, medium="display"),
    Row(Channel.PAID_SEARCH, medium="search ads"),
    Row(Channel.DISPLAY, medium="paid"),
    Row(Channel.OFFLINE, medium="print"),
    Row(Channel.OFFLINE, medium="broadcast"),
    Row(Channel.EMAIL, medium="e-mail"),
    Row(Channel.AFFILIATES, medium="affiliates"),
    Row(Channel.PAID_SOCIAL, site=Kind.SOCIAL, paid_click=True),
    Row(Channel.DISPLAY, site=Kind.ADS, paid_click=True),
    Row(Channel.PAID_SEARCH, paid_click=True),
    Row(Channel.SOCIAL, medium="social"),
    Row(Channel.OFFLINE, source="print"),
    Row(Channel.EMAIL, source="e-mail"),
    Row(Channel.ORGANIC_SEARCH, site=Kind.SEARCH),
    Row(Channel.SOCIAL, site=Kind.SOCIAL),
    Row(Channel.EMAIL, site=Kind.EMAIL),
    Row(Channel.DISPLAY, site=Kind.ADS),
    Row(Channel.REFERRAL, site=Kind.ASSISTANT),
    Row(Channel.ORGANIC_SEARCH, medium="organic"),
    Row(Channel.REFERRAL, anything=True),
    Row(Channel.DIRECT),
)


def channel_of(signs: Signs) -> Channel:
    """Give the channel of the first row that fits; the last fits everything."""
    dashed = replace(signs, medium=_dashed(signs.medium), source=_dashed(signs.source))
    return next(row.channel for row in TABLE if row.fits(dashed))


def _means(said: str, meaning: str) -> bool:
    return not meaning or (bool(said) and matches_any(WORDS[meaning], said))


def _dashed(word: str) -> str:
    return re.sub(r"[ _]", "-", word)
