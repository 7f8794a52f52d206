"""Digits in odd tags and in entities are none of a number's, and stay as they are."""

import pytest

from calltrack.numbers import PhoneNumber
from proxy.rewrite import Slot, fill, scan
from tests.proxy.rewrite.oracle import BINDINGS, SHOWN, assert_cuts_do_not_matter


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        pytest.param(b"31850<em 19999=='>9", None, id="a tag with an odd quote holds them"),
        pytest.param(b'0<em "3185""01999>99', None, id="quotes where a name stands"),
        pytest.param(b'0<b "85>85 0199999', b'0<b "85>20 1234567', id="read over an odd tag"),
        pytest.param(
            b"&#1&#45;0850&#32;199999",
            b"&#1&#45;0201&#32;234567",
            id="an entity without its semicolon",
        ),
        pytest.param(
            b"<p class=qooqie-number-placeholder>&#8209&#45;0850199999</p>",
            b"<p class=qooqie-number-placeholder>&#8209&#45;0201234567</p>",
            id="an entity in a placeholder",
        ),
        pytest.param(b"9<em 1 <b>0850199&#57;99", None, id="digits in a tag that stands between"),
        pytest.param(b"9<em 1</a><wbr>0850199999", None, id="an end tag inside of a tag"),
        pytest.param(
            b'title="<a title=0850199999>', b'title="<a title=0201234567>', id="a title in a title"
        ),
        pytest.param(b"&#12a0-0850199999", None, id="digits behind an entity and a letter"),
    ],
)
def test_only_a_text_s_digits_are_a_number_s(html: bytes, shown: bytes | None) -> None:
    assert fill(scan(html, BINDINGS), lambda _: SHOWN) == (shown or html)
    assert_cuts_do_not_matter(html)


def test_tags_stay_whole_where_a_number_loses_its_separators() -> None:
    html = b'0<b a=">">-(</b>85<b a="-)>">)</b>01<b>-</b>99999'
    (slot,) = [piece for piece in scan(html, BINDINGS) if isinstance(piece, Slot)]

    shown = slot.show(PhoneNumber("+31800123"))

    assert shown == b'0<b a=">"></b><b a="-)>"></b>-80<b>-</b>0123'


def test_a_link_behind_a_nul_dials_nothing() -> None:
    html = b'<a href="tel:0850199999">a</a><a href="\0tel:0850199999">b</a>'

    after = fill(scan(html, BINDINGS), lambda _: SHOWN)

    assert after == html.replace(b"0850199999", b"0201234567", 1)
