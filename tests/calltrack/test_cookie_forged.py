"""Cookies that are not ours, or not any more: nothing of them is believed, and nothing fails."""

import base64
import hashlib
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltrack.cookie import LIMIT_BYTES, SessionCookie
from calltrack.leases import VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import CampaignKey, Organisation
from calltrack.sessions import Held, Session, start
from calltrack.touch import Channel, Touch
from tests.calltrack.plans import SITE

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
KEY, OLD_KEY = b"k" * 32, b"o" * 32
FIRM, NEIGHBOUR = Organisation("Van Dam", "12345678"), Organisation("Buur", "87654321")
COOKIE = SessionCookie([KEY], FIRM)


def full(count: int) -> Session:
    held = tuple(
        Held(
            VestigingKey(f"vestiging-{i}"),
            PhoneNumber(f"+3130123{i:04}"),
            CampaignKey("google-ads"),
            NOW,
            NOW + timedelta(minutes=33),
        )
        for i in range(count)
    )
    return replace(start(SITE.key, Touch(NOW, Channel.DIRECT), now=NOW), held=held)


def test_the_key_before_counts_and_a_stranger_s_does_not() -> None:
    session = full(1)
    old = SessionCookie([OLD_KEY], FIRM).value(session)

    assert SessionCookie([KEY, OLD_KEY], FIRM).read(old) == session
    assert COOKIE.read(old) is None


def test_the_newest_key_signs() -> None:
    assert COOKIE.read(SessionCookie([KEY, OLD_KEY], FIRM).value(full(1))) is not None


def test_organisations_with_one_key_do_not_read_each_other_s_cookies() -> None:
    neighbour = SessionCookie([KEY], NEIGHBOUR)

    assert neighbour.read(COOKIE.value(full(1))) is None


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


BOMB = base64.urlsafe_b64encode(zlib.compress(b"[" * 10_000_000)[:1400]).decode().rstrip("=")


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("", id="empty"),
        pytest.param(".", id="a dot"),
        pytest.param("....", id="dots"),
        pytest.param("\x00\xff", id="no text"),
        pytest.param("\udcff\udc80", id="bytes that are no UTF-8"),
        pytest.param("A" * (LIMIT_BYTES + 1), id="over-long"),
        pytest.param("é" * 20, id="not ascii"),
        pytest.param(f".{BOMB}.{'A' * 43}", id="a zip bomb"),
        pytest.param(f"{'W' * 1000}.{'A' * 43}", id="deep nesting"),
        pytest.param("bnVsbA.", id="no signature"),
    ],
)
def test_junk_is_no_session(value: str) -> None:
    assert COOKIE.read(value) is None


@given(st.text())
def test_no_text_makes_reading_fail(value: str) -> None:
    assert COOKIE.read(value) is None


def test_what_we_did_not_sign_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked: list[bytes] = []
    unpack = zlib.decompress

    def watched(data: bytes) -> bytes:
        unpacked.append(data)
        return unpack(data)

    monkeypatch.setattr("itsdangerous.url_safe.zlib.decompress", watched)
    ours, theirs = COOKIE.value(full(9)), SessionCookie([OLD_KEY], FIRM).value(full(9))
    assert COOKIE.read(ours) is not None
    assert len(unpacked) == 1

    assert COOKIE.read(theirs) is None
    assert len(unpacked) == 1


TOUCH = [1, "direct", "", "", "", "", "", "", "/", "", "", []]
HELD_LIST = ["a", "+31301234567", "c", 1, 1, 1]
GOOD = [2, "v", "s", "main", 1, 1, TOUCH, [HELD_LIST], None, []]


def changed(place: int, value: object) -> list[Any]:
    return [*GOOD[:place], value, *GOOD[place + 1 :]]


def signed(data: object) -> str:
    return str(COOKIE._serializer.dumps(data))


def test_the_shape_that_the_next_tests_break_is_a_session() -> None:
    assert COOKIE.read(signed(GOOD)) is not None


def test_more_than_we_ever_write_is_not_read() -> None:
    noise = base64.b64encode(hashlib.shake_128(b"x").digest(LIMIT_BYTES)).decode()

    assert COOKIE.read(signed(changed(1, noise[:LIMIT_BYTES]))) is None


@pytest.mark.parametrize(
    "data",
    [
        pytest.param([], id="empty"),
        pytest.param({"v": 1}, id="a mapping"),
        pytest.param(7, id="a number"),
        pytest.param(None, id="nothing"),
        pytest.param([1, "v", "s", "main", 1, 1, [], None, []], id="the shape before"),
        pytest.param(changed(0, 9), id="a shape to come"),
        pytest.param([*GOOD, 1], id="one more field"),
        pytest.param([*GOOD, False], id="a yes that is none"),
        pytest.param([*GOOD, True, True], id="two more fields"),
        pytest.param(changed(1, ["v"]), id="a visitor that is no text"),
        pytest.param(changed(2, None), id="no session"),
        pytest.param(changed(3, 7), id="a site that is no text"),
        pytest.param(changed(4, 10**30), id="a moment out of range"),
        pytest.param(changed(4, -(10**12)), id="a moment before the calendar"),
        pytest.param(changed(4, 1.5), id="half a second"),
        pytest.param(changed(5, "x"), id="a moment that is a text"),
        pytest.param(changed(5, float("nan")), id="a moment that is no number"),
        pytest.param(changed(6, []), id="no touch"),
        pytest.param(changed(6, [1, "telepathy", *TOUCH[2:]]), id="an unknown channel"),
        pytest.param(changed(6, [1, [], *TOUCH[2:]]), id="a channel that is a list"),
        pytest.param(changed(6, [*TOUCH[:2], 7, *TOUCH[3:]]), id="a source that is no text"),
        pytest.param(changed(6, [*TOUCH[:-1], [7]]), id="a click id that is no text"),
        pytest.param(changed(6, [*TOUCH[:-1], None]), id="no click ids"),
        pytest.param(changed(7, 7), id="held numbers that are no list"),
        pytest.param(changed(7, [["a", "nummer", "c", 1, 1, 1]]), id="no phone number"),
        pytest.param(changed(7, [["a", 31301234567, "c", 1, 1, 1]]), id="a number as a number"),
        pytest.param(changed(7, [["a", "+31301234567", 1]]), id="held as the shape before had it"),
        pytest.param(changed(8, 7), id="a session before that is no text"),
        pytest.param(changed(9, [["a"]]), id="a number before without its number"),
    ],
)
def test_what_we_signed_in_another_shape_is_no_session(data: object) -> None:
    assert COOKIE.read(signed(data)) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=9,
)


@given(st.integers(0, len(GOOD) - 1), JSON)
def test_no_value_that_we_signed_makes_reading_fail(place: int, value: object) -> None:
    back = COOKIE.read(signed(changed(place, value)))

    assert back is None or isinstance(back, Session)
