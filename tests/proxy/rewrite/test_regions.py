"""Placeholders and opt-outs: followed to their end, also where the markup is broken."""

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


OPT_OUTS = [
    # @ is a number that stays, # one that is exchanged
    ("<p data-calltrack=off>@</p>#", "an element"),
    ("<p data-calltrack=OFF>@</p>#", "another case"),
    ('<p data-calltrack=" off ">@</p>#', "in blanks"),
    ("<div data-calltrack=off>@<div>@</div>@</div>#", "nested"),
    ("<div data-calltrack=off><div data-calltrack=off>@</div>@</div>#", "one in another"),
    ("<div data-calltrack=off>@<br>@<img>@<input></div>#", "void elements"),
    ("<div data-calltrack=off>@<br/>@<p/>@</div>#", "closed as if void"),
    ("<a data-calltrack=off href='tel:0850199999' title='0850199999'>@</a>#", "its attributes"),
    ("<div data-calltrack=off><a href='tel:0850199999'>@</a></div>#", "attributes in it"),
    ("<img data-calltrack=off title='0850199999'>#", "a void element"),
    ("<p data-calltrack=off>@<p>#", "end tag of p left out"),
    ("<p data-calltrack=off>@<div>#</div>", "p ended by a block"),
    ("<ul><li data-calltrack=off>@<li>#</ul>", "end tag of li left out"),
    ("<ul><li data-calltrack=off>@<ul><li>@</ul>@<li>#</ul>", "li with a list in it"),
    ("<dl><dt data-calltrack=off>@<dd>#</dl>", "dt"),
    ("<table><tr><td data-calltrack=off>@<td>#<tr><td>#</table>", "a cell"),
    ("<table><tr data-calltrack=off><td>@<td>@<tr><td>#</table>", "a row"),
    ("<table><tbody data-calltrack=off><tr><td>@<tbody><tr><td>#</table>", "a table's body"),
    ("<select><option>@<option data-calltrack=off>@<option>@</select>#", "a form's choices"),
    ("<form><SELECT name=a><optgroup><option>@</SELECT>#</form>", "choices in groups"),
    ("<div><span data-calltrack=off>@</div>#", "never closed: to the parent's end"),
    ("<div><p><span data-calltrack=off>@</p>#</div>#", "never closed, in a paragraph"),
    ("<p><span data-calltrack=off>@<div>#</div>", "a block ends the paragraph around it"),
    ("<ul><li><span data-calltrack=off>@<li>#</ul>", "the next item ends it"),
    ("<span data-calltrack=off>@", "never closed at all"),
    ("<div data-calltrack=off>@</span>@</b>@</p>@</li>@</td>@</div>#", "stray end tags"),
    ("<div data-calltrack=off>@<span>@</div>#</span>#", "an element in it never closed"),
    ("<div data-calltrack=off>@<!-- </div> -->@</div>#", "its end tag in a comment"),
    ("<div data-calltrack=off>@<script>'</div>'</script>@</div>#", "its end tag in a script"),
    ("<div data-calltrack=off>@<textarea></div></textarea>@</div>#", "its end tag in raw text"),
    ("<div data-calltrack=off>@<b title='</div>'>@</b></div>#", "its end tag in an attribute"),
    ("<div data-calltrack=off><svg><div>@</div></svg>@</div>#", "svg broken out of"),
    ("<svg data-calltrack=off><text>@</text></svg>#", "svg"),
    ("<svg data-calltrack=off/>#", "svg, empty"),
    ("<div data-calltrack=off></DIV >#", "another case of the end tag"),
    ("<body data-calltrack=off>@</body>@", "the body: what follows belongs to it"),
    ("<b data-calltrack=off>@<i>@</b>#</i>#", "crossed over"),
    ("<div data-calltrack=off><b><p>@</b>@</p>@</div>#", "crossed blocks"),
    ("#<div data-calltrack=on>#</div>#<div data-calltrack>#</div>", "other values"),
    ("#<!-- <p data-calltrack=off> -->#", "in a comment"),
    ("<p title='data-calltrack=off'>#</p>#", "in another attribute"),
    ("<p x data-calltrack='off' y>085 <b>01</b>99999</p>#", "a number with tags in it"),
    ("<p data-calltrack=off>08</p>50199999 #", "a number over its end"),
    ("<ul><li data-calltrack=off>@<li data-calltrack=off>@<li>#</ul>", "one ends another"),
    ("<i><i data-calltrack=off>@</i> <b>#</b></i>", "a number right behind it"),
]


@pytest.mark.parametrize("pattern", [pytest.param(row[0], id=row[1]) for row in OPT_OUTS])
def test_an_opted_out_region_stays_as_it_is(pattern: str) -> None:
    html = pattern.replace("@", " 0850199999 ").replace("#", " 0850199999 ")
    expected = pattern.replace("@", " 0850199999 ").replace("#", " 0201234567 ")

    assert rewritten(html) == expected
    assert_cuts_do_not_matter(html.encode())


def test_what_is_open_around_a_region_is_known_far_down_the_page() -> None:
    filling = "<p>tekst <b>en</b> meer<br></p><script>'</div>'</script><svg><title>x</title></svg>"
    region = "<span data-calltrack=off>0850199999</b>0850199999</section>0850199999"
    html = "<div><section>" + filling * 1000 + region + filling * 1000 + region

    after = rewritten(html)

    stray = "<span data-calltrack=off>0850199999</b>0850199999"
    assert after.count(stray) == 2, "nobody opened the b: the region goes on"
    assert after.count("</section>0201234567") == 1, "the section ends the region"
    assert after.endswith(stray + "</section>0850199999"), "no section is open the second time"


def test_far_behind_the_last_region_any_end_tag_is_a_parents() -> None:
    filling = "<p>" + "x" * 1000 + "</p>"
    region = "<span data-calltrack=off>0850199999</b>0850199999"

    after = rewritten("<div>" + filling * 1100 + region)

    assert after.endswith("</b>0201234567")


def test_an_opt_out_needs_a_forwarding_number_or_a_placeholder_to_matter() -> None:
    html = b"<p data-calltrack=off>0850199999</p>"

    assert scan(html, Bindings()) == [html]
    assert fill(scan(html, Bindings(frozenset({OURS}))), lambda _: SHOWN) == html


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
