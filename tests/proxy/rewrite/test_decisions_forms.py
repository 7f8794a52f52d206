"""Every form of +31 85 0199 999 that must be found, and how another number is written in it."""

import re

import pytest

from calltrack.numbers import PhoneNumber
from proxy.rewrite import elements
from tests.proxy.rewrite.oracle import assert_cuts_do_not_matter, rewritten

FORMS = [
    # as it stands in the page, and after
    ("0850199999", "0201234567"),
    ("085 - 0199 999", "020 - 1234 567"),
    ("085-0199999", "020-1234567"),
    ("(085) 019 99 99", "(020) 123 45 67"),
    ("(085)0199999", "(020)1234567"),
    ("085.019.99.99", "020.123.45.67"),
    ("085/0199999", "020/1234567"),
    ("085 / 019 - 99.99", "020 / 123 - 45.67"),
    ("085 (019) 9999", "020 (123) 4567"),
    ("0 8 5 0 1 9 9 9 9 9", "0 2 0 1 2 3 4 5 6 7"),
    ("0-8-5-0-1-9-9-9-9-9", "0-2-0-1-2-3-4-5-6-7"),
    ("+31 85 0199999", "+31 20 1234567"),
    ("+31 (0)85 019 99 99", "+31 (0)20 123 45 67"),
    ("+31(0)85-0199999", "+31(0)20-1234567"),
    ("+31 (085) 0199999", "+31 (020) 1234567"),
    ("+31 0850199999", "+31 0201234567"),
    ("+310850199999", "+310201234567"),
    ("(+31) 85 0199999", "(+31) 20 1234567"),
    ("(+31)(0)85 0199999", "(+31)(0)20 1234567"),
    ("+ 31 85 0199999", "+ 31 20 1234567"),
    ("+(31) 85 0199999", "+(31) 20 1234567"),
    ("0031 85 0199999", "0031 20 1234567"),
    ("00 31 85 0199999", "00 31 20 1234567"),
    ("0031 (0)85 0199999", "0031 (0)20 1234567"),
    ("0031850199999", "0031201234567"),
    ("(0031) 85 0199999", "(0031) 20 1234567"),
    ("+31850199999", "+31201234567"),
    ("31850199999", "31201234567"),
    ("&#43;31 85 0199999", "&#43;31 20 1234567"),
    ("&#x2b;31 85 0199999", "&#x2b;31 20 1234567"),
    ("&plus;31 85 0199999", "&plus;31 20 1234567"),
    ("＋31 85 0199999", "＋31 20 1234567"),
    ("085\n\t    0199999", "020\n\t    1234567"),
    ("085\r\n0199999", "020\r\n1234567"),
    ("085&nbsp;-&nbsp;0199999", "020&nbsp;-&nbsp;1234567"),
    ("085&nbsp;&nbsp&#160;\u00a0&#xa0;0199999", "020&nbsp;&nbsp&#160;\u00a0&#xa0;1234567"),
    ("\u202a085 0199999\u202c", "\u202a020 1234567\u202c"),
]

SEPARATORS = {
    "white space": [" ", "\t", "\n", "\f", "&#32;", "&#x20;", "&#9;", "&Tab;", "&NewLine;"],
    "a non-breaking space": [
        "&nbsp;",
        "&nbsp",
        "&#160;",
        "&#160 ",
        "&#0160;",
        "&NonBreakingSpace;",
    ],
    "the same as hexadecimal or character": ["&#xA0;", "&#Xa0;", "&#x00a0;", "\u00a0"],
    "thin and narrow spaces": ["\u2009", "&thinsp;", "&#8201;", "\u202f", "&#x202F;", "\u200a"],
    "wide spaces": ["\u2002", "&ensp;", "\u2003", "&emsp;", "\u2007", "&numsp;", "\u3000"],
    "a dash": ["-", "&#45;", "&#x2D;", "&dash;", "&hyphen;", "\u2010", "\ufe63", "\uff0d"],
    "a non-breaking hyphen": ["&#8209;", "&#x2011;", "&#X2011;", "\u2011"],
    "en dash, em dash, minus": ["\u2013", "&ndash;", "&#8211;", "\u2014", "&mdash;", "\u2015"],
    "U+2212": ["\u2212", "&minus;", "&#8722;", "&#x2212;"],
    "a zero-width space": ["\u200b", "&ZeroWidthSpace;", "&#8203;", "&#x200B;"],
    "a soft hyphen": ["\u00ad", "&shy;", "&shy", "&#173;", "&#xad;"],
    "a word joiner": ["\u2060", "&NoBreak;", "&#8288;", "\ufeff", "&#xFEFF;"],
    "other signs without width": [
        "\u200c",
        "&zwnj;",
        "\u200d",
        "&zwj;",
        "\u200e",
        "&lrm;",
        "&rlm;",
    ],
    "a dot": [".", "&period;", "&#46;", "\u00b7", "&middot;", "&middot", "\uff0e"],
    "a slash": ["/", "&sol;", "&#47;", "\u2044", "&frasl;", "\u2215"],
    "a bracket": ["(", ")", "&lpar;", "&rpar;", "&#40;", "\uff08"],
    "wbr": ["<wbr>", "<WBR/>", "<wbr class='a>b'>"],
    "inline tags": ["<b>", "</b>", "</b><i>", "</span> <span>", "<b><i></i></b>", "<a href=x>"],
}

DIGITS = [
    # become plain digits
    ("&#48;&#56;&#53; 0199999", "020 1234567"),
    ("&#x30;85 0199999", "020 1234567"),
    ("&#X0030;85 0199999", "020 1234567"),
    ("08&#53 0199999", "020 1234567"),
    ("085 019999&#57", "020 1234567"),
    ("&#48;&#56;&#53;&#48;&#49;&#57;&#57;&#57;&#57;&#57;", "0201234567"),
    ("０８５ ０１９９９９９", "020 1234567"),
    ("0８5-0１99999", "020-1234567"),
    ("&#xFF10;85 0199999", "020 1234567"),
    ("&#65296;85 0199999", "020 1234567"),
    ("＋３１ ８５ ０１９９９９９", "＋31 20 1234567"),
    ("<b>&#48;8</b>5 0199999", "<b>02</b>0 1234567"),
    # and none of these is one
    ("٠٨٥ ٠١٩٩٩٩٩", None),
    ("\U0001d7ce85 0199999", None),
    ("&#048850199999", None),
    ("&#x3085 0199999", None),
    ("&amp;#48;85 0199999", None),
    ("&zero;85 0199999", None),
    ("⓪85 0199999", None),
    ("O85 0199999", None),
    ("085 o199999", None),
]

NO_SEPARATORS = [
    *("085 ------ 0199999", "085 - - - 0199999", "085&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;0199999"),
    *(
        "085" + " " * 2000 + "0199999",
        "085" + "<b>" * 9 + "0199999",
        "085" + "</b> <b>" * 6 + "0199999",
    ),
    *("085, 0199999", "085:0199999", "085;0199999", "085_0199999", "085*0199999", "085'0199999"),
    *(
        "085+0199999",
        "085~0199999",
        "085|0199999",
        "085•0199999",
        "085…0199999",
        "085&bull;0199999",
    ),
    *("085&NBSP;0199999", "085&amp;nbsp;0199999", "085&nbspx0199999", "085&#1600199999"),
    *("085&#xA00199999", "085&thinsp0199999", "085&ndash0199999", "085&x;0199999", "085&;0199999"),
    *("085x0199999", "085 of 0199999", "085\u00e90199999", "085 < 0199999", "085 > 0199999"),
    *("850199999", "85 0199999", "085 019999", "085 0199998", "0085 0199999"),
]

LENGTHS = [
    # as it stands there, the number shown, after: None where only what must hold is told
    ("085-0199999", "+318001234", "0800-1234"),
    ("085 0199999", "+318001234", "0800 1234"),
    ("085 <b>019</b> 99 99", "+318001234", "0800 <b>12</b> 34"),
    ("(085) 0199999", "+31612345678", "(061) 2345678"),
    ("085 0199999", "+3225551212", "+32 25551212"),
    ("085 0199999", "+4930123456789", None),
    ("+31 (0)85 0199999", "+3225551212", None),
    ("+31 (0)85 019 99 99", "+14155552671", None),
    ("<b>0</b>8<i>5</i>-0199999", "+318001234", None),
    ("<b>0</b><b>8</b><b>5</b><b>0</b>1<u>9</u>999<wbr>9", "+3120123", None),
    ("0<i>8</i>5 <b>0</b>1<i>9</i>9 9<u>9</u>9", "+4523456789", None),
    ("085&nbsp;019&#8209;9999", "+97412345678", None),
    ("０８５ ０１９９９９９", "+318001234", "0800 1234"),
]


@pytest.mark.parametrize(
    ("before", "after"), [pytest.param(*row, id=f"form | {row[0][:40]}") for row in FORMS]
)
def test_a_form_is_found_and_all_around_it_kept(before: str, after: str) -> None:
    assert rewritten(f"<p>Bel {before}.</p>") == f"<p>Bel {after}.</p>"
    assert rewritten(before) == after
    assert rewritten(f"<p title='{before}'>{before}") == f"<p title='{after}'>{after}"
    assert_cuts_do_not_matter(f"a {before} b".encode(), charset="utf-8")


@pytest.mark.parametrize(
    "separator",
    [
        pytest.param(separator, id=f"{row} | {separator}")
        for row, separators in SEPARATORS.items()
        for separator in separators
    ],
)
def test_a_separator_is_kept(separator: str) -> None:
    for before, after in (
        (f"085{separator}0199{separator}999", f"020{separator}1234{separator}567"),
        (f"+31{separator}850199999", f"+31{separator}201234567"),
        (f"(085{separator}) 0199999", f"(020{separator}) 1234567"),
        (f"085 {separator} 0199999", f"020 {separator} 1234567"),
    ):
        assert rewritten(f"<p>{before}</p>") == f"<p>{after}</p>"
        assert_cuts_do_not_matter(f"{before} ".encode(), charset="utf-8")


@pytest.mark.parametrize("name", [name.decode() for name in elements.INLINE])
def test_a_number_is_split_over_inline_tags(name: str) -> None:
    for pattern in (
        "<N>{}</N> {}",
        "{}<N>{}</N>",
        "<N><N>{}</N></N>-<n a='>'>{}</N >",
        "<N\nB>{}{}</N>",
    ):
        html = pattern.replace("N", name.upper()).replace("n", name)
        assert rewritten(html.format("085", "0199999")) == html.format("020", "1234567")
        assert_cuts_do_not_matter(html.format("085", "0199999").encode(), charset="utf-8")


@pytest.mark.parametrize(
    ("before", "after"),
    [pytest.param(*row, id=f"digits as entities, full-width | {row[0]}") for row in DIGITS],
)
def test_digits_written_otherwise(before: str, after: str | None) -> None:
    assert rewritten(f"<p>{before}</p>") == f"<p>{after or before}</p>"
    assert_cuts_do_not_matter(before.encode(), charset="utf-8")


@pytest.mark.parametrize("html", [pytest.param(t, id=t[:40]) for t in NO_SEPARATORS])
def test_what_is_no_separator_or_too_many_of_them(html: str) -> None:
    assert rewritten(f"<p>{html}</p>") == f"<p>{html}</p>"
    assert_cuts_do_not_matter(f"{html[:60]} {html[-60:]}".encode(), charset="utf-8")


@pytest.mark.parametrize(
    ("before", "shown", "after"),
    [pytest.param(*row, id=f"new number longer or shorter | {row[0]} {row[1]}") for row in LENGTHS],
)
def test_a_number_of_another_length_is_written_in_the_pattern(
    before: str, shown: str, after: str | None
) -> None:
    found = rewritten(before, shown=PhoneNumber(shown))

    assert after is None or found == after
    assert found.count("<") == before.count("<")
    assert PhoneNumber(shown).national in re.sub("&.*?;|[^0-9]", "", found)
