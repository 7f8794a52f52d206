"""Every tag that may matter holds a needle; few others do."""

import pytest

from proxy.rewrite import Bindings, Slot, scan
from proxy.rewrite.needles import Needles
from tests.proxy.rewrite.oracle import OURS

NEEDLES = Needles(frozenset({"ph"}), frozenset({"title", "aria-label"}), numbers=True)


@pytest.mark.parametrize(
    "tag",
    [
        "<a href=tel:1>",
        "<a HREF = 'TEL:1'>",
        '<a href="\n tel:1">',
        '<a href="callto:1">',
        '<a href="t\nel:1">',
        '<a href="&#116;el:1">',
        '<a href="te&#x6C;:1">',
        '<a href="tel&colon;1">',
        '<a href="tel&#58;1">',
        '<a href="c&#97;llto:1">',
        "<p class=ph>",
        "<p CLASS='a ph'>",
        '<p class="ph\tb">',
        "<p class=ph/>",
        '<p class="p&#104;">',
        '<p class="a&#32;ph">',
        '<p class="a&Tab;ph">',
        "<p data-calltrack=off>",
        "<p DATA-Calltrack = 'x'>",
        "<p title='tel 1'>",
        "<p title=1>",
        "<p TITLE = \"\n1\">",
        "<p title='&#49;'>",
        "<p title='１'>",
        "<p aria-label='1'>",
    ],
)  # fmt: skip
def test_a_tag_that_may_matter_holds_a_needle(tag: str) -> None:
    raw = f"<b>x</b>{tag}".encode()

    assert any(at >= len("<b>x</b>") for at in NEEDLES.find(raw, 0))


@pytest.mark.parametrize(
    "tag",
    [
        "<a href=/contact/>",
        "<a href='https://voorbeeld.nl/tel:1'>",
        "<a href='#top'>",
        "<a href='team.html'>",
        "<p class='phone'>",
        "<p class='a-ph'>",
        "<p class=phx>",
        "<p title='Bel ons'>",
        "<p aria-label='Menu'>",
        "<p data-id=1>",
        "<p>&amp;&nbsp;&eacute;&#8209;",
    ],
)
def test_other_tags_hold_none(tag: str) -> None:
    assert NEEDLES.find(tag.encode(), 0) == []


def test_needles_are_given_in_order_from_a_place_on() -> None:
    page = b"<p title=1><a href=tel:1><p class=ph>" * 3

    found = NEEDLES.find(page, 0)

    assert found == sorted(found)
    assert NEEDLES.find(page, 30) == [at for at in found if at >= 30]


@pytest.mark.parametrize("token", ["a.b+c", "md:tel", "über", "x", "1", "_", "A-b", "電話"])
def test_a_class_may_have_any_name(token: str) -> None:
    bindings = Bindings(frozenset({OURS}), classes={token: "main"})
    page = f"<p class='{token}'>010 7654321</p><p class='z {token} y'></p><p class='{token}z'>x</p>"

    slots = [piece for piece in scan(page.encode(), bindings) if isinstance(piece, Slot)]

    assert [slot.placeholder for slot in slots] == ["main", "main"]


@pytest.mark.parametrize("key", ["a b", "a&b", "über", "x.y"])
def test_a_key_may_have_any_name(key: str) -> None:
    bindings = Bindings(keys=frozenset({key}))
    page = f"<p data-calltrack='{key.replace('&', '&amp;')}'></p>"

    (_, slot, _) = scan(page.encode(), bindings)

    assert isinstance(slot, Slot)
    assert slot.placeholder == key
