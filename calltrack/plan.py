"""Everything an edge must know: one immutable value, checked once when it enters.

What editors decide stands here; where the site lives does not: the upstream address is set by ops,
so that no editor can point the proxy at another host. Nothing is left to a silent default where law
or money is at stake: `consent`, `hold_minutes` and `exhaustion` are always stated.

The documented schema is docs/plan.md. Reading and checking is `calltrack.planfile`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NewType

from calltrack.leases import PoolKey, Stock, VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.patterns import matches_any
from calltrack.touch import Channel, Touch

SiteKey = NewType("SiteKey", str)
CampaignKey = NewType("CampaignKey", str)
PlaceholderKey = NewType("PlaceholderKey", str)
AccountKey = NewType("AccountKey", str)

PLACEHOLDER_CLASS = "qooqie-number-placeholder"
PRIORITY_PLACEHOLDER_CLASS = "qooqie-priority-number-placeholder"

SHORTEST_RINGING, LONGEST_RINGING = 5, 120
"""Seconds that a vestiging's phone may ring."""


class Mode(StrEnum):
    """What is looked for in a site's pages."""

    AUTOMATIC = "automatic"  # forwarding numbers, wherever they are written
    PLACEHOLDERS = "placeholders"  # elements that carry a placeholder's class or key
    BOTH = "both"


class Consent(StrEnum):
    """Whether a visitor must agree before anything is stored about them."""

    REQUIRED = "required"
    NOT_REQUIRED = "not_required"


class PrivacyControl(StrEnum):
    """What a browser's Global Privacy Control (`Sec-GPC: 1`) means to a site."""

    IGNORED = "ignored"
    NO_CONSENT = "no_consent"  # as a visitor who has not agreed
    OPT_OUT = "opt_out"  # as a visitor who wants no part in it


class Method(StrEnum):
    """What a campaign shows."""

    DYNAMIC = "dynamic"  # a number of the visitor's own, leased from a pool
    STATIC = "static"  # the campaign's own number, the same for everybody
    ORIGINAL = "original"  # the forwarding number itself


class Exhaustion(StrEnum):
    """What a visitor sees when no number of the pool is free."""

    ORIGINAL = "original"
    STATIC = "static"  # the campaign's own number
    SHARE = "share"  # the number given least recently, beside whoever holds it


class Provider(StrEnum):
    """Who carries calls, and how it tells of them (`calltrack.telephony`)."""

    TWILIO = "twilio"
    TELNYX = "telnyx"
    VONAGE = "vonage"
    MANGO = "mango"
    GENERIC = "generic"  # the format of docs/telephony.md


class NumberState(StrEnum):
    """Whether a number of the stock may be shown."""

    ACTIVE = "active"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Organisation:
    """The firm, keyed by its KvK number (8 digits)."""

    name: str
    kvk: str


@dataclass(frozen=True, slots=True)
class Site:
    """One website: the hosts it answers to and what is done with its pages."""

    key: SiteKey
    hosts: tuple[str, ...]
    mode: Mode
    consent: Consent
    hold: timedelta
    cookie_domain: str | None = None
    consent_cookie: str | None = None  # where the consent tool tells, and the value that says yes
    consent_header: str | None = None
    consent_value: str | None = None  # a pattern, as in a campaign's rules
    gpc: PrivacyControl = PrivacyControl.NO_CONSENT
    attributes: frozenset[str] = frozenset({"aria-label", "title"})
    never_rewrite: tuple[str, ...] = ()  # path prefixes

    def rewrites(self, path: str) -> bool:
        """Say whether pages under this path may be changed."""
        return not any(path.startswith(prefix) for prefix in self.never_rewrite)


@dataclass(frozen=True, slots=True)
class Vestiging:
    """A branch: its forwarding number, and the pool its tracking numbers come from."""

    key: VestigingKey
    name: str
    forwarding_number: PhoneNumber
    pool: PoolKey | None = None
    vestigingsnummer: str | None = None


@dataclass(frozen=True, slots=True)
class Pool:
    """Tracking numbers that visitors share out among themselves."""

    key: PoolKey
    rest: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class StockNumber:
    """A rented number: in one pool, the static number of one campaign, or in stock."""

    number: PhoneNumber
    pool: PoolKey | None = None
    campaign: CampaignKey | None = None
    vestiging: VestigingKey | None = None  # whose calls a static number takes
    state: NumberState = NumberState.ACTIVE
    released_at: datetime | None = None  # leases given before are over


@dataclass(frozen=True, slots=True)
class Rule:
    """What a touch must be. All fields given must match; of a field's patterns any.

    A pattern is matched with the whole value, in any case; `*` stands for anything, and what is
    unknown matches nothing (`calltrack.patterns`). A country stands for its provinces too.
    """

    source: tuple[str, ...] = ()
    medium: tuple[str, ...] = ()
    campaign: tuple[str, ...] = ()
    term: tuple[str, ...] = ()
    content: tuple[str, ...] = ()
    click_id: tuple[str, ...] = ()
    referrer: tuple[str, ...] = ()
    landing_path: tuple[str, ...] = ()
    channel: tuple[Channel, ...] = ()
    region: tuple[str, ...] = ()
    device: tuple[str, ...] = ()

    def misfit(self, touch: Touch) -> str:
        """Name the first field that a touch does not fit; "" when it is as this rule says."""
        for name, said in SAID.items():
            patterns = getattr(self, name)
            if patterns and not any(matches_any(patterns, value) for value in said(touch)):
                return name
        return ""

    def matches(self, touch: Touch) -> bool:
        """Say whether a touch is as this rule says."""
        return not self.misfit(touch)


SAID: Mapping[str, Callable[[Touch], tuple[str, ...]]] = {
    "source": lambda touch: (touch.source,),
    "medium": lambda touch: (touch.medium,),
    "campaign": lambda touch: (touch.campaign,),
    "term": lambda touch: (touch.term,),
    "content": lambda touch: (touch.content,),
    "click_id": lambda touch: touch.click_ids,
    "referrer": lambda touch: (touch.referrer,),
    "landing_path": lambda touch: (touch.landing_path,),
    "channel": lambda touch: (touch.channel,),
    "region": lambda touch: (touch.region, touch.region.partition("-")[0]),
    "device": lambda touch: (touch.device,),
}
"""What a touch says of each field of a rule: one of these values must fit."""


class Obstacle(StrEnum):
    """Why a visitor does not belong to a campaign."""

    OFF_SITE = "off_site"  # nobody does
    SITE = "site"  # it is for other sites
    RULES = "rules"  # none of its rules fits


@dataclass(frozen=True, slots=True)
class Campaign:
    """Who shows what. Their order in the Plan is their priority: the first that matches counts."""

    key: CampaignKey
    name: str
    method: Method
    exhaustion: Exhaustion
    rules: tuple[Rule, ...] = ()  # any of them; none: everybody
    sites: frozenset[SiteKey] = frozenset()  # empty: all
    vestigingen: frozenset[VestigingKey] = frozenset()  # empty: all
    pool: PoolKey | None = None  # instead of the vestiging's
    off_site: bool = False  # a flyer, the radio: no visitor belongs to it
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    paused: bool = False

    def covers(self, vestiging: VestigingKey) -> bool:
        """Say whether this campaign speaks for the vestiging."""
        return not self.vestigingen or vestiging in self.vestigingen

    def matches(self, touch: Touch, site: SiteKey) -> bool:
        """Say whether a visitor of the site who came so belongs to this campaign."""
        return self.obstacle(touch, site) is None

    def obstacle(self, touch: Touch, site: SiteKey) -> Obstacle | None:
        """Say why a visitor of the site who came so does not belong to this campaign, if so."""
        if self.off_site:
            return Obstacle.OFF_SITE
        if self.sites and site not in self.sites:
            return Obstacle.SITE
        if self.rules and not any(rule.matches(touch) for rule in self.rules):
            return Obstacle.RULES
        return None

    def is_open(self, now: datetime) -> bool:
        """Say whether `now` is inside the campaign's window: from its start up to its end."""
        started = self.starts_at is None or self.starts_at <= now
        return started and (self.ends_at is None or now < self.ends_at)


@dataclass(frozen=True, slots=True)
class Placeholder:
    """An element that asks for a number: by a class, or by data-calltrack="KEY"."""

    key: PlaceholderKey
    css_class: str | None = None
    vestiging: VestigingKey | None = None
    campaigns: frozenset[CampaignKey] = frozenset()  # those that decide here; empty: all
    paths: tuple[str, ...] = ()  # prefixes of the pages it is for; empty: all
    priority: bool = False  # the campaign comes first, and names the vestiging


@dataclass(frozen=True, slots=True)
class TelephonyAccount:
    """An account with a carrier. Its secret stands with the edge, under the name given here."""

    key: AccountKey
    provider: Provider
    secret: str
    account: str | None = None  # the carrier's own id of it; webhooks of others are refused
    ringing: timedelta = timedelta(seconds=30)
    recorded: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """One organisation's settings. `serial` only grows."""

    serial: int
    organisation: Organisation
    region: str  # whose national numbers are meant: "NL"
    sites: tuple[Site, ...]
    vestigingen: Mapping[VestigingKey, Vestiging]
    pools: Mapping[PoolKey, Pool]
    numbers: tuple[StockNumber, ...]
    campaigns: tuple[Campaign, ...]
    placeholders: tuple[Placeholder, ...]
    telephony: Mapping[AccountKey, TelephonyAccount] = field(
        default_factory=lambda: MappingProxyType({})
    )
    by_forwarding_number: Mapping[PhoneNumber, VestigingKey] = field(init=False, repr=False)
    by_campaign: Mapping[tuple[CampaignKey, VestigingKey | None], PhoneNumber] = field(
        init=False, repr=False
    )  # static numbers that may be shown
    by_placeholder: Mapping[str, Placeholder] = field(init=False, repr=False)
    pool_of: Mapping[PhoneNumber, PoolKey] = field(init=False, repr=False)  # that may be shown
    shown_numbers: frozenset[PhoneNumber] = field(init=False, repr=False)  # those that may be shown
    released_at: Mapping[PhoneNumber, datetime] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Freeze what is looked up for every place on every page."""
        active = [row for row in self.numbers if row.state is NumberState.ACTIVE]
        forwarding = {v.forwarding_number: v.key for v in self.vestigingen.values()}
        static = {(row.campaign, row.vestiging): row.number for row in active if row.campaign}
        pool_of = {row.number: row.pool for row in active if row.pool}
        released = {row.number: row.released_at for row in self.numbers if row.released_at}
        placeholders = {row.key: row for row in self.placeholders}
        for name, found in (
            ("by_forwarding_number", MappingProxyType(forwarding)),
            ("by_campaign", MappingProxyType(static)),
            ("by_placeholder", MappingProxyType(placeholders)),
            ("pool_of", MappingProxyType(pool_of)),
            ("shown_numbers", frozenset(row.number for row in active)),
            ("released_at", MappingProxyType(released)),
        ):
            object.__setattr__(self, name, found)

    def site_for(self, host: str) -> Site | None:
        """Give the site that answers to a host name (no port, any case), or None."""
        name = host.lower().rstrip(".")
        return next((site for site in self.sites if name in site.hosts), None)

    def stock(self) -> Stock:
        """Give each pool's numbers that may be shown, for the store."""
        found: dict[PoolKey, list[PhoneNumber]] = {key: [] for key in self.pools}
        for row in self.numbers:
            if row.pool is not None and row.state is NumberState.ACTIVE:
                found[row.pool].append(row.number)
        return Stock(
            pools={key: tuple(numbers) for key, numbers in found.items()},
            serial=self.serial,
            released_at=self.released_at,
        )

    def static_number(
        self, campaign: CampaignKey, vestiging: VestigingKey | None
    ) -> PhoneNumber | None:
        """Give a campaign's own number for a vestiging: that vestiging's, or the one for all."""
        exact = self.by_campaign.get((campaign, vestiging))
        return exact if exact is not None else self.by_campaign.get((campaign, None))
