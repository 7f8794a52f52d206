"""Everything an edge must know: one immutable value, checked once when it enters.

What editors decide stands here; where the site lives does not: the upstream address is set by ops,
so that no editor can point the proxy at another host. Nothing is left to a silent default where law
or money is at stake: `consent`, `hold_minutes` and `exhaustion` are always stated.

The documented schema is docs/plan.md. Reading and checking is `calltrack.planfile`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NewType

from calltrack.leases import PoolKey, VestigingKey
from calltrack.numbers import PhoneNumber

SiteKey = NewType("SiteKey", str)
CampaignKey = NewType("CampaignKey", str)
PlaceholderKey = NewType("PlaceholderKey", str)

PLACEHOLDER_CLASS = "qooqie-number-placeholder"
PRIORITY_PLACEHOLDER_CLASS = "qooqie-priority-number-placeholder"


class Mode(StrEnum):
    """What is looked for in a site's pages."""

    AUTOMATIC = "automatic"  # forwarding numbers, wherever they are written
    PLACEHOLDERS = "placeholders"  # elements that carry a placeholder's class or key
    BOTH = "both"


class Consent(StrEnum):
    """Whether a visitor must agree before anything is stored about them."""

    REQUIRED = "required"
    NOT_REQUIRED = "not_required"


class Method(StrEnum):
    """What a campaign shows."""

    DYNAMIC = "dynamic"  # a number of the visitor's own, leased from a pool
    ORIGINAL = "original"  # the forwarding number itself


class Exhaustion(StrEnum):
    """What a visitor sees when no number of the pool is free."""

    ORIGINAL = "original"


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
    """A rented number: in one pool, or in none."""

    number: PhoneNumber
    pool: PoolKey | None = None
    state: NumberState = NumberState.ACTIVE


@dataclass(frozen=True, slots=True)
class Campaign:
    """Who shows what. Their order in the Plan is their priority: the first that matches counts."""

    key: CampaignKey
    name: str
    method: Method
    exhaustion: Exhaustion
    vestigingen: frozenset[VestigingKey] = frozenset()  # empty: all
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    paused: bool = False

    def covers(self, vestiging: VestigingKey) -> bool:
        """Say whether this campaign speaks for the vestiging."""
        return not self.vestigingen or vestiging in self.vestigingen

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
    by_forwarding_number: Mapping[PhoneNumber, VestigingKey] = field(init=False, repr=False)
    shown_numbers: frozenset[PhoneNumber] = field(init=False, repr=False)  # those that may be shown

    def __post_init__(self) -> None:
        """Freeze what is looked up for every place on every page."""
        found = {v.forwarding_number: v.key for v in self.vestigingen.values()}
        object.__setattr__(self, "by_forwarding_number", MappingProxyType(found))
        active = (row.number for row in self.numbers if row.state is NumberState.ACTIVE)
        object.__setattr__(self, "shown_numbers", frozenset(active))

    def site_for(self, host: str) -> Site | None:
        """Give the site that answers to a host name (no port, any case), or None."""
        name = host.lower().rstrip(".")
        return next((site for site in self.sites if name in site.hosts), None)

    def pool_numbers(self) -> dict[PoolKey, tuple[PhoneNumber, ...]]:
        """Give each pool's numbers that may be shown."""
        found: dict[PoolKey, list[PhoneNumber]] = {key: [] for key in self.pools}
        for row in self.numbers:
            if row.pool is not None and row.state is NumberState.ACTIVE:
                found[row.pool].append(row.number)
        return {key: tuple(numbers) for key, numbers in found.items()}
