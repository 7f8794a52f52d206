"""What campaigns make of a page: sources, static numbers, empty pools, caps, bound places."""

from dataclasses import replace
from datetime import timedelta

import pytest

from calltrack.events import Kind
from calltrack.numbers import PhoneNumber
from calltrack.plan import (
    Campaign,
    Exhaustion,
    Placeholder,
    PlaceholderKey,
    StockNumber,
)
from tests.calltrack.plans import (
    AMSTERDAM,
    AMSTERDAM_POOL,
    EVERYONE,
    make_plan,
)
from tests.proxy.campaigns import (
    ABROAD,
    ADS,
    AGREED,
    CONSENT,
    FLYER,
    FROM_ADS,
    HERE,
    PLAN,
    SPARE,
    WITH_CONSENT,
)
from tests.proxy.visits import Front, facts


def policy(exhaustion: Exhaustion) -> tuple[Campaign, ...]:
    return (ADS, replace(EVERYONE, exhaustion=exhaustion))


class TestSource:
    """The touch decides."""

    async def test_a_visitor_of_an_ad_sees_its_static_number_and_another_a_lease(
        self, front: Front
    ) -> None:
        await front.use(PLAN)

        shown, cookie = await front.view(page=HERE, target=FROM_ADS)
        again, _ = await front.view(cookie, page=HERE)
        other, _ = await front.view(page=HERE)

        assert (shown, again, other) == ([FLYER], [FLYER], [AMSTERDAM_POOL[0]])
        told = [e.data for e in await front.events() if e.kind is Kind.NUMBER_SHOWN]
        assert [(d["number"], d["campaign"]) for d in told] == [
            (FLYER.e164, "ads"),
            (FLYER.e164, "ads"),
            (AMSTERDAM_POOL[0].e164, "everyone"),
        ]

    async def test_a_new_source_in_a_session_is_told_and_what_was_shown_stays(
        self, front: Front
    ) -> None:
        await front.use(PLAN)
        shown, first = await front.view(page=HERE)

        again, second = await front.view(first, page=HERE, target=FROM_ADS)
        elsewhere, _ = await front.view(second, page=b"<p>010 123 45 67")

        assert shown == again == [AMSTERDAM_POOL[0]]
        assert elsewhere == [FLYER]
        assert first != second
        kinds = await front.kinds()
        assert (kinds[Kind.SESSION_STARTED], kinds[Kind.TOUCH_ADDED]) == (1, 1)
        added = next(e.data for e in await front.events() if e.kind is Kind.TOUCH_ADDED)
        assert (added["source"], added["medium"]) == ("google", "cpc")

    @pytest.mark.parametrize(
        ("target", "headers"),
        [
            pytest.param("/two", {}, id="nothing said"),
            pytest.param("/two", {"Referer": "http://localhost/" + FROM_ADS}, id="our own page"),
            pytest.param(FROM_ADS, {"Sec_Fetch_Mode": "cors"}, id="fetch()"),
            pytest.param(FROM_ADS, {"Sec_Purpose": "prefetch"}, id="fetched ahead"),
        ],
    )
    async def test_what_is_no_arrival_is_no_new_source(
        self, front: Front, target: str, headers: dict[str, str]
    ) -> None:
        await front.use(PLAN)
        _, cookie = await front.view(page=HERE)

        visit = front.visit(target, cookie=cookie, **headers)

        assert not visit.changes_session
        await visit.finish(200)
        assert (await front.kinds())[Kind.TOUCH_ADDED] == 0


class TestPolicy:
    """What a page shows when the pool gives nothing."""

    async def drained(self, front: Front, exhaustion: Exhaustion) -> list[PhoneNumber | None]:
        await front.use(replace(PLAN, campaigns=policy(exhaustion)))
        for _ in AMSTERDAM_POOL:
            await front.view(page=HERE)
        shown, _ = await front.view(page=HERE)
        return shown

    @pytest.mark.parametrize(
        ("exhaustion", "shown", "counted"),
        [
            pytest.param(Exhaustion.ORIGINAL, None, "pool.exhausted", id="original"),
            pytest.param(Exhaustion.STATIC, SPARE, "pool.exhausted", id="static"),
            pytest.param(Exhaustion.SHARE, AMSTERDAM_POOL[0], "pool.shared", id="share"),
        ],
    )
    async def test_an_empty_pool_is_handled_as_the_campaign_says(
        self, front: Front, exhaustion: Exhaustion, shown: PhoneNumber | None, counted: str
    ) -> None:
        assert await self.drained(front, exhaustion) == [shown]
        assert front.counted(counted) == 1

    async def test_a_number_shown_for_want_of_another_leaves_no_validator(
        self, front: Front
    ) -> None:
        await self.drained(front, Exhaustion.STATIC)

        visit = front.visit()
        show = await visit.numbers(slots := front.slots(HERE))

        assert [show(slot) for slot in slots] == [SPARE]
        assert visit.etag_suffix is None

    async def test_what_was_shown_for_want_of_another_stays(self, front: Front) -> None:
        await self.drained(front, Exhaustion.STATIC)
        shown, cookie = await front.view(page=HERE)
        front.clock.turn(minutes=29)
        _, cookie = await front.view(cookie, page=b"")
        front.clock.turn(minutes=29)

        again, _ = await front.view(cookie, page=HERE)

        assert shown == again == [SPARE]

    @pytest.mark.parametrize(
        ("exhaustion", "shown"),
        [
            pytest.param(Exhaustion.ORIGINAL, None, id="original"),
            pytest.param(Exhaustion.STATIC, SPARE, id="static"),
            pytest.param(Exhaustion.SHARE, None, id="share"),
        ],
    )
    async def test_a_network_over_its_cap_gets_no_lease_and_others_do(
        self, front: Front, exhaustion: Exhaustion, shown: PhoneNumber | None
    ) -> None:
        await front.use(replace(PLAN, campaigns=policy(exhaustion)), client_cap=1)
        first, _ = await front.view(page=HERE, client=ABROAD)

        second, _ = await front.view(page=HERE, client="203.0.113.77")
        other, _ = await front.view(page=HERE, client="198.51.100.1")

        assert (first, second, other) == ([AMSTERDAM_POOL[0]], [shown], [AMSTERDAM_POOL[1]])
        assert (front.counted("pool.capped"), front.counted("pool.exhausted")) == (1, 0)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "requests", [300, pytest.param(10_000, marks=pytest.mark.slow, id="ten thousand")]
)
async def test_a_drain_from_one_network_takes_its_cap_and_a_crawler_nothing(
    front: Front, requests: int
) -> None:
    stock = [PhoneNumber(f"+3120765{number:04}") for number in range(40)]
    pool = make_plan().vestigingen[AMSTERDAM].pool
    await front.use(make_plan(numbers=tuple(StockNumber(number, pool) for number in stock)))

    for host in range(requests):
        await front.view(page=HERE, client=f"203.0.113.{host % 256}")
        await front.view(page=HERE, client=f"198.51.100.{host % 256}", User_Agent="Googlebot/2.1")

    (fill, _) = await front.store.fill(now=front.clock.now)
    assert (fill.numbers, fill.promised) == (40, 10)
    assert front.counted("pool.capped") == requests - 10


class TestBound:
    """Placeholders that are bound to campaigns, vestigingen and paths."""

    async def test_a_place_bound_to_a_campaign_shows_its_number_beside_a_lease(
        self, front: Front
    ) -> None:
        footer = Placeholder(PlaceholderKey("footer"), "footer", campaigns=frozenset({ADS.key}))
        open_ads = replace(ADS, rules=())
        await front.use(replace(PLAN, campaigns=(EVERYONE, open_ads), placeholders=(footer,)))
        page = HERE + b'<p class="footer">020 123 45 67</p>'

        shown, cookie = await front.meet(page)
        again, same = await front.view(cookie, page=page)

        assert shown == again == [AMSTERDAM_POOL[0], FLYER]
        assert same == cookie

    async def test_of_rows_with_one_class_the_longest_prefix_of_the_path_decides(
        self, front: Front
    ) -> None:
        rows = (
            Placeholder(PlaceholderKey("shop"), "tel", AMSTERDAM, paths=("/shop/",)),
            Placeholder(PlaceholderKey("any"), "tel", vestiging=None),
        )
        await front.use(replace(PLAN, placeholders=rows))
        page = b'<p class="tel">x</p>'

        keys = {path: front.slots(page, path)[0].placeholder for path in ("/", "/shop/1")}

        assert keys == {"/": "any", "/shop/1": "shop"}


class TestWithoutConsent:
    """Static numbers of the source that this very request tells; nothing is stored."""

    @pytest.mark.parametrize(
        ("target", "headers", "shown"),
        [
            pytest.param(FROM_ADS, {}, FLYER, id="an ad"),
            pytest.param("/", {}, SPARE, id="anybody"),
            pytest.param("/", {"Referer": "http://localhost" + FROM_ADS}, FLYER, id="a page ago"),
        ],
    )
    async def test_the_static_number_is_shown_and_nothing_is_kept(
        self, front: Front, target: str, headers: dict[str, str], shown: PhoneNumber
    ) -> None:
        await front.use(WITH_CONSENT)

        found, cookie = await front.view(page=HERE, target=target, **headers)

        assert (found, cookie) == ([shown], None)
        assert (front.store.asks, await front.events()) == ([], [])

    async def test_the_validator_depends_on_the_source(self, front: Front) -> None:
        await front.use(WITH_CONSENT)

        suffixes = {front.visit(target).etag_suffix for target in (FROM_ADS, "/", "/other")}

        assert len(suffixes) == 2
        assert front.visit().personal

    async def test_without_static_numbers_the_page_is_not_personal(self, front: Front) -> None:
        await front.use(make_plan(sites=(CONSENT,)))

        assert not front.visit().personal
        assert (await front.view())[0] == [None, None, None]

    async def test_consent_starts_a_session_with_the_source_of_the_page_before(
        self, front: Front
    ) -> None:
        await front.use(WITH_CONSENT)
        landing = "http://localhost" + FROM_ADS

        shown, cookie = await front.view(AGREED, page=HERE, target="/two", Referer=landing)

        assert shown == [FLYER]
        assert cookie != AGREED
        started = next(e.data for e in await front.events() if e.kind is Kind.SESSION_STARTED)
        assert (started["source"], started["landing_path"]) == ("google", "/")

    @pytest.mark.parametrize("reason", ["withdrawn", "calltrack-off=1", "gpc"])
    async def test_who_says_no_loses_our_cookie(self, front: Front, reason: str) -> None:
        await front.use(WITH_CONSENT)
        _, cookie = await front.view(AGREED, page=HERE)
        said = {"withdrawn": "agreed=no", "gpc": AGREED}.get(reason, f"{AGREED}; {reason}")
        headers = {"Sec_GPC": "1"} if reason == "gpc" else {}

        visit = front.visit(cookie=f"{said}; {cookie}", **headers)

        assert visit.changes_session
        (gone,) = visit.cookies()
        assert gone.startswith(f"{(cookie or '').partition('=')[0]}=;")
        assert "Max-Age=0" in gone

    async def test_an_opt_out_shows_the_originals(self, front: Front) -> None:
        await front.use(PLAN)

        shown, _ = await front.view("calltrack-off=1", page=HERE, target=FROM_ADS)

        assert shown == [None]
        assert (front.store.asks, await front.events()) == ([], [])


async def test_a_number_released_by_hand_is_shown_no_more(front: Front) -> None:
    _, cookie = await front.view(page=HERE)
    front.clock.turn(minutes=1)
    numbers = (
        replace(PLAN.numbers[0], released_at=front.clock.now),
        *PLAN.numbers[1:],
    )
    await front.use(make_plan(serial=2, numbers=numbers))

    shown, _ = await front.view(cookie, page=HERE)

    assert shown == [AMSTERDAM_POOL[1]]


async def test_withdrawing_ends_the_leases_and_is_told(front: Front) -> None:
    _, cookie = await front.meet(HERE)
    session = front.desk.means.cookie.read((cookie or "").partition("=")[2])
    assert session is not None

    await front.desk.end(session)

    kinds = await front.kinds()
    assert (kinds[Kind.SESSION_LEFT], kinds[Kind.LEASE_ENDED]) == (1, 1)
    (lease,) = await front.store.held(now=front.clock.now)
    assert lease.ended_at == front.clock.now
    assert lease.promised_until - front.clock.now == timedelta(minutes=33)


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT"])
async def test_another_method_changes_no_session(front: Front, method: str) -> None:
    await front.use(PLAN)

    visit = front.desk.begin(facts(FROM_ADS, method=method))

    assert not visit.changes_session
    assert list(visit.cookies()) == []
