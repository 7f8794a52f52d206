"""Every usual way of writing a number is found; what only looks like one is left alone."""

import pytest

from calltrack.numbers import PhoneNumber
from proxy.rewrite import Bindings, Place, fill, scan
from tests.proxy.rewrite.oracle import OURS, assert_cuts_do_not_matter, rewritten

FORMS = [
    # as it stands in the html, as it stands there after
    ("0850199999", "0201234567"),
    ("085 - 0199999", "020 - 1234567"),
    ("085-0199999", "020-1234567"),
    ("(085) 019 99 99", "(020) 123 45 67"),
    ("085.019.99.99", "020.123.45.67"),
    ("085/0199999", "020/1234567"),
    ("085 0199 999", "020 1234 567"),
    ("0 8 5 0 1 9 9 9 9 9", "0 2 0 1 2 3 4 5 6 7"),
    ("+31850199999", "+31201234567"),
    ("+31 85 0199999", "+31 20 1234567"),
    ("+31 (0)85 019 99 99", "+31 (0)20 123 45 67"),
    ("+31(0)85-0199999", "+31(0)20-1234567"),
    ("(+31) 85 0199999", "(+31) 20 1234567"),
    ("+ 31 85 0199999", "+ 31 20 1234567"),
    ("0031 85 0199999", "0031 20 1234567"),
    ("0031850199999", "0031201234567"),
    ("0031 (0)85 0199999", "0031 (0)20 1234567"),
    ("31850199999", "31201234567"),
    ("&#43;31 85 0199999", "&#43;31 20 1234567"),
    ("&plus;31 85 0199999", "&plus;31 20 1234567"),
    ("＋31 85 0199999", "＋31 20 1234567"),
    # separators of all kinds
    ("085&nbsp;0199999", "020&nbsp;1234567"),
    ("085&nbsp0199999", "020&nbsp1234567"),
    ("085&#160;0199999", "020&#160;1234567"),
    ("085&#xA0;0199999", "020&#xA0;1234567"),
    ("085&#xa0;0199999", "020&#xa0;1234567"),
    ("085&#0160;0199999", "020&#0160;1234567"),
    ("085&#160 0199999", "020&#160 1234567"),
    ("085\u00a00199999", "020\u00a01234567"),
    ("085&#8209;0199999", "020&#8209;1234567"),
    ("085&#x2011;0199999", "020&#x2011;1234567"),
    ("085\u20110199999", "020\u20111234567"),
    ("085\u20100199999", "020\u20101234567"),
    ("085\u20130199999", "020\u20131234567"),
    ("085&ndash;0199999", "020&ndash;1234567"),
    ("085 &mdash; 0199999", "020 &mdash; 1234567"),
    ("085\u22120199999", "020\u22121234567"),
    ("085&minus;0199999", "020&minus;1234567"),
    ("085\u20090199999", "020\u20091234567"),
    ("085&thinsp;0199&thinsp;999", "020&thinsp;1234&thinsp;567"),
    ("085\u202f0199999", "020\u202f1234567"),
    ("085\u200b0199999", "020\u200b1234567"),
    ("085&ZeroWidthSpace;0199999", "020&ZeroWidthSpace;1234567"),
    ("085\u00ad0199999", "020\u00ad1234567"),
    ("085&shy;0199999", "020&shy;1234567"),
    ("085&shy0199999", "020&shy1234567"),
    ("085\u20600199999", "020\u20601234567"),
    ("085&NoBreak;0199999", "020&NoBreak;1234567"),
    ("\u202a085 0199999\u202c", "\u202a020 1234567\u202c"),
    ("085&#32;0199999", "020&#32;1234567"),
    ("085&#45;0199999", "020&#45;1234567"),
    ("085\n\t    0199999", "020\n\t    1234567"),
    ("085&nbsp;-&nbsp;0199999", "020&nbsp;-&nbsp;1234567"),
    ("085 (019) 9999", "020 (123) 4567"),
    # split over tags
    ("<b>085</b> 0199 999", "<b>020</b> 1234 567"),
    ("<b>085</b>0199999", "<b>020</b>1234567"),
    ("<span>085</span><span>0199999</span>", "<span>020</span><span>1234567</span>"),
    ('<span class="a">085</span> - <em>0199</em> 999', None),
    ("08<i>5 0</i>199999", "02<i>0 1</i>234567"),
    ("085<wbr>0199<wbr/>999", "020<wbr>1234<wbr/>567"),
    ('<b title="a>b">085</b> 0199999', '<b title="a>b">020</b> 1234567'),
    ("<B\nID=x>085</B > 0199999", "<B\nID=x>020</B > 1234567"),
    ("<a href=x>085</a> <small>0199</small> 999", None),
    ("+<b>31</b> 85 0199999", "+<b>31</b> 20 1234567"),
    # digits written otherwise become plain digits
    ("&#48;&#56;&#53; 0199999", "020 1234567"),
    ("&#x30;85 0199999", "020 1234567"),
    ("08&#53 0199999", "020 1234567"),
    ("０８５ ０１９９９９９", "020 1234567"),
    ("&#xFF10;85 0199999", "020 1234567"),
    ("&#65296;85 0199999", "020 1234567"),
]


@pytest.mark.parametrize(("before", "after"), [pytest.param(*form, id=form[0]) for form in FORMS])
def test_a_number_is_exchanged_and_all_around_it_kept(before: str, after: str | None) -> None:
    if after is None:
        after = before.replace("085", "020").replace("0199", "1234").replace("999", "567")

    assert rewritten(f"<p>Bel {before}.</p>") == f"<p>Bel {after}.</p>"
    assert rewritten(before) == after


@pytest.mark.parametrize("form", [pytest.param(form[0], id=form[0]) for form in FORMS])
def test_a_number_is_found_wherever_it_is_cut(form: str) -> None:
    assert_cuts_do_not_matter(f"a {form} b".encode())
    assert_cuts_do_not_matter(form.encode())


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
    assert_cuts_do_not_matter(html.encode())


LEFT_ALONE = [
    pytest.param("order 2024-0850199999-17", id="an order number"),
    pytest.param("2024-0850199999", id="digits tied before"),
    pytest.param("0850199999-17", id="digits tied after"),
    pytest.param("2024.0850199999", id="digits tied by a dot"),
    pytest.param("2024/0850199999", id="digits tied by a slash"),
    pytest.param("20240850199999", id="inside a longer number"),
    pytest.param("08501999991", id="the beginning of a longer number"),
    pytest.param("2024<b>0850199999</b>", id="tied across a tag"),
    pytest.param("2024<b title='a>b' x=\"<c\">0850199999</b>", id="tied across an odd tag"),
    pytest.param("2024-<b><i\n>0850199999", id="tied across two tags"),
    pytest.param("2024&shy;0850199999", id="tied across a soft hyphen"),
    pytest.param("2024&#8209;0850199999", id="tied by a dash entity"),
    pytest.param("1&#50;0850199999", id="tied to a digit entity"),
    pytest.param("085-0199999-085-0199999", id="two numbers tied"),
    pytest.param("a0850199999", id="a letter before"),
    pytest.param("0850199999a", id="a letter after"),
    pytest.param("_0850199999", id="an underscore before"),
    pytest.param("0850199999_", id="an underscore after"),
    pytest.param("#0850199999", id="a hash"),
    pytest.param("x=0850199999", id="an equals sign"),
    pytest.param("0850199999@voorbeeld.nl", id="an e-mail address"),
    pytest.param("&#97;0850199999", id="a letter as entity before"),
    pytest.param("0850199999&#97;", id="a letter as entity after"),
    pytest.param("0850199999.nl", id="a domain"),
    pytest.param("NL02ABNA0850199999", id="an IBAN"),
    pytest.param("NL02 ABNA 0850 1999 99", id="an IBAN in groups"),
    pytest.param("NL02&nbsp;ABNA&nbsp;0850&nbsp;1999&nbsp;99", id="an IBAN with hard blanks"),
    pytest.param("<b>NL02</b> ABNA <i>0850</i> 1999 99", id="an IBAN with tags"),
    pytest.param("DE02 1203 0850 1999 99", id="an IBAN of digits"),
    pytest.param("+49 85 0199999", id="another country"),
    pytest.param("+49 (0)85 0199999", id="another country, with a trunk prefix"),
    pytest.param("+49 (085) 0199999", id="another country, national"),
    pytest.param("+49850199999", id="another country, no blanks"),
    pytest.param("0049 85 0199999", id="another country, dialled"),
    pytest.param("00 49 (0)85 0199999", id="another country, dialled, in groups"),
    pytest.param("&#43;49 (0)85 0199999", id="another country, plus as entity"),
    pytest.param("+<b>49</b> (0)85 0199999", id="another country, in tags"),
    pytest.param("+0850199999", id="no country code behind the plus"),
    pytest.param("wa.me/31850199999", id="a chat address"),
    pytest.param("https://wa.me/31850199999", id="a chat URL"),
    pytest.param("wa.me/<b>31850199999</b>", id="a chat address, marked up"),
    pytest.param("https://x.nl/?tel=31850199999", id="a URL's query"),
    pytest.param("https://x.nl/a-0850199999", id="a URL's path"),
    pytest.param("sms:+31850199999", id="sms"),
    pytest.param("sms:0850199999", id="sms, national"),
    pytest.param("mailto:0850199999", id="mailto"),
    pytest.param("whatsapp:31850199999", id="whatsapp"),
    pytest.param("085<br>0199999", id="split by a line break"),
    pytest.param("085<br/>0199999", id="split by a closed line break"),
    pytest.param("085<!-- -->0199999", id="split by a comment"),
    pytest.param("085<p>0199999", id="split by a block"),
    pytest.param("085</div>0199999", id="split by a block's end"),
    pytest.param("<td>085</td><td>0199999</td>", id="split by cells"),
    pytest.param("085<img>0199999", id="split by a picture"),
    pytest.param("085</>0199999", id="split by an empty end tag"),
    pytest.param("085<?x?>0199999", id="split by an instruction"),
    pytest.param("085 ------ 0199999", id="too many separators"),
    pytest.param("085, 0199999", id="a comma inside"),
    pytest.param("085x0199999", id="a letter inside"),
    pytest.param("085 019999", id="a digit too few"),
    pytest.param("850199999", id="no national prefix"),
    pytest.param("085 0199998", id="another number"),
]


@pytest.mark.parametrize("html", LEFT_ALONE)
def test_what_only_looks_like_the_number_is_left_alone(html: str) -> None:
    assert rewritten(html) == html
    assert_cuts_do_not_matter(f"<p>{html}</p>".encode())


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
    ("html", "shown", "expected"),
    [
        pytest.param("085-0199999", "+318001234", "0800-1234", id="a shorter one"),
        pytest.param(
            "085 <b>019</b> 99 99", "+318001234", "0800 <b>12</b> 34", id="no element less"
        ),
        pytest.param("(085) 0199999", "+31612345678", "(061) 2345678", id="as long"),
        pytest.param("085 0199999", "+3225551212", "+32 25551212", id="another country, national"),
        pytest.param("+31 (0)85 0199999", "+3225551212", None, id="another country"),
        pytest.param("<b>0</b>8<i>5</i>-0199999", "+318001234", None, id="elements stay"),
    ],
)
def test_a_number_of_another_length_is_written_in_the_pattern(
    html: str, shown: str, expected: str | None
) -> None:
    after = rewritten(html, shown=PhoneNumber(shown))

    assert expected is None or after == expected
    assert after.count("<") == html.count("<")
    assert PhoneNumber(shown).national in "".join(filter(str.isdigit, after))


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
