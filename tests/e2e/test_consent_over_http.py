"""Consent, opt-out and Global Privacy Control: what is stored, set and shown, over real HTTP."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from http.cookies import SimpleCookie
from ipaddress import ip_network
from pathlib import Path

import aiohttp
import pytest

from calltrack.cookie import NAME_PREFIX
from calltrack.events import Kind
from calltrack.plan import Consent, Plan, PrivacyControl
from tests.calltrack.plans import SITE
from tests.e2e.edges import visitor
from tests.e2e.firm import MAIL_NUMBERS, ORIGINALS, PAGE, firm_plan, pool_numbers, small_site
from tests.e2e.reading import link_numbers, text_numbers
from tests.e2e.turned import turned_proxy

MAIL = "/?utm_source=nieuwsbrief&utm_medium=email"
YES = {"Cookie": "consent=%7Bstatistics:true%7D"}
NO = {"Cookie": "consent=%7Bstatistics:false%7D"}
LEASED = [numbers[0] for numbers in pool_numbers(4)]
ASKING = replace(
    SITE,
    consent=Consent.REQUIRED,
    consent_cookie="consent",
    consent_value="*statistics:true*",
)


def asking_plan(**changes: object) -> Plan:
    return firm_plan(sites=(replace(ASKING, **changes),))  # type: ignore[arg-type]


def kept_in(folder: Path) -> list[str]:
    """Give all that the files of store and outbox hold, as the statements that would make it."""
    told: list[str] = []
    for path in sorted(folder.glob("*.sqlite3")):
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            told += connection.iterdump()
    assert len(told) > 20
    return told


async def look(
    client: aiohttp.ClientSession, url: str, **headers: str
) -> tuple[bytes, SimpleCookie]:
    """Fetch a page; give it with the cookies of ours that it sets."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    async with client.get(url, headers=names) as response:
        assert response.status == 200
        ours = SimpleCookie()
        for value in response.headers.getall("Set-Cookie", []):
            assert value.startswith(NAME_PREFIX)
            ours.load(value)
        return await response.read(), ours


def shown(page: bytes) -> list[str]:
    """Give the numbers of a page, whose text and links must agree."""
    assert text_numbers(page) == link_numbers(page)
    return link_numbers(page)


@pytest.mark.parametrize(
    "said", [pytest.param({}, id="nothing said"), pytest.param(NO, id="refused")]
)
async def test_before_agreeing_nothing_is_stored_and_the_source_s_static_number_is_shown(
    tmp_path: Path, said: dict[str, str]
) -> None:
    async with (
        small_site() as site,
        turned_proxy(site, asking_plan(), tmp_path) as proxy,
        visitor() as client,
    ):
        before = kept_in(tmp_path)
        seen = [
            await look(client, proxy.url + target, **said)
            for target in ("/", MAIL, "/", f"/contact{MAIL[1:]}", "/?gclid=abc")
        ]
        after = kept_in(tmp_path)
        cookies = list(client.cookie_jar)

    pages = [page for page, _ in seen]
    assert [shown(page) for page in pages] == [
        ORIGINALS,
        MAIL_NUMBERS,
        ORIGINALS,
        MAIL_NUMBERS,
        ORIGINALS,
    ]
    assert pages[0] == pages[2] == pages[4] == PAGE
    assert [dict(ours) for _, ours in seen] == [{}] * 5
    assert cookies == []
    assert before == after


@pytest.mark.parametrize(
    ("landing", "channel", "numbers"),
    [
        pytest.param(MAIL, "email", MAIL_NUMBERS, id="the newsletter"),
        pytest.param("/diensten?gclid=EAIaIQ", "paid_search", LEASED, id="a search ad"),
        pytest.param("/", "direct", LEASED, id="nowhere"),
    ],
)
async def test_a_session_that_starts_after_agreeing_has_the_source_of_the_landing_page(
    tmp_path: Path, landing: str, channel: str, numbers: list[str]
) -> None:
    async with (
        small_site() as site,
        turned_proxy(site, asking_plan(), tmp_path) as proxy,
        visitor() as client,
    ):
        await look(client, proxy.url + landing)
        assert await proxy.events() == []

        page, ours = await look(client, f"{proxy.url}/contact", **YES, Referer=proxy.url + landing)
        (started,) = await proxy.events(Kind.SESSION_STARTED)

    assert shown(page) == numbers
    assert len(ours) == 1
    assert (started.data["channel"], started.data["landing"]) == (channel, landing)


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        pytest.param(NO, MAIL_NUMBERS, id="consent withdrawn"),
        pytest.param({"Cookie": "calltrack-off=1; " + YES["Cookie"]}, ORIGINALS, id="opted out"),
        pytest.param({**YES, "Sec-GPC": "1"}, MAIL_NUMBERS, id="Global Privacy Control"),
    ],
)
async def test_who_withdraws_has_our_cookie_deleted_and_is_a_stranger_from_then_on(
    tmp_path: Path, said: dict[str, str], numbers: list[str]
) -> None:
    async with (
        small_site() as site,
        turned_proxy(site, asking_plan(), tmp_path) as proxy,
        visitor() as client,
    ):
        own, _ = await look(client, f"{proxy.url}/", **YES)
        (mine,) = client.cookie_jar
        after_visit = await proxy.events()
        own_cookie = f"{mine.key}={mine.value}; "

        page, ours = await look(
            client, proxy.url + MAIL, **{**said, "Cookie": own_cookie + said["Cookie"]}
        )
        left = list(client.cookie_jar)
        again, later = await look(client, proxy.url + MAIL, **said)
        events = await proxy.events()

    assert shown(own) == LEASED
    assert shown(page) == shown(again) == numbers
    assert [(name, one["max-age"], one.value) for name, one in ours.items()] == [
        (mine.key, "0", "")
    ]
    assert left == []
    assert dict(later) == {}
    assert events == after_visit


@pytest.mark.parametrize(
    ("gpc", "numbers", "sessions"),
    [
        pytest.param(PrivacyControl.IGNORED, MAIL_NUMBERS, 1, id="ignored: as without"),
        pytest.param(PrivacyControl.NO_CONSENT, MAIL_NUMBERS, 0, id="as without consent"),
        pytest.param(PrivacyControl.OPT_OUT, ORIGINALS, 0, id="as an opt-out"),
    ],
)
async def test_global_privacy_control_means_what_the_site_says(
    tmp_path: Path, gpc: PrivacyControl, numbers: list[str], sessions: int
) -> None:
    async with (
        small_site() as site,
        turned_proxy(site, asking_plan(gpc=gpc), tmp_path) as proxy,
        visitor(**{"Sec-GPC": "1"}) as client,
    ):
        before = kept_in(tmp_path)
        page, ours = await look(client, proxy.url + MAIL, **YES)
        after = kept_in(tmp_path)
        started = await proxy.events(Kind.SESSION_STARTED)

    assert shown(page) == numbers
    assert len(ours) == len(started) == sessions
    assert (before == after) is (sessions == 0)
    assert sessions or numbers != ORIGINALS or page == PAGE


@pytest.mark.parametrize(
    ("trusted", "numbers"),
    [
        pytest.param("127.0.0.1/32", LEASED, id="from a front we trust it counts"),
        pytest.param("10.0.0.0/8", ORIGINALS, id="from anybody else it does not"),
    ],
)
async def test_consent_in_a_header_is_believed_of_a_trusted_front_alone(
    tmp_path: Path, trusted: str, numbers: list[str]
) -> None:
    plan = asking_plan(consent_cookie=None, consent_header="X-Consent", consent_value="yes")
    async with (
        small_site() as site,
        turned_proxy(site, plan, tmp_path, trusted=[ip_network(trusted)]) as proxy,
        visitor() as client,
    ):
        page, _ = await look(client, proxy.url, X_Consent="yes")

    assert shown(page) == numbers
