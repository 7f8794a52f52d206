"""Placeholders: followed to their end, also where the markup is broken."""

import pytest

from calltrack.numbers import PhoneNumber
from proxy.rewrite import Bindings, Place, Slot, fill, scan
from tests.proxy.rewrite.oracle import BINDINGS, OURS, SHOWN, assert_cuts_do_not_matter, rewritten

PLACEHOLDERS = [
    # PH stands for the placeholder's class
    ("<i PH>085 0199 999</i>", "<i PH>020 1234 567</i>", "our number"),
    ("<i PH>010-765 43 21</i>", "<i PH>020-123 45 67</i>", "any number of the country"),
    ("<i PH>+32 2 555 12 12</i>", "<i PH>+31 20 123 45 67</i>", "any number of the world"),
    ("<i PH>0032 2 555 12 12</i>", "<i PH>0031 20 123 45 67</i>", "dialled"),
    ("<i PH>Bel <b>010</b> 7654321!</i>", "<i PH>Bel <b>020</b> 1234567!</i>", "nested markup"),
    ("<i PH>010 7654321 of 085 0199999</i>", "<i PH>020 1234567 of 020 1234567</i>", "two"),
    ("<i PH></i>", "<i PH>020 123 4567</i>", "empty"),
    ("<i PH> </i>", "<i PH>020 123 4567</i>", "blank"),
    ("<i PH>Laden…</i>", "<i PH>020 123 4567</i>", "a text without a number"),
    ("<i PH>Bel nu &amp; snel</i>", "<i PH>020 123 4567</i>", "a text with an entity"),
    ("<i PH>Sinds 1984</i>", "<i PH>020 123 4567</i>", "digits that are no number"),
    ("<i PH><!-- x --></i>", "<i PH>020 123 4567</i>", "a comment"),
    ("<i PH>a < b</i>", "<i PH>020 123 4567</i>", "a sign that begins no tag"),
    ("<i PH><b>Bel</b></i>", "<i PH><b>Bel</b></i>", "child elements and no number"),
    ("<i PH><br></i>", "<i PH><br></i>", "a void child"),
    ("<i PH><svg></svg></i>", "<i PH><svg></svg></i>", "a drawing"),
    ("<i PH>x</i> 010 7654321", "<i PH>020 123 4567</i> 010 7654321", "a number behind it"),
    ("<i PH>12</i> <b>34</b>", "<i PH>020 123 4567</i> <b>34</b>", "digits on over its end"),
    ("<i PH>010 7654321</i> 24", "<i PH>020 1234567</i> 24", "number, digits behind its end"),
    ("<i PH>085</i> 0199999", "<i PH>020 123 4567</i> 0199999", "half a number"),
    ("010 <i PH>7654321</i>", "010 <i PH>020 123 4567</i>", "the other half"),
    ("<i PH>IBAN NL02ABNA0123456789</i>", "<i PH>020 123 4567</i>", "an IBAN"),
    ("<p PH>010 7654321<p>010 7654321", "<p PH>020 1234567<p>010 7654321", "end tag left out"),
    ("<ul><li PH><li>x</ul>", "<ul><li PH>020 123 4567<li>x</ul>", "empty, end tag left out"),
    ("<ul><li PH>010 7654321<li PH>010 7654321<li>010 7654321</ul>",
     "<ul><li PH>020 1234567<li PH>020 1234567<li>010 7654321</ul>", "one ends another"),
    ("<p><i PH>010 7654321</p>010 7654321", "<p><i PH>020 1234567</p>010 7654321", "never closed"),
    ("<p><i PH>Bel</p>x", "<p><i PH>Bel</p>x", "a text, never closed"),
    ("<p><i PH></p>x", "<p><i PH>020 123 4567</p>x", "empty, never closed"),
    ("<p><i PH/> en meer</p>", "<p><i PH/> en meer</p>", "closed as if void"),
    ("<i PH>010 7654321", "<i PH>020 1234567", "to the page's end"),
    ("<body><i PH>Bel</body></html>", "<body><i PH>Bel</body></html>", "to the body's end"),
    ("<i PH>x</b></i>", "<i PH>020 123 4567</i>", "stray end tag"),
    ("<img PH>010 7654321", "<img PH>010 7654321", "a void element"),
    ("<input PH value='010 7654321'>", "<input PH value='010 7654321'>", "an input"),
    ("<textarea PH>010 7654321</textarea>", "<textarea PH>010 7654321</textarea>", "raw text"),
    ("<title PH>x</title>", "<title PH>x</title>", "a title"),
    ("<svg><text PH>010 7654321</text></svg>", "<svg><text PH>020 1234567</text></svg>", "in svg"),
    ("<svg><text PH/>010 7654321</svg>", "<svg><text PH/>010 7654321</svg>", "closed, in svg"),
    (
        '<a PH href="tel:0107654321">010 7654321</a>',
        '<a PH href="tel:0201234567">020 1234567</a>',
        "on a link",
    ),
    (
        '<i PH><a href="tel:0107654321">010 7654321</a></i>',
        '<i PH><a href="tel:0201234567">020 1234567</a></i>',
        "around a link",
    ),
    (
        '<i PH><a href="tel:0107654321"><b>Bel</b></a></i>',
        '<i PH><a href="tel:0201234567"><b>Bel</b></a></i>',
        "around a link without a number",
    ),
    ('<a PH href="tel:0107654321"></a>', '<a PH href="tel:0201234567">020 123 4567</a>', "empty"),
    ('<i PH title="010 7654321">x</i>', '<i PH title="020 1234567">020 123 4567</i>', "its title"),
    ("<i PH><i PH>x</i></i>", "<i PH><i PH>020 123 4567</i></i>", "one in another"),
    ("<i PH>010 7654321 <script>010 7654321</script></i>", None, "a script in it"),
    ("<i PH>x <b data-calltrack=off>010 7654321</b></i>", None, "an opt-out in it"),
    ("<p data-calltrack=off><i PH>010 7654321</i><i PH></i></p>", None, "in an opt-out"),
    ("<i data-calltrack=off PH>010 7654321</i>", None, "opted out itself"),
]  # fmt: skip
_CLASS = 'class="a qooqie-number-placeholder b"'


@pytest.mark.parametrize(
    ("before", "after"), [pytest.param(row[0], row[1], id=row[2]) for row in PLACEHOLDERS]
)
def test_a_placeholder_shows_the_number(before: str, after: str | None) -> None:
    if after is None:
        after = before.replace("010 7654321 <script", "020 1234567 <script")
    for mark in (_CLASS, "data-calltrack=service", "CLASS=qooqie-priority-number-placeholder"):
        html, expected = before.replace("PH", mark), after.replace("PH", mark)
        if mark.startswith("data") and "off" in html and "off PH" in before:
            continue
        assert rewritten(html) == expected
        assert_cuts_do_not_matter(html.encode())


@pytest.mark.parametrize(
    ("mark", "key"),
    [
        pytest.param('class="qooqie-number-placeholder"', "main", id="double quotes"),
        pytest.param("class='qooqie-number-placeholder'", "main", id="single quotes"),
        pytest.param("class=qooqie-number-placeholder", "main", id="no quotes"),
        pytest.param('class="x\nqooqie-number-placeholder\ty"', "main", id="between others"),
        pytest.param('class="qooqie-priority-number-placeholder"', "first", id="the other class"),
        pytest.param('class="qooqie&#45;number-placeholder"', "main", id="an entity in it"),
        pytest.param('class="x&#32;qooqie-number-placeholder"', "main", id="a blank as entity"),
        pytest.param('data-calltrack="service"', "service", id="a key"),
        pytest.param("DATA-CALLTRACK = ' service '", "service", id="a key in blanks"),
        pytest.param('data-calltrack="s&#101;rvice"', "service", id="an entity in a key"),
        pytest.param(
            'data-calltrack="other" class="qooqie-number-placeholder"', "main", id="other"
        ),
        pytest.param(
            'data-calltrack="service" class="qooqie-number-placeholder"', "service", id="two"
        ),
        pytest.param('class="Qooqie-number-placeholder"', None, id="another case"),
        pytest.param('class="qooqie-number-placeholder-x"', None, id="part of a token"),
        pytest.param('class="x-qooqie-number-placeholder"', None, id="the end of a token"),
        pytest.param('class="a" class="qooqie-number-placeholder"', None, id="a second class"),
        pytest.param('data-class="qooqie-number-placeholder"', None, id="another attribute"),
        pytest.param('id="qooqie-number-placeholder"', None, id="an id"),
        pytest.param('data-calltrack="Service"', None, id="a key in another case"),
        pytest.param("data-calltrack", None, id="no key"),
    ],
)
def test_a_placeholder_is_an_exact_token_or_key(mark: str, key: str | None) -> None:
    html = f"<p {mark} data-vestiging=utrecht>010 7654321</p>".encode()

    slots = [piece for piece in scan(html, BINDINGS) if isinstance(piece, Slot)]

    assert [slot.placeholder for slot in slots] == ([] if key is None else [key])
    assert [slot.vestiging for slot in slots] == ([] if key is None else ["utrecht"])
    assert_cuts_do_not_matter(html)


def test_the_innermost_placeholder_counts() -> None:
    html = (
        b'<div data-calltrack="service" data-vestiging=a>010 7654321'
        b"<p class=qooqie-number-placeholder data-vestiging=b>085 0199999</p>010 7654321</div>"
        b"085 0199999"
    )

    slots = [piece for piece in scan(html, BINDINGS) if isinstance(piece, Slot)]

    assert [(s.placeholder, s.vestiging, str(s.number)) for s in slots] == [
        ("service", "a", "+31107654321"),
        ("main", "b", "+31850199999"),
        ("service", "a", "+31107654321"),
        (None, None, "+31850199999"),
    ]


def test_the_content_of_a_placeholder_is_one_slot() -> None:
    (before, slot, after) = scan(b"<i class=qooqie-number-placeholder>Bel</i>", BINDINGS)

    assert isinstance(slot, Slot)
    assert (slot.raw, slot.place, slot.number) == (b"Bel", Place.PLACEHOLDER, None)
    assert slot.show(PhoneNumber("+3225551212")).startswith(b"02")
    assert (before, after) == (b"<i class=qooqie-number-placeholder>", b"</i>")


def test_placeholders_need_no_forwarding_numbers() -> None:
    bindings = Bindings(classes={"ph": "main"}, region="BE")
    html = b"085 0199999 <i class=ph>02 555 12 12</i> 02 555 12 12 <i class=phx>02 555 12 12</i>"

    after = fill(scan(html, bindings), lambda _: PhoneNumber("+3232001234"))

    assert after == html.replace(b"ph>02 555 12 12", b"ph>03 200 12 34")
    assert_cuts_do_not_matter(html, bindings)


@pytest.mark.parametrize(
    ("html", "number"),
    [
        pytest.param('<a PH href="tel:0850199999">Bel nu</a>', OURS, id="other text"),
        pytest.param('<a PH href="tel:0850199999"></a>', OURS, id="empty"),
        pytest.param(
            '<a PH href="tel:0107654321">Bel</a>', PhoneNumber("+31107654321"), id="no one's"
        ),
        pytest.param('<a PH href="/contact">Bel</a>', None, id="another link"),
        pytest.param('<i PH title="085 0199999">Bel</i>', None, id="only a title"),
    ],
)
def test_a_placeholder_s_text_belongs_to_the_number_that_its_link_dials(
    html: str, number: PhoneNumber | None
) -> None:
    page = html.replace("PH", _CLASS).encode()

    pieces = scan(page, BINDINGS)

    (slot,) = [p for p in pieces if isinstance(p, Slot) and p.place is Place.PLACEHOLDER]
    assert slot.number == number
    assert slot.show(SHOWN) == b"020 123 4567"
    assert_cuts_do_not_matter(page)
