"""Phone links, attributes that are text, and those that are left alone."""

import pytest

from proxy.rewrite import Bindings, Place, Slot, fill, scan
from tests.proxy.rewrite.oracle import BINDINGS, OURS, SHOWN, assert_cuts_do_not_matter, rewritten

LINKS = [
    ('<a href="tel:+31850199999">', '<a href="tel:+31201234567">'),
    ("<a href='tel:+31850199999'>", "<a href='tel:+31201234567'>"),
    ("<a href=tel:+31850199999>", "<a href=tel:+31201234567>"),
    ("<a href=tel:0850199999 class=x>", "<a href=tel:0201234567 class=x>"),
    ("<a href=tel:0850199999/>", "<a href=tel:0201234567/>"),
    ('<A HREF="TEL:+31850199999">', '<A HREF="TEL:+31201234567">'),
    ('<a href = "tel:+31850199999" >', '<a href = "tel:+31201234567" >'),
    ('<a\nhref\n=\n"tel:+31850199999"\n>', '<a\nhref\n=\n"tel:+31201234567"\n>'),
    ('<a href=" tel:+31850199999 ">', '<a href=" tel:+31201234567 ">'),
    ('<a href="tel: +31 85 0199999">', '<a href="tel: +31 20 1234567">'),
    ('<a href="tel:085-0199999">', '<a href="tel:020-1234567">'),
    ('<a href="tel:(085) 019 99 99">', '<a href="tel:(020) 123 45 67">'),
    ('<a href="tel:+31(0)850199999">', '<a href="tel:+31(0)201234567">'),
    ('<a href="tel:0031850199999">', '<a href="tel:0031201234567">'),
    ('<a href="tel:31850199999">', '<a href="tel:31201234567">'),
    ('<a href="callto:+31850199999">', '<a href="callto:+31201234567">'),
    ('<a href="tel://+31850199999">', '<a href="tel://+31201234567">'),
    ('<a href="tel:&#43;31850199999">', '<a href="tel:&#43;31201234567">'),
    ('<a href="tel:&#x2B;31850199999">', '<a href="tel:&#x2B;31201234567">'),
    ('<a href="tel:%2B31850199999">', '<a href="tel:%2B31201234567">'),
    ('<a href="tel:%2b31%2085%200199999">', '<a href="tel:%2b31%2020%201234567">'),
    ('<a href="tel:085%20019%2D9999">', '<a href="tel:020%20123%2D4567">'),
    ('<a href="tel:085&nbsp;0199999">', '<a href="tel:020&nbsp;1234567">'),
    ('<a href="tel:&#48;850199999">', '<a href="tel:0201234567">'),
    ('<a href="tel:%30850199999">', '<a href="tel:0201234567">'),
    ('<a href="&#116;el:0850199999">', '<a href="&#116;el:0201234567">'),
    ('<a href="tel&colon;0850199999">', '<a href="tel&colon;0201234567">'),
    ('<a href="tel&#58;0850199999">', '<a href="tel&#58;0201234567">'),
    ('<a href="te\nl:0850199999">', '<a href="te\nl:0201234567">'),
    ('<a href="t&#10;el:0850199999">', '<a href="t&#10;el:0201234567">'),
    ('<a href="tel:+31850199999;ext=12">', '<a href="tel:+31201234567;ext=12">'),
    ('<a href="tel:+31850199999,,12#">', '<a href="tel:+31201234567,,12#">'),
    ('<a href="tel:+31850199999p12">', '<a href="tel:+31201234567p12">'),
    ('<a href="tel:+31850199999?x=1">', '<a href="tel:+31201234567?x=1">'),
    ('<area href="tel:+31850199999">', '<area href="tel:+31201234567">'),
    ('<a href="tel:0850199999" href="tel:0850199999">',
     '<a href="tel:0201234567" href="tel:0850199999">'),
    ('<a title="085 0199999">', '<a title="020 1234567">'),
    ("<a title='Bel 085-0199999!'>", "<a title='Bel 020-1234567!'>"),
    ("<a title=0850199999>", "<a title=0201234567>"),
    ("<a title = \"085&nbsp;0199999\">", "<a title = \"020&nbsp;1234567\">"),
    ('<a TITLE="\n085 0199999">', '<a TITLE="\n020 1234567">'),
    ('<p aria-label="085 0199999 of 085 0199999">', '<p aria-label="020 1234567 of 020 1234567">'),
    ('<p aria-label="&#48;85 0199999">', '<p aria-label="020 1234567">'),
    ('<a aria-label="085 0199999" href="tel:0850199999">',
     '<a aria-label="020 1234567" href="tel:0201234567">'),
    ('<img title="085 0199999" alt="085 0199999">', '<img title="020 1234567" alt="085 0199999">'),
    ('<textarea title="085 0199999">', '<textarea title="020 1234567">'),
    ('<svg><a xlink:href="tel:0850199999">', '<svg><a xlink:href="tel:0201234567">'),
    ('<svg><a href="tel:0850199999">', '<svg><a href="tel:0201234567">'),
    ('<svg aria-label="085 0199999"/>', '<svg aria-label="020 1234567"/>'),
    ("<noscript><a href=tel:0850199999>085 0199999</a></noscript>",
     "<noscript><a href=tel:0201234567>020 1234567</a></noscript>"),
    ("<template>085 0199999</template>", "<template>020 1234567</template>"),
    ("<![if !IE]>085 0199999<![endif]>", "<![if !IE]>020 1234567<![endif]>"),
    ('085 <a href="tel:0850199999">0199999</a>', '085 <a href="tel:0201234567">0199999</a>'),
    ('<b title="0850199999">085</b> 0199999', '<b title="0201234567">020</b> 1234567'),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), [pytest.param(*row, id=row[0]) for row in LINKS])
def test_a_number_in_a_tag_is_exchanged(before: str, after: str) -> None:
    assert rewritten(f"<p>{before} x</p>") == f"<p>{after} x</p>"
    assert_cuts_do_not_matter(before.encode())


@pytest.mark.parametrize(
    "html",
    [
        '<a href="sms:+31850199999">',
        '<a href="https://wa.me/31850199999">',
        '<a href="whatsapp://send?phone=31850199999">',
        '<a href="mailto:0850199999@voorbeeld.nl">',
        '<a href="/0850199999">',
        '<a href="?tel:0850199999">',
        '<a href="tel">0850199998',
        '<a href="tel:+49850199999">',
        '<a href="tel:0850199999x">'.replace("x", "a"),
        '<a href="tel:08501999991">',
        '<a href="tel:0850199999-12">',
        '<a href="tel:0612345678 0850199999">',
        '<a href="x" href="tel:0850199999">',
        '<a data-href="tel:0850199999">',
        '<a data-tel="0850199999">',
        '<a title="x" title="0850199999">',
        '<a class="0850199999">',
        '<img alt="085 0199999">',
        '<img src="0850199999.png">',
        '<input value="085 0199999" placeholder="085 0199999">',
        '<meta name="description" content="085 0199999">',
        '<span itemprop="telephone" content="+31850199999">',
        "<iframe srcdoc='<a href=\"tel:0850199999\">085 0199999</a>'></iframe>",
        '<script type="application/ld+json">{"telephone": "085 0199999"}</script>',
        "<style>a:after { content: '085 0199999' }</style>",
        "<textarea>085 0199999</textarea>",
        "<title>085 0199999</title>",
        "<xmp>085 0199999</xmp>",
        "<iframe>085 0199999</iframe>",
        "<noembed>085 0199999</noembed>",
        "<noframes>085 0199999</noframes>",
        "<plaintext>085 0199999",
        "<!-- 085 0199999 -->",
        "<!--[if IE]>085 0199999<![endif]-->",
        "<!x 085 0199999>",
        "<?x 085 0199999?>",
        "</ 085 0199999>",
        '<!doctype html "085 0199999">',
        "<svg><![CDATA[085 0199999]]></svg>",
        "</p title='085 0199999'>",
    ],
)
def test_a_number_elsewhere_in_markup_is_left_alone(html: str) -> None:
    assert rewritten(html) == html
    assert_cuts_do_not_matter(html.encode())


def test_the_plan_says_which_attributes_are_text() -> None:
    html = b'<img alt="0850199999" title="0850199999" aria-label="0850199999">'

    only_alt = fill(
        scan(html, Bindings(frozenset({OURS}), attributes=frozenset({"alt"}))), lambda _: SHOWN
    )
    none = fill(scan(html, Bindings(frozenset({OURS}), attributes=frozenset())), lambda _: SHOWN)

    assert only_alt == b'<img alt="0201234567" title="0850199999" aria-label="0850199999">'
    assert none == html


def test_a_slot_tells_its_place() -> None:
    html = b'<a href="tel:+31850199999" title="085 0199999">085 0199 999</a>'

    slots = [piece for piece in scan(html, BINDINGS) if isinstance(piece, Slot)]

    assert [(s.place, s.raw, s.offset, s.number) for s in slots] == [
        (Place.LINK, b"31850199999", 14, OURS),
        (Place.ATTRIBUTE, b"085 0199999", 34, OURS),
        (Place.TEXT, b"085 0199 999", 47, OURS),
    ]
