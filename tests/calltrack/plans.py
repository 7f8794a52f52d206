"""A small Plan for tests: one firm, two vestigingen, four numbers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from calltrack.leases import PoolKey, VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import (
    PLACEHOLDER_CLASS,
    PRIORITY_PLACEHOLDER_CLASS,
    AccountKey,
    Campaign,
    CampaignKey,
    Consent,
    Exhaustion,
    Method,
    Mode,
    Organisation,
    Placeholder,
    PlaceholderKey,
    Plan,
    Pool,
    Provider,
    Site,
    SiteKey,
    StockNumber,
    TelephonyAccount,
    Vestiging,
)

AMSTERDAM, ROTTERDAM = VestigingKey("amsterdam"), VestigingKey("rotterdam")
AMSTERDAM_NUMBER = PhoneNumber("+31201234567")
ROTTERDAM_NUMBER = PhoneNumber("+31101234567")
AMSTERDAM_POOL = (PhoneNumber("+31207654301"), PhoneNumber("+31207654302"))
ROTTERDAM_POOL = (PhoneNumber("+31107654301"), PhoneNumber("+31107654302"))
SITE = Site(
    key=SiteKey("main"),
    hosts=("localhost", "127.0.0.1"),
    mode=Mode.BOTH,
    consent=Consent.NOT_REQUIRED,
    hold=timedelta(minutes=30),
    never_rewrite=("/cms/",),
)
EVERYONE = Campaign(
    key=CampaignKey("everyone"),
    name="Everyone",
    method=Method.DYNAMIC,
    exhaustion=Exhaustion.ORIGINAL,
)

CARRIER = TelephonyAccount(AccountKey("main-line"), Provider.GENERIC, "MAIN_LINE")


def stock(pool: str, numbers: Sequence[PhoneNumber]) -> tuple[StockNumber, ...]:
    """Put numbers in a pool."""
    return tuple(StockNumber(number, PoolKey(pool)) for number in numbers)


def make_plan(**changes: Any) -> Plan:
    """Build the Plan, with some of its fields changed."""
    plan = Plan(
        serial=1,
        organisation=Organisation("Van Dam Plafonds", "12345678"),
        region="NL",
        sites=(SITE,),
        vestigingen={
            key: Vestiging(key, name, number, PoolKey(key))
            for key, name, number in (
                (AMSTERDAM, "Amsterdam", AMSTERDAM_NUMBER),
                (ROTTERDAM, "Rotterdam", ROTTERDAM_NUMBER),
            )
        },
        pools={
            PoolKey("amsterdam"): Pool(PoolKey("amsterdam")),
            PoolKey("rotterdam"): Pool(PoolKey("rotterdam")),
        },
        numbers=stock("amsterdam", AMSTERDAM_POOL) + stock("rotterdam", ROTTERDAM_POOL),
        campaigns=(EVERYONE,),
        placeholders=tuple(
            Placeholder(PlaceholderKey(name), name, priority=name == PRIORITY_PLACEHOLDER_CLASS)
            for name in (PLACEHOLDER_CLASS, PRIORITY_PLACEHOLDER_CLASS)
        ),
    )
    return replace(plan, **changes)


def filled_plan(**changes: Any) -> Plan:
    """Build the Plan with numbers enough for a few visitors at once: one without doubts."""
    numbers = tuple(
        StockNumber(PhoneNumber(f"+31{area}76543{n:02}"), PoolKey(pool))
        for pool, area in (("amsterdam", 20), ("rotterdam", 10))
        for n in range(1, 6)
    )
    return make_plan(**{"numbers": numbers, **changes})
