"""Placeholders and opt-outs in hostile markup; the usual cases stand in test_regions."""

import re

import pytest

from calltrack.numbers import PhoneNumber
from proxy.rewrite import Bindings, Slot, fill, scan
from tests.proxy.rewrite.oracle import assert_cuts_do_not_matter

SHOWN = PhoneNumber("+31201234567")
NUMBER, OTHER = "010 7654321", "020 1234567"
NATIONAL = "020 123 4567"

OWN_CLASSES = [
    # a class of a site's own, and how it may stand in a page
    ("md:flex", ["class=md:flex", "class='a md:flex b'", 'class="&#109;d&colon;flex"']),
    ("w-[12px]", ["class=w-[12px]", 'class="w-&lsqb;12px&#93;"']),
    ("before:content-['x']", ["class=\"before:content-['x']\"", "class=before:content-['x']"]),
    (
        'after:content-["x"]',
        ["class='after:content-[\"x\"]'", 'class="after:content-[&quot;x&#34;]"'],
    ),
    ("hover:[&>p]:mt-4", ['class="hover:[&>p]:mt-4"', "class='a\thover:[&amp;&gt;p]:mt-4\n'"]),
    ("a=b", ["class=a=b", "class='x a=b'"]),
    ("w-1/2", ["class=w-1/2", "class='w-1/2'", "class=w-1&sol;2"]),
    ("!mt-0.5", ["class=!mt-0.5", "class='&excl;mt-0&period;5'"]),
    ("@container", ["class=@container", "class='&commat;container'"]),
    (
        "téléphone",
        ["class=téléphone", "class='t&eacute;l&#xE9;phone'", "class='tel t&#233l&eacute;phone'"],
    ),
    ("電話", ["class=電話", "class='x&#12288;y 電話'", "class=&#38651;&#x8A71;"]),
    ("📞", ["class=📞", "class='&#x1F4DE;'"]),
    ("a&b", ["class=a&b", "class='a&amp;b'", "class=a&#38;b"]),
    ("m&ms", ["class=m&ms", "class='m&amp;ms'"]),
    ("x&ampy", ["class=x&ampy", "class='x&amp;ampy'"]),  # in attributes &amp needs its semicolon
    ("x&notit;", ["class=x&notit;"]),
    ("x&copy=", ["class=x&copy=", "class='x&amp;copy='"]),
    ("x©", ["class=x&copy", "class='x&copy y'", "class='y x&copy;'"]),
    ("a&amp;b", ["class=a&amp;amp;b"]),
    ("x<y", ["class='x<y'", "class=x<y", "class=x&lt;y"]),
    ("-", ["class=-", "class='- x'"]),
    ("085", ["class=085", "class='085 x'"]),
    ("class", ["class=class", "class='x class'"]),
    ("x\u00a0y", ["class='x\u00a0y'", "class=x&nbsp;y"]),
]
NOT_THAT_CLASS = [
    # a class of a site's own, and what only looks like it
    ("md:flex", ["class=MD:flex", "class='md: flex'", "class=md:flexx", "class=xmd:flex"]),
    ("md:flex", ["class=md\\:flex", "id=md:flex", "data-class=md:flex", "class=md%3Aflex"]),
    ("w-[12px]", ["class=w-[12px", "class='w-[12 px]'", "class='>w-[12px]'"]),
    ("téléphone", ["class=telephone", "class=TÉLÉPHONE", "class='te\u0301le\u0301phone'"]),
    ("x\u00a0y", ["class='x y'", "class=x", "class=y"]),
    ("a&b", ["class='a&amp;amp;b'", "class='a & b'", "class=a"]),
    ("電話", ["class='電\u3000話'", "class=電話番号"]),
    ("k", ["class=x class=k", "classk", "class", "class=''", "x='class=k'", "class\u00a0=k"]),
]
KEYS = [
    (
        "service",
        ["data-calltrack=service", "DATA-CALLTRACK='\tservice\n'", "data-calltrack=&#115;ervice"],
    ),
    ("Köln Süd", ["data-calltrack='Köln Süd'", 'data-calltrack=" K&ouml;ln S&#252;d "']),
    ("a/b", ["data-calltrack=a/b", "data-calltrack='a&sol;b'"]),
    ("OFF-LINE", ["data-calltrack=OFF-LINE"]),
]


def _slots(html: str, bindings: Bindings) -> list[Slot]:
    assert_cuts_do_not_matter(html.encode(), bindings, charset="utf-8")
    return [p for p in scan(html.encode(), bindings, charset="utf-8") if isinstance(p, Slot)]


@pytest.mark.parametrize(
    ("name", "mark"),
    [pytest.param(name, mark, id=mark) for name, marks in OWN_CLASSES for mark in marks],
)
def test_a_class_of_the_site_s_own(name: str, mark: str) -> None:
    (slot,) = _slots(f"x<p {mark} x>{NUMBER}</p>{NUMBER}", Bindings(classes={name: "key"}))

    assert (slot.placeholder, slot.raw) == ("key", NUMBER.encode())


@pytest.mark.parametrize(
    ("name", "mark"),
    [pytest.param(name, mark, id=mark) for name, marks in NOT_THAT_CLASS for mark in marks],
)
def test_what_only_looks_like_a_class_of_the_site_s_own(name: str, mark: str) -> None:
    assert _slots(f"x<p {mark} x>{NUMBER}</p>", Bindings(classes={name: "key"})) == []


@pytest.mark.parametrize(
    ("key", "mark"), [pytest.param(key, mark, id=mark) for key, marks in KEYS for mark in marks]
)
def test_a_key(key: str, mark: str) -> None:
    (slot,) = _slots(f"x<p {mark} x>{NUMBER}</p>{NUMBER}", Bindings(keys=frozenset({key})))

    assert (slot.placeholder, slot.raw) == (key, NUMBER.encode())


@pytest.mark.parametrize(
    ("mark", "vestiging"),
    [
        pytest.param("data-vestiging=utrecht", "utrecht", id="plain"),
        pytest.param("DATA-VESTIGING = ' utrecht\n'", "utrecht", id="case and white space"),
        pytest.param('data-vestiging="&#117;trecht"', "utrecht", id="an entity"),
        pytest.param('data-vestiging="\'s-Hertogenbosch"', "'s-Hertogenbosch", id="a quote"),
        pytest.param("data-vestiging=Curaçao", "Curaçao", id="unicode"),
        pytest.param("data-vestiging=a data-vestiging=b", "a", id="twice: the first counts"),
        pytest.param("data-vestiging='' data-vestiging=b", None, id="empty, then another"),
        pytest.param("data-vestiging", None, id="no value"),
        pytest.param("data-vestiging='  '", None, id="blanks"),
        pytest.param("data-vestigingen=a x-data-vestiging=b", None, id="other attributes"),
    ],
)
def test_whose_number_a_placeholder_asks_for(mark: str, vestiging: str | None) -> None:
    for html in (f"<p class=k {mark}>{NUMBER}</p>", f"<p {mark} class=k></p>"):
        (slot,) = _slots(html, Bindings(classes={"k": "key"}))
        assert slot.vestiging == vestiging


PLACEHOLDERS = {
    # {} is another number after, [] stays, «» is all that a number takes the place of
    "nested markup is kept": [
        "<i PH><b>Bel</b> <u>{}</u><br>nu</i>[]",
        "<i PH><b><i><b>{}</b></i></b></i>[]",
        "<i PH><svg><title>bel</title></svg> {}</i>[]",
        "<i PH><img title='{}' alt='[]'>{}</i>",
        "<div PH><p>Bel<p>{}<ul><li>x<li>{}</ul></div>[]",
        "<table PH><tr><td>{}<td>x</table>[]",
        "<i PH>{}<!-- [] --><script>[]</script><style>[]</style></i>[]",
        "<i PH><template>{}</template><noscript>{}</noscript></i>[]",
        "<i PH><select><option>[]</select></i>[]",
        "<i PH><b>Bel</b> ons</i>[]",
        "<i PH><textarea>[]</textarea></i>[]",
    ],
    "no number and no child elements": [
        "<i PH>«»</i>[]",
        "<i PH>«\n»</i>",
        "<i PH>«(nummer)»</i>",
        "<i PH>«&nbsp;»</i>",
        "<i PH>«12»</i>",
        "<i PH>«a<!--0107654321-->b»</i>[]",
        "<i PH>«<!--</i>-->»</i>[]",
        "<i PH>«<?x?>»</i>",
        "<i PH>«1 > 2»</i>",
        "<i PH>«</b>»</i>",
        "<i PH>«a&lt;b&gt;»</i>",
        "<i PH>«2024-0850199999-17»</i>",
        "<p PH>«»<p>x",
        "<i PH>«\0»</i>",
    ],
    "on a link": [
        "<a PH href='tel:{}'>{}</a>[]",
        "<a href='tel:{}' title='{}' PH>{}</a>[]",
        "<a PH href='tel:{}'><b>Bel</b></a>[]",
        "<a PH href='sms:[]'>{}</a>",
        "<a PH href='https://wa.me/31107654321'>{}</a>",
        "<a PH href='tel:{}' href='tel:[]'>{}</a>",
    ],
    "around a link": [
        "<i PH><a href='tel:{}'>{}</a></i>[]",
        "<i PH><b><a href='tel:{}'>Bel</a></b></i>[]",
        "<i PH><a href='tel:{}'>{}</a> of <a href='tel:{}'>{}</a></i>",
        "<p PH><a href='tel:{}'>x<p>[]",
        "<i PH>x <a href='sms:[]'>y</a></i>",
    ],
    "inside an opt-out": [
        "<p data-calltrack=off>[]<i PH>[]</i></p>[]",
        "<p data-calltrack=off><i PH></i><i PH>x</i></p>",
        "<p data-calltrack=off><a PH href='tel:[]' title='[]'>[]</a></p>",
        "<p data-calltrack=off><i PH>[]</p><i PH>{}</i>",
        "<div data-calltrack=off><div><i PH>[]</i></div>[]</div><i PH>{}</i>",
    ],
    "an opt-out inside": [
        "<i PH>{} <b data-calltrack=off>[]</b> {}</i>[]",
        "<i PH><b data-calltrack=off>[]</b></i>[]",
        "<i PH>{} <b data-calltrack=off>[]</i>[]",
        "<div PH>{}<p data-calltrack=off>[]<p>{}</div>[]",
        "<i PH>{} <img data-calltrack=off title='[]'> {}</i>",
    ],
    "misused as if void": [
        "<p><i PH/>en meer</p>[]",
        "<div><i PH />{}</div>[]",
        "<br PH>[]",
        "<br PH/>[]",
        "<wbr PH>[]",
        "<svg><text PH/>[]</svg>",
        "</i PH>[]",
        "<br></br PH>[]",
    ],
    "never closed: ends with its parent": [
        "<p><i PH>{}</p>[]",
        "<p><i PH>en meer</p>[]",
        "<div><i PH><b>{}</div>[]",
        "<p><i PH>{}<p>[]",
        "<p><i PH>{}<div>[]</div>",
        "<ul><li><i PH>{}<li>[]</ul>",
        "<table><tr><td><i PH>{}<td>[]</table>",
        "<section><i PH>{}</section>[]",
        "<a><i PH>{}</a>[]",
        "<i PH>{}",
        "<div><i PH>{}</i",
        "<div><i PH>{}<!-- </div>",
        "<div><i PH>{}</div ",
    ],
}  # fmt: skip
MARKS = ("class=ph", "class='a ph&#10;b'", "data-calltrack=key", "DATA-CALLTRACK = '&#107;ey'")
BINDINGS = Bindings(classes={"ph": "main"}, keys=frozenset({"key"}))


def _rows(table: dict[str, list[str]]) -> list[object]:
    return [
        pytest.param(html, id=f"{row} | {html}") for row, htmls in table.items() for html in htmls
    ]


@pytest.mark.parametrize("html", _rows(PLACEHOLDERS))
def test_a_placeholder(html: str) -> None:
    for mark in MARKS:
        page = html.replace("PH", mark).replace("[]", NUMBER)
        before = re.sub("[«»]", "", page.replace("{}", NUMBER))
        after = re.sub("«.*?»", NATIONAL, page.replace("{}", OTHER), flags=re.DOTALL)

        found = fill(scan(before.encode(), BINDINGS, charset="utf-8"), lambda _: SHOWN)

        assert_cuts_do_not_matter(before.encode(), BINDINGS, charset="utf-8")
        assert found.decode() == after
