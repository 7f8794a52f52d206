"""What no decision may ever say, over Plans and visitors of every kind."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from hypothesis import given
from hypothesis import strategies as st

from calltrack.decision import Place, Reason, decide, known, stranger
from calltrack.leases import PoolKey, VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import (
    Campaign,
    CampaignKey,
    Exhaustion,
    Method,
    NumberState,
    Placeholder,
    PlaceholderKey,
    Plan,
    Pool,
    Rule,
    SiteKey,
    StockNumber,
    Vestiging,
)
from calltrack.sessions import Held, Session, start
from calltrack.touch import Channel, Touch
from tests.calltrack.plans import SITE, make_plan

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SPANS = [timedelta(hours=hours) for hours in (-1, 0, 1)]
CITIES = [VestigingKey(key) for key in ("amsterdam", "rotterdam", "utrecht")]
POOLS = [PoolKey(key) for key in ("north", "south")]
CAMPAIGNS = [CampaignKey(key) for key in ("one", "two", "three")]
ELEMENTS = [PlaceholderKey(key) for key in ("header", "footer")]
FORWARDING = [PhoneNumber(f"+3120123456{i}") for i in range(len(CITIES))]
STOCK = [PhoneNumber(f"+3185019990{i}") for i in range(5)]
Key = TypeVar("Key", bound=str)
SOURCES = ["google", "bing", ""]


def some(values: Sequence[str]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(values), max_size=2)


def moment() -> st.SearchStrategy[datetime | None]:
    return st.none() | st.sampled_from([NOW + span for span in SPANS])


def maybe(values: Sequence[Key]) -> st.SearchStrategy[Key | None]:
    return st.none() | st.sampled_from(values)


def campaign(key: CampaignKey) -> st.SearchStrategy[Campaign]:
    rule = st.builds(Rule, source=st.tuples(st.sampled_from(["google", "b*"])))
    return st.builds(
        Campaign,
        key=st.just(key),
        name=st.just(key),
        method=st.sampled_from(Method),
        exhaustion=st.sampled_from(Exhaustion),
        rules=st.lists(rule, max_size=1).map(tuple),
        sites=some([SITE.key, "shop"]),
        vestigingen=some([*CITIES, "gone"]),
        pool=maybe([*POOLS, "gone"]),
        off_site=st.booleans(),
        starts_at=moment(),
        ends_at=moment(),
        paused=st.booleans(),
    )


def element(key: PlaceholderKey) -> st.SearchStrategy[Placeholder]:
    return st.builds(
        Placeholder,
        key=st.just(key),
        vestiging=maybe([*CITIES, VestigingKey("gone")]),
        campaigns=some([*CAMPAIGNS, "gone"]),
        priority=st.booleans(),
    )


def number(e164: PhoneNumber) -> st.SearchStrategy[StockNumber]:
    state = st.sampled_from(NumberState)
    pooled = st.builds(StockNumber, st.just(e164), pool=st.sampled_from(POOLS), state=state)
    static = st.builds(
        StockNumber,
        st.just(e164),
        campaign=st.sampled_from(CAMPAIGNS),
        vestiging=maybe(CITIES),
        state=state,
    )
    return pooled | static


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    return make_plan(
        vestigingen={
            key: Vestiging(key, key, forwarding, draw(maybe(POOLS)))
            for key, forwarding in zip(CITIES, FORWARDING, strict=True)
        },
        pools={key: Pool(key) for key in POOLS},
        numbers=tuple(draw(number(e164)) for e164 in STOCK),
        campaigns=tuple(draw(campaign(key)) for key in draw(st.permutations(CAMPAIGNS))),
        placeholders=tuple(draw(element(key)) for key in ELEMENTS),
    )


HELD = st.builds(
    Held,
    vestiging=st.sampled_from(CITIES),
    number=st.sampled_from(STOCK),
    campaign=st.sampled_from([*CAMPAIGNS, CampaignKey("gone")]),
    given_at=st.sampled_from([NOW + span for span in SPANS]),
    promised_until=moment(),
    is_confirmed=st.booleans(),
)
PLACES = st.builds(
    Place,
    number=st.none() | st.sampled_from([*FORWARDING, STOCK[0]]),
    placeholder=maybe([*ELEMENTS, "gone"]),
    named=maybe([*CITIES, "gone", ""]),
)


@st.composite
def sessions(draw: st.DrawFn) -> Session:
    touch = Touch(NOW, draw(st.sampled_from(Channel)), source=draw(st.sampled_from(SOURCES)))
    session = start(SiteKey(draw(st.sampled_from([SITE.key, "shop"]))), touch, now=NOW)
    return replace(session, held=tuple(draw(st.lists(HELD, max_size=4))))


@given(plans(), sessions(), PLACES, st.booleans())
def test_a_decision_names_only_what_the_campaign_may_show(
    plan: Plan, session: Session, place: Place, agrees: bool
) -> None:
    viewer = known(plan, session, now=NOW)
    if not agrees:
        viewer = stranger(plan, session.site, session.touch, now=NOW)

    decision = decide(plan, place, viewer)

    rows = {row.number: row for row in plan.numbers}
    campaign = next((c for c in plan.campaigns if c.key == decision.campaign), None)
    assert decision.vestiging is None or decision.vestiging in plan.vestigingen
    if campaign is None or decision.vestiging is None:
        assert (decision.campaign, decision.pool, decision.number) == (None, None, None)
        return
    assert campaign in viewer.campaigns or campaign.key in {h.campaign for h in viewer.held}
    assert campaign.covers(decision.vestiging)
    if decision.number is not None:
        row = rows[decision.number]
        assert (row.campaign, row.state) == (campaign.key, NumberState.ACTIVE)
        assert row.vestiging in {None, decision.vestiging}
    if decision.pool is not None:
        assert decision.pool == (campaign.pool or plan.vestigingen[decision.vestiging].pool)
        assert agrees
    shows_a_number = decision.reason in {Reason.LEASE, Reason.STATIC}
    assert shows_a_number is (decision.pool is not None or decision.number is not None)
    assert not (shows_a_number and (campaign.paused or campaign.method is Method.ORIGINAL))


@given(plans(), sessions(), PLACES)
def test_what_was_shown_is_decided_again_by_the_same_campaign(
    plan: Plan, session: Session, place: Place
) -> None:
    first = decide(plan, place, known(plan, session, now=NOW))
    if first.reason is not Reason.STATIC:
        return
    assert first.vestiging is not None
    assert first.campaign is not None
    assert first.number is not None
    shown = session.with_static(first.vestiging, first.number, first.campaign, now=NOW)
    elsewhere = shown.with_touch(Touch(NOW, Channel.EMAIL, source="bing"))

    named = replace(place, named=first.vestiging)

    assert decide(plan, named, known(plan, elsewhere, now=NOW)) == first
