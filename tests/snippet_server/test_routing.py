"""Where a call goes, by the number that was called."""

from dataclasses import replace

import pytest

from calltrack.leases import PoolKey, VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import CampaignKey, NumberState, Pool, StockNumber
from snippet_server.routing import Routing, Why
from tests.calltrack.plans import (
    AMSTERDAM,
    AMSTERDAM_POOL,
    EVERYONE,
    ROTTERDAM,
    ROTTERDAM_NUMBER,
    make_plan,
)

STATIC, BROAD, LOOSE, SHARED, OFF, ALONE = (PhoneNumber(f"+3130765430{n}") for n in range(1, 7))
MAIL = replace(EVERYONE, key=CampaignKey("mail"), vestigingen=frozenset({ROTTERDAM}))
RADIO = replace(EVERYONE, key=CampaignKey("radio"), pool=PoolKey("radio"))
FLYER = replace(MAIL, key=CampaignKey("flyer"), pool=PoolKey("flyer"))


@pytest.fixture
def routing() -> Routing:
    plan = make_plan()
    rows = (
        StockNumber(STATIC, campaign=MAIL.key, vestiging=AMSTERDAM),
        StockNumber(BROAD, campaign=MAIL.key),
        StockNumber(LOOSE),
        StockNumber(SHARED, PoolKey("radio")),
        StockNumber(ALONE, PoolKey("flyer")),
        StockNumber(OFF, PoolKey("rotterdam"), state=NumberState.DISABLED),
    )
    pools = {key: Pool(key) for key in (PoolKey("radio"), PoolKey("flyer"))}
    return Routing(
        replace(
            plan,
            numbers=plan.numbers + rows,
            pools={**plan.pools, **pools},
            campaigns=(EVERYONE, MAIL, RADIO, FLYER),
        )
    )


@pytest.mark.parametrize(
    ("number", "holder", "vestiging", "why"),
    [
        pytest.param(STATIC, None, AMSTERDAM, Why.STATIC, id="a static number's own"),
        pytest.param(STATIC, "rotterdam", AMSTERDAM, Why.STATIC, id="nobody holds a static one"),
        pytest.param(BROAD, None, ROTTERDAM, Why.STATIC, id="the first its campaign covers"),
        pytest.param(AMSTERDAM_POOL[0], "rotterdam", ROTTERDAM, Why.HOLDER, id="whom it is for"),
        pytest.param(AMSTERDAM_POOL[0], None, AMSTERDAM, Why.POOL, id="whose pool it is"),
        pytest.param(AMSTERDAM_POOL[0], "gone", AMSTERDAM, Why.POOL, id="a vestiging that left"),
        pytest.param(SHARED, None, AMSTERDAM, Why.POOL, id="a campaign's pool, for all"),
        pytest.param(ALONE, None, ROTTERDAM, Why.POOL, id="a campaign's pool, for one"),
        pytest.param(OFF, None, ROTTERDAM, Why.POOL, id="disabled, and called all the same"),
        pytest.param(LOOSE, "rotterdam", ROTTERDAM, Why.HOLDER, id="in stock, and held once"),
        pytest.param(LOOSE, None, AMSTERDAM, Why.POOL, id="in stock"),
        pytest.param(ROTTERDAM_NUMBER, None, ROTTERDAM, Why.OWN, id="a vestiging's own number"),
        pytest.param(PhoneNumber("+32470123456"), None, AMSTERDAM, Why.UNKNOWN, id="unknown"),
        pytest.param(None, None, AMSTERDAM, Why.UNKNOWN, id="not told"),
    ],
)
def test_every_number_leads_to_a_vestiging(
    routing: Routing, number: PhoneNumber | None, holder: str | None, vestiging: str, why: Why
) -> None:
    goal = routing.goal(number, VestigingKey(holder) if holder else None)

    assert (goal.vestiging.key, goal.why) == (vestiging, why)


@pytest.mark.parametrize(
    ("number", "expected"), [(STATIC, False), (LOOSE, True), (OFF, True), (ROTTERDAM_NUMBER, False)]
)
def test_who_may_be_asked_of_a_number(
    routing: Routing, number: PhoneNumber, *, expected: bool
) -> None:
    assert routing.is_leased(number) is expected
