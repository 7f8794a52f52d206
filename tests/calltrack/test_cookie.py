"""The session cookie: written, read back, and nothing believed that we did not sign."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltrack.cookie import LIMIT_BYTES, NAME_PREFIX, SessionCookie, cookie_name
from calltrack.leases import SessionId, VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import SiteKey
from calltrack.sessions import MAX_HELD, Held, Session, start
from tests.calltrack.plans import SITE

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
KEY, OLD_KEY = b"k" * 32, b"o" * 32
COOKIE = SessionCookie([KEY])


def full(count: int, name: str = "vestiging-{}") -> Session:
    held = tuple(
        Held(VestigingKey(name.format(i)), PhoneNumber(f"+3130123{i:04}"), NOW)
        for i in range(count)
    )
    before = tuple((h.vestiging, h.number) for h in held)
    return replace(
        start(SITE.key, now=NOW), held=held, before=before, before_session=SessionId("b")
    )


@pytest.mark.parametrize("count", [0, 1, 3, MAX_HELD // 2])
def test_a_session_comes_back_as_it_was(count: int) -> None:
    session = full(count)

    assert COOKIE.read(COOKIE.value(session)) == session


def test_what_the_store_can_tell_again_goes_first_when_the_cookie_is_full() -> None:
    session = full(MAX_HELD, name="een-vestiging-met-een-heel-erg-lange-naam-{}" + "x" * 30)

    value = COOKIE.value(session)
    back = COOKIE.read(value)

    assert len(value) <= LIMIT_BYTES
    assert back is not None
    assert back.before == session.before[len(session.before) - len(back.before) :]
    assert back.held == session.held[len(session.held) - len(back.held) :]
    assert (back.visitor, back.id) == (session.visitor, session.id)


def test_the_key_before_counts_and_a_stranger_s_does_not() -> None:
    session = full(1)
    old = SessionCookie([OLD_KEY]).value(session)

    assert SessionCookie([KEY, OLD_KEY]).read(old) == session
    assert COOKIE.read(old) is None


def test_the_newest_key_signs() -> None:
    assert COOKIE.read(SessionCookie([KEY, OLD_KEY]).value(full(1))) is not None


@given(st.integers(min_value=0), st.characters(codec="ascii"))
def test_a_changed_value_is_not_believed(place: int, char: str) -> None:
    session = full(2)
    value = COOKIE.value(session)
    at = place % len(value)
    forged = value[:at] + char + value[at + 1 :]

    # The last letter of a signature has bits that mean nothing: such a value is the same value.
    assert COOKIE.read(forged) in (None, session)


def test_another_number_in_the_cookie_is_not_believed() -> None:
    session = full(2)
    other = replace(session, held=full(3).held)
    payload = COOKIE.value(other).rpartition(".")[0]
    signature = COOKIE.value(session).rpartition(".")[2]

    assert COOKIE.read(f"{payload}.{signature}") is None


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("", id="empty"),
        pytest.param(".", id="a dot"),
        pytest.param("....", id="dots"),
        pytest.param("\x00\xff", id="no text"),
        pytest.param("A" * (LIMIT_BYTES + 1), id="over-long"),
        pytest.param("é" * 20, id="not ascii"),
    ],
)
def test_junk_is_no_session(value: str) -> None:
    assert COOKIE.read(value) is None


@pytest.mark.parametrize(
    "data",
    [
        pytest.param([], id="empty"),
        pytest.param({"v": 1}, id="a mapping"),
        pytest.param(7, id="a number"),
        pytest.param([9, "v", "s", "main", 1, 1, [], None, []], id="another shape"),
        pytest.param([1, "v", "s", "main", 10**30, 1, [], None, []], id="a moment out of range"),
        pytest.param([1, "v", "s", "main", 1, 1, [["a", "nummer", 1]], None, []], id="no number"),
        pytest.param([1, "v", "s", "main", "x", 1, [], None, []], id="no moment"),
    ],
)
def test_what_we_signed_in_another_shape_is_no_session(data: object) -> None:
    value = COOKIE._serializer.dumps(data)

    assert COOKIE.read(str(value)) is None


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
    assert pair.startswith(f"{NAME_PREFIX}main=")
    fixed = {"Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=2592000"}
    assert set(attributes) == fixed | expected


def test_two_sites_have_cookies_of_their_own() -> None:
    assert cookie_name(SiteKey("a")) != cookie_name(SiteKey("b"))


def test_moments_keep_whole_seconds() -> None:
    session = start(SITE.key, now=NOW + timedelta(microseconds=7))

    back = COOKIE.read(COOKIE.value(session))

    assert back is not None
    assert back.started_at == NOW
