"""A slot shows another number in the pattern of its own."""

import pytest

from calltrack.numbers import PhoneNumber
from proxy.rewrite import Slot, fill, scan
from tests.proxy.rewrite.oracle import BINDINGS, OURS, SHOWN

PAGE = b"<p>085 0199 999</p><i class=qooqie-number-placeholder></i>"


def slots(page: bytes) -> list[Slot]:
    """Give a page's slots."""
    return [piece for piece in scan(page, BINDINGS) if isinstance(piece, Slot)]


def test_showing_nothing_keeps_what_stands_there() -> None:
    assert fill(scan(PAGE, BINDINGS), lambda _: None) == PAGE


def test_showing_the_number_itself_changes_nothing() -> None:
    page = "<p>０８５ 0199 999</p>".encode()

    assert fill(scan(page, BINDINGS), lambda _: OURS) == page


def test_each_slot_may_show_another_number() -> None:
    numbers = iter([SHOWN, None, PhoneNumber("+31612345678")])

    after = fill(scan(b"<p>0850199999</p>" * 3, BINDINGS), lambda _: next(numbers))

    assert after == b"<p>0201234567</p><p>0850199999</p><p>0612345678</p>"


def test_a_slot_is_shown_as_often_as_wanted() -> None:
    (slot, empty) = slots(PAGE)

    assert [slot.show(SHOWN), slot.show(OURS), slot.show(SHOWN)] == [
        b"020 1234 567",
        b"085 0199 999",
        b"020 1234 567",
    ]
    assert empty.show(SHOWN) == b"020 123 4567"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        pytest.param("085-019-99-99", "+3120123", id="a very short one"),
        pytest.param("085<b>-</b>0199999", "+4930123456789", id="a long one"),
        pytest.param("0<i>8</i>5 <b>0</b>1<i>9</i>9 9<u>9</u>9", "+318001234", id="many tags"),
        pytest.param("(085) 019 99 99", "+4523456789", id="a country without a prefix"),
    ],
)
def test_no_element_is_lost_whatever_the_length(raw: str, shown: str) -> None:
    (slot,) = slots(raw.encode())
    new = PhoneNumber(shown)

    after = slot.show(new)

    assert after.count(b"<") == slot.raw.count(b"<")
    assert new.national.encode() in bytes(byte for byte in after if byte in b"0123456789")


@pytest.mark.parametrize(
    ("page", "encoding"),
    [
        pytest.param("<p>{}<b id='\x0e\x10\x1c'>-</b>{}</p>", "ascii", id="signs"),
        pytest.param("\ufeff<p>{}\u200e{}</p>", "utf-16-le", id="half a character"),
    ],
)
def test_what_looks_like_a_mark_for_a_digit_is_none(page: str, encoding: str) -> None:
    before, after = (page.format(*parts) for parts in (("085", "0199999"), ("020", "1234567")))

    shown = fill(scan(before.encode(encoding), BINDINGS), lambda _: SHOWN)

    assert shown.decode(encoding) == after


def test_a_page_may_be_filled_from_any_pieces() -> None:
    pieces = scan(PAGE, BINDINGS)

    assert fill(iter(pieces), lambda _: None) == fill(tuple(pieces), lambda _: None) == PAGE
    assert fill([], lambda _: None) == b""


def test_what_fails_while_a_page_is_filled_is_told() -> None:
    def show(_: Slot) -> PhoneNumber:
        raise LookupError("none left")

    with pytest.raises(LookupError, match="none left"):
        fill(scan(PAGE, BINDINGS), show)
