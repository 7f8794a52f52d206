"""Each kind of value: what it takes, what it refuses and with which words."""

from datetime import UTC, datetime, timedelta

import pytest

from calltrack import planvalues as values
from calltrack.plan import Mode
from calltrack.planvalues import Kind, RefusedError, shown
from calltrack.sources import CLICK_SITES
from calltrack.touch import CLICK_IDS


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        (values.HOST, "WWW.Example.NL.", "www.example.nl"),
        (values.HOST, "localhost", "localhost"),
        (values.HOST, "127.0.0.1", "127.0.0.1"),
        (values.HOST, "[::1]", "[::1]"),
        (values.HOST, "xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
        (values.COOKIE_DOMAIN, ".example.nl", "example.nl"),
        (values.CLASS, "md:phone/2", "md:phone/2"),
        (values.PATH, "/", "/"),
        (values.MOMENT, "2026-01-31T09:00:00+01:00", datetime(2026, 1, 31, 8, tzinfo=UTC)),
        (values.MOMENT, "2026-01-31T09:00:00Z", datetime(2026, 1, 31, 9, tzinfo=UTC)),
        (values.KEY, "a.b_c-1", "a.b_c-1"),
        (values.PLACEHOLDER_KEY, "office", "office"),
        (values.ATTRIBUTE, "aria-label", "aria-label"),
        (values.SERIAL, 1, 1),
        (values.PATTERN, "*linkedin*", "*linkedin*"),
        (values.PATTERN, "spring sale", "spring sale"),
        (values.PATTERN, "a" * 100, "a" * 100),
        (values.CLICK_ID, "gclid", "gclid"),
        (values.CLICK_ID, "GCLID", "GCLID"),
        (values.CLICK_ID, "*braid", "*braid"),
        (values.TOKEN, "cookieyes-consent", "cookieyes-consent"),
        (values.TOKEN, "X-Consent_1", "X-Consent_1"),
        (values.one_of(("a", "b")), "b", "b"),
        (values.digits(8), "01234567", "01234567"),
        (values.minutes(5, 60), 5, timedelta(minutes=5)),
        (values.minutes(0, 60), 0.5, timedelta(seconds=30)),
        (values.choice(Mode), "both", Mode.BOTH),
        (values.many(values.KEY, "keys", into=frozenset), ["b", "a"], frozenset({"a", "b"})),
        (values.many(values.KEY, "keys", into=tuple), [], ()),
    ],
)
def test_good_values_are_read_and_written_back(kind: Kind, given: object, expected: object) -> None:
    found = kind.read(given)

    assert found == expected
    assert kind.read(kind.write(found)) == found


@pytest.mark.parametrize(
    ("kind", "given", "reason"),
    [
        (values.HOST, "https://example.nl", "a host name alone"),
        (values.HOST, "example.nl/shop", "a host name alone"),
        (values.HOST, "example.nl:8000", "a host name alone"),
        (values.HOST, "[::1]:8000", "a host name alone"),
        (values.HOST, "münchen.de", "xn--"),
        (values.HOST, "*.example.nl", "must be a host name, as"),
        (values.HOST, "a b", "must be a host name, as"),
        (values.HOST, "", "must be a host name, as"),
        (values.HOST, ".", "must be a host name, as"),
        (values.HOST, "::1", "a host name alone"),
        (values.HOST, "[127.0.0.1]", "must be a host name, as"),
        (values.HOST, "256.1.1.1", "must be a host name, as"),
        (values.HOST, "-a.nl", "must be a host name, as"),
        (values.HOST, "a" * 64 + ".nl", "must be a host name, as"),
        (values.HOST, "a." * 130 + "nl", "must be a host name, as"),
        (values.HOST, 5, "must be a text in quotes, not a whole number"),
        (values.COOKIE_DOMAIN, "nl", "two labels"),
        (values.COOKIE_DOMAIN, "127.0.0.1", "two labels"),
        (values.COOKIE_DOMAIN, True, "not true or false"),
        (values.CLASS, "two names", "one class name"),
        (values.CLASS, "", "one class name"),
        (values.CLASS, 'a"b', "one class name"),
        (values.CLASS, "ñ", "one class name"),
        (values.PATH, "admin/", "the start of a path"),
        (values.PATH, "/a?b", "the start of a path"),
        (values.PATH, "/a b", "the start of a path"),
        (values.MOMENT, "2026-01-31T09:00:00", "has no time zone"),
        (values.MOMENT, datetime(2026, 1, 31), "has no time zone"),  # noqa: DTZ001 - what is refused
        (values.MOMENT, datetime(2026, 1, 31).date(), "a date and time"),  # noqa: DTZ001 - as above
        (values.MOMENT, "tomorrow", "a date and time"),
        (values.MOMENT, 5, "a date and time"),
        (values.MOMENT, "0001-01-01T00:00:00+14:00", "too far away"),
        (values.KEY, "", "1 to 64"),
        (values.KEY, "-a", "1 to 64"),
        (values.KEY, "zürich", "1 to 64"),
        (values.KEY, "a" * 65, "1 to 64"),
        (values.PLACEHOLDER_KEY, "off", "is reserved"),
        (values.NAME, " ", "1 to 200 characters"),
        (values.NAME, "a\nb", "on one line"),
        (values.NAME, "a" * 201, "1 to 200 characters"),
        (values.ATTRIBUTE, "href", "title, alt or aria"),
        (values.ATTRIBUTE, "data-number", "title, alt or aria"),
        (values.PATTERN, "", "1 to 100 characters"),
        (values.PATTERN, " google", "without spaces around"),
        (values.PATTERN, "a" * 101, "1 to 100 characters"),
        (values.PATTERN, "a\nb", "on one line"),
        (values.PATTERN, "a\x00", "on one line"),
        (values.PATTERN, 5, "a text in quotes, not a whole number"),
        (values.PATTERN, ["a"], "a text in quotes, not a list"),
        (values.CLICK_ID, "glicd", "one of gclid, gbraid, .*, or hold a «\\*»"),
        (values.CLICK_ID, None, "a text in quotes, not nothing"),
        (values.TOKEN, "a=b", "a name alone"),
        (values.TOKEN, "a b", "a name alone"),
        (values.TOKEN, "Cookie:", "a name alone"),
        (values.TOKEN, "", "a name alone"),
        (values.TOKEN, "toestemming€", "a name alone"),
        (values.TOKEN, "a" * 101, "a name alone"),
        (values.TOKEN, True, "not true or false"),
        (values.one_of(("a", "b")), "c", "must be a or b"),
        (values.one_of(("a", "b")), ["a"], "must be a or b"),
        (values.one_of(("a", "b")), None, "must be a or b"),
        (values.SERIAL, 0, "a whole number from 1"),
        (values.SERIAL, True, "a whole number from 1"),
        (values.SERIAL, 1.0, "a whole number from 1"),
        (values.SERIAL, 1 << 63, "a whole number from 1"),
        (values.REGION, "nl", "two capitals"),
        (values.REGION, "XX", "two capitals"),
        (values.BOOL, "true", "without quotes"),
        (values.BOOL, 1, "without quotes"),
        (values.digits(8), "1234567", "must be 8 digits"),
        (values.digits(8), "１２３４５６７８", "must be 8 digits"),
        (values.digits(8), "12345678\n", "must be 8 digits"),
        (values.digits(8), 12345678, "in quotes, for leading zeros count"),
        (values.minutes(5, 60), 4.99, "5 to 60"),
        (values.minutes(5, 60), 61, "5 to 60"),
        (values.minutes(5, 60), float("nan"), "5 to 60"),
        (values.minutes(5, 60), float("inf"), "5 to 60"),
        (values.minutes(5, 60), True, "5 to 60"),
        (values.minutes(5, 60), "30", "5 to 60"),
        (values.choice(Mode), "auto", "automatic or placeholders or both"),
        (values.choice(Mode), ["both"], "automatic or placeholders or both"),
        (values.many(values.KEY, "keys", into=tuple), "a", "a list in square brackets, not a text"),
        (values.many(values.KEY, "keys", into=tuple), ["a", 5], "holds «5», which must be a text"),
        (values.many(values.KEY, "keys", into=tuple, least=1), [], "must not be empty"),
        (values.phone("NL"), "010", r"too short for its country; write it .* as \+31 10"),
        (values.phone("BE"), "010", r"as \+32 10"),
        (values.phone(None), "010 1234567", r"is not known; write it .* as \+31 10 …$"),
        (values.phone("NL"), "+31 10", "too short for its country$"),
        (values.phone("NL"), 31101234567, "a phone number in quotes, not a whole number"),
    ],
)
def test_bad_values_are_refused_with_a_reason(kind: Kind, given: object, reason: str) -> None:
    with pytest.raises(RefusedError, match=reason):
        kind.read(given)


def test_every_click_id_that_is_read_can_stand_in_a_rule() -> None:
    assert [values.CLICK_ID.read(name) for name in CLICK_SITES] == list(CLICK_IDS)


def test_a_national_number_is_one_of_the_plans_region() -> None:
    assert values.phone("NL").read("010 123 45 67").e164 == "+31101234567"
    assert values.phone("DE").read("+31 10 123 45 67").e164 == "+31101234567"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("abc", "«abc»"),
        ("a\nb\x00", "«a\\u000ab\\u0000»"),
        ("x" * 41, "«" + "x" * 39 + "…»"),
        (True, "«true»"),
        (5, "«5»"),
        ([1], ""),
        ({}, ""),
        pytest.param(10**5000, "«a number of thousands of digits»", id="huge"),
    ],
)
def test_values_are_shown_on_one_short_line(value: object, expected: str) -> None:
    assert shown(value) == expected
