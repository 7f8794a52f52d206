"""The session cookie: written, read back, short enough, and nothing believed that is not ours."""

import hashlib
import string
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltrack.cookie import LIMIT_BYTES, SessionCookie
from calltrack.leases import SessionId, VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import CampaignKey, Organisation, SiteKey
from calltrack.sessions import MAX_HELD, Held, Session, start
from calltrack.touch import CLICK_IDS, LONGEST, Channel, Touch
from tests.calltrack.plans import SITE

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
KEY, OLD_KEY = b"k" * 32, b"o" * 32
FIRM, NEIGHBOUR = Organisation("Van Dam", "12345678"), Organisation("Buur", "87654321")
COOKIE = SessionCookie([KEY], FIRM)
ADVERT = Touch(
    NOW,
    Channel.PAID_SEARCH,
    source="google",
    medium="cpc",
    campaign="voorjaar-plafonds",
    term="stucwerk utrecht",
    referrer="www.google.com",
    landing_path="/plafonds/",
    region="NL-UT",
    device="mobile",
    click_ids=("gclid",),
)


def full(count: int, *, name: str = "vestiging-{}", touch: Touch = ADVERT) -> Session:
    held = tuple(
        Held(
            VestigingKey(name.format(i)),
            PhoneNumber(f"+3130123{i:04}"),
            CampaignKey("google-ads"),
            NOW + timedelta(seconds=i),
            None if i % 3 == 2 else NOW + timedelta(minutes=33, seconds=i),
            is_confirmed=i % 4 != 0,
        )
        for i in range(count)
    )
    before = tuple((h.vestiging, h.number) for h in held)
    session = start(SITE.key, touch, now=NOW)
    return replace(session, held=held, before=before, before_session=SessionId("b"))


def test_a_value_that_comes_with_every_image_is_read_once() -> None:
    value = COOKIE.value(full(3))

    assert COOKIE.read(value) is COOKIE.read(value)
    assert COOKIE.read(value[:-1]) is None


@pytest.mark.parametrize("count", [0, 1, 3, MAX_HELD])
def test_a_session_comes_back_as_it_was(count: int) -> None:
    session = full(count)

    assert COOKIE.read(COOKIE.value(session)) == session


@pytest.mark.parametrize("is_agreed", [True, False])
def test_a_yes_that_only_a_script_heard_is_remembered(is_agreed: bool) -> None:
    session = replace(full(1), is_agreed=is_agreed)
    assert COOKIE.read(COOKIE.value(session)) == session


def some_text(longest: int) -> st.SearchStrategy[str]:
    return st.text(max_size=longest).map(lambda text: "".join(filter(str.isprintable, text)))


def keys() -> st.SearchStrategy[str]:
    letters = string.ascii_letters + string.digits
    return st.text(letters + "._-", max_size=64).map(lambda text: "k" + text[1:])


MOMENTS = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
NUMBERS = st.integers(200_000_000, 209_999_999).map(lambda n: PhoneNumber(f"+31{n}"))
TOUCHES = st.builds(
    Touch,
    at=MOMENTS,
    channel=st.sampled_from(Channel),
    click_ids=st.lists(st.sampled_from(CLICK_IDS), unique=True).map(tuple),
    **dict.fromkeys(
        ("source", "medium", "campaign", "term", "content", "referrer", "landing_path"),
        some_text(LONGEST),
    ),
)
HELD = st.builds(
    Held,
    vestiging=keys().map(VestigingKey),
    number=NUMBERS,
    campaign=keys().map(CampaignKey),
    given_at=MOMENTS,
    promised_until=st.none() | MOMENTS,
    is_confirmed=st.booleans(),
)
SESSIONS = st.builds(
    Session,
    visitor=st.just("visitor-visitor-"),
    id=st.just("session-session-"),
    site=keys().map(SiteKey),
    started_at=MOMENTS,
    seen_at=MOMENTS,
    touch=TOUCHES,
    held=st.lists(HELD, max_size=MAX_HELD).map(tuple),
    before=st.lists(st.tuples(keys().map(VestigingKey), NUMBERS), max_size=MAX_HELD).map(tuple),
    before_session=st.none() | st.just(SessionId("before-before-be")),
)


@given(SESSIONS)
def test_whatever_the_session_its_cookie_is_short_and_gives_it_back(session: Session) -> None:
    value = COOKIE.value(session)
    back = COOKIE.read(value)

    assert len(value) <= LIMIT_BYTES
    assert back is not None
    assert back.held == session.held[len(session.held) - len(back.held) :]
    assert back.before == session.before[len(session.before) - len(back.before) :]
    assert session.touch.term.startswith(back.touch.term)
    same = replace(back, held=session.held, before=session.before, touch=session.touch)
    assert same == session


def noise(seed: int, first: int, count: int) -> str:
    """Give a text of LONGEST characters that no packing makes much shorter."""
    noise = hashlib.shake_128(bytes([seed])).digest(2 * LONGEST)
    pairs = zip(noise[::2], noise[1::2], strict=True)
    return "".join(chr(first + (one * 256 + other) % count) for one, other in pairs)


LATIN = [noise(seed, ord("A"), 58) for seed in range(5)]
CHINESE = [noise(seed, 0x4E00, 20_000) for seed in range(5)]
TEXTS = ("source", "medium", "campaign", "term", "content")


def touch_with(*texts: str) -> Touch:
    changes: dict[str, Any] = dict(zip(TEXTS, texts, strict=False))
    return replace(ADVERT, **changes)


def written_and_read(session: Session) -> Session:
    value = COOKIE.value(session)
    back = COOKIE.read(value)
    assert len(value) <= LIMIT_BYTES
    assert back is not None
    return back


@pytest.mark.parametrize(
    "session",
    [
        pytest.param(full(MAX_HELD), id="a usual one with many numbers"),
        pytest.param(full(MAX_HELD, touch=touch_with(*LATIN)), id="five long texts"),
        pytest.param(full(MAX_HELD, name=LATIN[0][:60] + "-{}"), id="long names"),
        pytest.param(full(3, touch=touch_with(*CHINESE[:3])), id="three long Chinese texts"),
    ],
)
def test_what_fits_stays_whole(session: Session) -> None:
    assert written_and_read(session) == session


def test_the_numbers_of_the_visit_before_go_first() -> None:
    session = full(MAX_HELD, touch=touch_with(*CHINESE[:4], LATIN[0]))

    back = written_and_read(session)

    assert len(back.before) < MAX_HELD
    assert back.before == session.before[MAX_HELD - len(back.before) :]
    assert (back.touch, back.held) == (session.touch, session.held)


def test_then_long_texts_are_cut_and_those_of_plain_ascii_are_not() -> None:
    touch = replace(touch_with(*CHINESE), referrer=LATIN[0], landing_path=LATIN[1])
    session = full(MAX_HELD, touch=touch)

    back = written_and_read(session)

    short = touch_with(*(text[: LONGEST // 3] for text in CHINESE))
    assert back.touch == replace(short, referrer=LATIN[0], landing_path=LATIN[1])
    assert (back.before, back.held) == ((), session.held)


def test_then_the_oldest_numbers_held_go() -> None:
    names = [hashlib.sha512(bytes([i])).hexdigest() for i in range(MAX_HELD)]
    held = tuple(
        replace(one, vestiging=VestigingKey(name[:64]), campaign=CampaignKey(name[64:]))
        for name, one in zip(names, full(MAX_HELD).held, strict=True)
    )
    session = replace(full(0), held=held)

    back = written_and_read(session)

    assert 4 <= len(back.held) < MAX_HELD
    assert back.held == held[-len(back.held) :]
    assert back.touch == session.touch


def test_sites_and_organisations_under_one_domain_have_cookies_of_their_own() -> None:
    cookies = (COOKIE, SessionCookie([KEY], NEIGHBOUR))
    names = {cookie.name(SiteKey(site)) for cookie in cookies for site in ("main", "shop", "off")}

    assert len(names) == 6
    assert COOKIE.name(SITE.key) == "calltrack-12345678-main"


@pytest.mark.parametrize(
    ("domain", "secure", "expected"),
    [
        pytest.param(None, False, set(), id="plain http"),
        pytest.param(None, True, {"Secure"}, id="https"),
        pytest.param("example.nl", True, {"Secure", "Domain=example.nl"}, id="subdomains too"),
    ],
)
def test_the_header_keeps_the_cookie_from_scripts_and_other_sites(
    domain: str | None, secure: bool, expected: set[str]
) -> None:
    header = COOKIE.header(full(1), replace(SITE, cookie_domain=domain), secure=secure)

    pair, *attributes = header.split("; ")
    assert pair.startswith(f"{COOKIE.name(SITE.key)}=")
    fixed = {"Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=2592000"}
    assert set(attributes) == fixed | expected


GONE = "calltrack-12345678-main=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"


@pytest.mark.parametrize(
    ("domain", "secure", "expected"),
    [
        pytest.param(None, False, (GONE,), id="plain http"),
        pytest.param(None, True, (f"{GONE}; Secure",), id="https"),
        pytest.param(
            "example.nl", False, (GONE, f"{GONE}; Domain=example.nl"), id="of host and domain"
        ),
    ],
)
def test_a_visitor_can_be_forgotten(
    domain: str | None, secure: bool, expected: tuple[str, ...]
) -> None:
    site = replace(SITE, cookie_domain=domain)

    assert COOKIE.forget(site, secure=secure) == expected


def test_moments_keep_whole_seconds() -> None:
    session = start(SITE.key, ADVERT, now=NOW + timedelta(microseconds=7))

    back = COOKIE.read(COOKIE.value(session))

    assert back is not None
    assert back.started_at == NOW
