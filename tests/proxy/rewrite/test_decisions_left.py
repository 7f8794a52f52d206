"""Digits that are no number of ours: part of something longer, or of another country."""

import pytest

from tests.proxy.rewrite.oracle import assert_cuts_do_not_matter, rewritten

TABLE = {
    "inside a longer digit run": [
        "20240850199999",
        "08501999991",
        "08501999990850199999",
        "1&#50;0850199999",
        "１0850199999",
        "0850199999&#49;",
        "2024<b>0850199999</b>",
        "<b>2024</b>0850199999",
        "2024<b title='a>b' x=\"<c\">0850199999</b>",
        "0850199999<b>1</b>",
        "2024<wbr>0850199999",
        "<i>1</i>0850199999",
    ],
    "tied to more digits (order number)": [
        "order 2024-0850199999-17",
        "2024-0850199999",
        "0850199999-17",
        "2024-085 0199999",
        "085 0199999-17",
        "2024.0850199999",
        "2024/0850199999",
        "0850199999/2",
        "0850199999.50",
        "(2024)0850199999",
        "2024--0850199999",
        "2024-<b><i\n>0850199999",
        "2024&shy;0850199999",
        "2024&#8209;0850199999",
        "2024\u20110850199999",
        "2024\u200b0850199999",
        "2024&minus;0850199999",
        "085-0199999-085-0199999",
        "0850199999-0850199999",
    ],
    "letters and signs touch it": [
        "a0850199999",
        "Z0850199999",
        "0850199999a",
        "_0850199999",
        "0850199999_",
        "#0850199999",
        "0850199999#",
        "x=0850199999",
        "0850199999=",
        "@0850199999",
        "0850199999@voorbeeld.nl",
        "0850199999.nl",
        "&#97;0850199999",
        "&#x61;0850199999",
        "0850199999&#97;",
        "&commat;0850199999",
        "0850199999&num;",
        "a+31850199999",
    ],
    "IBAN": [
        "NL02ABNA0850199999",
        "NL02 ABNA 0850 1999 99",
        "NL02&nbsp;ABNA&nbsp;0850&nbsp;1999&nbsp;99",
        "NL02\u00a0ABNA\u00a00850\u00a01999\u00a099",
        "NL02\nABNA\n0850\n1999\n99",
        "<b>NL02</b> ABNA <i>0850</i> 1999 99",
        "DE02 1203 0850 1999 99",
        "IBAN: BE68 0850 1999 99",
        "MT84MALT 0850 1999 99",
    ],
    "another country's number with the same national digits": [
        "+49 85 0199999",
        "+49850199999",
        "+49-85-0199999",
        "+49 (0)85 0199999",
        "+49 (085) 0199999",
        "+49 0850199999",
        "(+49) 085 0199999",
        "0049 85 0199999",
        "00 49 (0)85 0199999",
        "00 49 085 0199999",
        "&#43;49 (0)85 0199999",
        "＋49 085 0199999",
        "+<b>49</b> (0)85 0199999",
        "+&nbsp;49 085 0199999",
        "+1 085 0199999",
        "+0850199999",
        "+085 0199999",
    ],
    "an address": [
        "https://x.nl/?tel=31850199999",
        "https://x.nl/0850199999",
        "http://x.nl/a-0850199999",
        "HTTP://X.NL/A/0850199999",
        "www.x.nl/0850199999",
        "//x.nl/0850199999",
        "x.nl/0850199999",
        "wa.me/31850199999",
        "wa.me/<b>31850199999</b>",
        "tg://resolve?phone=31850199999",
        "sms:+31850199999",
        "mailto:0850199999",
    ],
}


@pytest.mark.parametrize(
    "html",
    [pytest.param(html, id=f"{row} | {html}") for row, htmls in TABLE.items() for html in htmls],
)
def test_it_is_left_alone(html: str) -> None:
    for page in (html, f"<p>{html}</p>", f"Zie {html}, of"):
        assert rewritten(page) == page
    assert rewritten(f"{html}<p>0850199999") == f"{html}<p>0201234567"
    assert_cuts_do_not_matter(f"<p>{html}</p>".encode(), charset="utf-8")
