"""Which digits of a text are our number, and what may stand beside it.

How it may be written, and what only looks like it: test_decisions_forms, test_decisions_left.
"""

import pytest

from calltrack.numbers import PhoneNumber
from proxy.rewrite import Bindings, Place, fill, scan
from tests.proxy.rewrite.oracle import OURS, assert_cuts_do_not_matter, rewritten


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("Bel 24/7 {}", "Bel 24/7 {}", id="after an availability"),
        pytest.param("{} / 06 12345678", "{} / 06 12345678", id="two numbers, slash"),
        pytest.param("06 12345678 / {}", "06 12345678 / {}", id="two numbers, ours second"),
        pytest.param("{} {}", "{} {}", id="ours twice"),
        pytest.param("{}. 24 uur per dag", "{}. 24 uur per dag", id="then a sentence"),
        pytest.param("{} (24 uur)", "{} (24 uur)", id="then brackets"),
        pytest.param("1012 AB, {}", "1012 AB, {}", id="after a postcode"),
        pytest.param("tel.{}", "tel.{}", id="a dot touches it"),
        pytest.param("Tel:{}", "Tel:{}", id="a colon touches it"),
        pytest.param("tel: {}, fax", "tel: {}, fax", id="a comma follows"),
        pytest.param("<b>Tel</b>{}", "<b>Tel</b>{}", id="letters in another element"),
        pytest.param("T<b>{}</b> <b>{}</b>m", None, id="letters outside its element"),
        pytest.param("{} 9", "{} 9", id="then a digit"),
        pytest.param("<span>Tel</span><span>{}</span><span>x</span>", None, id="in elements"),
        pytest.param("é{}ü", "é{}ü", id="letters beyond ASCII"),
        pytest.param("+49 30 1234567 {}", "+49 30 1234567 {}", id="after another country's"),
        pytest.param("9:00 {}", "9:00 {}", id="after a time"),
        pytest.param("www.voorbeeld.nl {}", "www.voorbeeld.nl {}", id="after an address"),
        pytest.param("www.voorbeeld.nl&nbsp;{}", None, id="after an address and a hard blank"),
        pytest.param("<a>www.voorbeeld.nl</a><a>{}</a>", None, id="after an address's element"),
        pytest.param("{}<br>{}", "{}<br>{}", id="on two lines"),
        pytest.param("085<br>{}", "085<br>{}", id="digits on the line before"),
        pytest.param("<td>2024</td><td>{}</td>", None, id="digits in the cell before"),
        pytest.param("2024<!-- -->{}", "2024<!-- -->{}", id="digits before a comment"),
        pytest.param("{}<sup>1</sup>", "{}<sup>1</sup>", id="a footnote"),
        pytest.param("{}</p>.nl", "{}</p>.nl", id="a dot in the next block"),
        pytest.param("<li>{}</li><li>{}</li>", None, id="in list items"),
    ],
)
def test_a_number_is_found_beside(before: str, after: str | None) -> None:
    html = before.replace("{}", "085 0199999")
    expected = (after or before).replace("{}", "020 1234567")

    assert rewritten(html) == expected
    assert_cuts_do_not_matter(html.encode(), charset="utf-8")


@pytest.mark.parametrize(
    ("number", "html", "digits"),
    [
        pytest.param("+14155552671", "(415) 555-2671", "4155552671", id="US without a prefix"),
        pytest.param("+14155552671", "+1 415-555-2671", "14155552671", id="US"),
        pytest.param("+74951234567", "8 (495) 123-45-67", "84951234567", id="Russia, prefix 8"),
        pytest.param("+4523456789", "23 45 67 89", "23456789", id="Denmark, no prefix"),
        pytest.param("+33123456789", "01 23 45 67 89", "0123456789", id="France"),
        pytest.param("+442079460958", "020 7946 0958", "02079460958", id="Britain"),
        pytest.param("+49301234567", "(030) 1234567", "0301234567", id="Germany"),
        pytest.param("+3225551212", "02 555 12 12", "025551212", id="Belgium"),
        pytest.param("+390612345678", "06 1234 5678", "0612345678", id="Italy, the 0 is its own"),
    ],
)
def test_numbers_of_all_countries_are_found(number: str, html: str, digits: str) -> None:
    ours = PhoneNumber(number)

    (slot,) = [
        p for p in scan(html.encode(), Bindings(frozenset({ours}))) if not isinstance(p, bytes)
    ]

    assert slot.number == ours
    assert "".join(filter(str.isdigit, slot.raw.decode())) == digits


@pytest.mark.parametrize(
    ("html", "is_ours"),
    [
        pytest.param("+49 30 020123", False, id="too few digits before, to be a whole number"),
        pytest.param("+49 3012345 020123", False, id="15 digits: they may be one number"),
        pytest.param("+49 30123456 020123", True, id="16 digits are two numbers"),
        pytest.param("0049 3012345 020123", False, id="15 digits behind the 00"),
        pytest.param("0049 30123456 020123", True, id="16 digits behind the 00"),
    ],
)
def test_how_far_another_country_s_number_goes(html: str, is_ours: bool) -> None:
    pieces = scan(html.encode(), Bindings(frozenset({PhoneNumber("+3120123")})))

    assert any(not isinstance(piece, bytes) for piece in pieces) is is_ours


def test_ten_thousand_numbers_are_told_apart() -> None:
    ours = [PhoneNumber(f"+3120{serial:07}") for serial in range(1_000_000, 1_010_000)]
    html = " ".join(f"<p>020 {number.national[2:]}" for number in ours[::500]).encode()

    pieces = scan(html, Bindings(frozenset(ours)))

    assert [p.number for p in pieces if not isinstance(p, bytes)] == ours[::500]
    assert fill(pieces, lambda _: None) == html


def test_a_long_table_of_digits_hides_no_number() -> None:
    digits = " ".join(str(1000 + at) for at in range(3000))
    html = f"<pre>{digits} 085 0199999 {digits} +31 85 0199999</pre>"

    slots = [
        p for p in scan(html.encode(), Bindings(frozenset({OURS}))) if not isinstance(p, bytes)
    ]

    assert [slot.place for slot in slots] == [Place.TEXT, Place.TEXT]


def test_an_endless_number_is_passed_over() -> None:
    html = "1" * 1000 + "0850199999" + "-1" * 1000 + "-0850199999 085 0199999"

    assert rewritten(html) == html.removesuffix("085 0199999") + "020 1234567"
