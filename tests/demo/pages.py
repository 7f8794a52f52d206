"""What stands on the demo's pages: numbers as people write them, and what only looks like one."""

import pytest

from demo import content

PATHS = {
    "home": "/",
    **{
        name: f"/blog/{page.fields['slug']}/" if page.parent else f"/{page.fields['slug']}/"
        for name, page in zip(content.FILES, content.pages(), strict=True)
        if name != "home"
    },
}

FORMS = [
    pytest.param("/", 'href="tel:+31200199100"', id="tel link"),
    pytest.param("/", 'aria-label="Bel Van Dam Plafonds op 020 019 91 00"', id="aria-label"),
    pytest.param("/", 'title="Bel ons: (020) 019 91 00"', id="title attribute"),
    pytest.param("/", ">(020) 019 91 00<", id="area code in brackets"),
    pytest.param("/", ">010&nbsp;-&nbsp;019&nbsp;92&nbsp;00<", id="nbsp entities and a dash"),
    pytest.param("/", ">+31&nbsp;(0)30 019 93 00<", id="country code and a zero in brackets"),
    pytest.param("/", ">020-019 91 00<", id="dash after the area code"),
    pytest.param("/", ">010 / 019 92 00<", id="slash"),
    pytest.param("/", ">030.019.93.00<", id="dots"),
    pytest.param("/", 'href="tel:0200199100">Bel <b>020</b> 019 91 00<', id="national tel, bold"),
    pytest.param("/", '<span class="qooqie-number-placeholder">020 019 91 00<', id="placeholder"),
    pytest.param("/amsterdam/", "020\u2011019\u201191\u201100", id="non-breaking hyphens"),
    pytest.param("/amsterdam/", "0031 20 019 91 00", id="international prefix"),
    pytest.param("/amsterdam/", 'href="tel:+31-20-019-91-00"', id="dashes in tel"),
    pytest.param("/rotterdam/", "<span>010</span> <span>019</span>&nbsp;92 00", id="spans"),
    pytest.param("/rotterdam/", "(010) 0199200", id="brackets, then closed up"),
    pytest.param("/rotterdam/", "010 \u2013 019 92 00", id="en dash"),
    pytest.param("/rotterdam/", "callto:0100199200", id="callto"),
    pytest.param(
        "/rotterdam/", "010&#160;&#8209;&#160;019&#160;92&#160;00", id="numbered entities"
    ),
    pytest.param("/rotterdam/", 'href="tel:0031100199200"', id="tel with 00"),
    pytest.param("/utrecht/", "<b>030</b> <i>019</i> 93 00", id="bold and italic"),
    pytest.param("/utrecht/", "030<wbr>-019<wbr>-93<wbr>-00", id="wbr"),
    pytest.param("/utrecht/", "+31 (0)30 0199300", id="zero in brackets, closed up"),
    pytest.param(
        "/utrecht/", 'data-vestiging="utrecht">de planner in Utrecht<', id="no number in it"
    ),
    pytest.param("/tarieven/", "010 0199 200", id="thousands"),
    pytest.param("/contact/", ">0031 10 019 92 00<", id="priority placeholder"),
    pytest.param("/contact/", ">030 &ndash; 019 93 00<", id="named en dash"),
    pytest.param("/blog/scheur-in-het-plafond/", "+31 20 0199100", id="international"),
    pytest.param("/blog/zachtboard-eruit/", "010/0199200", id="slash, closed up"),
    pytest.param("/over-ons/", "0031 (0)10 019 92 00", id="prefix and a zero in brackets"),
]

DECOYS = [
    pytest.param("/", '"telephone": "+31200199100"', id="structured data"),
    pytest.param("/", "<!-- Nummer van de zaak: 020-019 91 00", id="comment"),
    pytest.param("/", 'name="description" content="Stucwerk', id="meta"),
    pytest.param("/", "NL13DEMO0200199100", id="IBAN"),
    pytest.param("/", '<p data-calltrack="off">', id="opt-out"),
    pytest.param("/amsterdam/", "020 019 91 09", id="another number"),
    pytest.param("/amsterdam/", '"telefoon": "020 019 91 00"', id="script"),
    pytest.param("/amsterdam/", 'href="sms:+31200199100"', id="sms"),
    pytest.param("/amsterdam/", 'href="https://wa.me/31200199100"', id="WhatsApp"),
    pytest.param("/rotterdam/", "2024-0100199200-17", id="order number"),
    pytest.param("/tarieven/", 'data-artikel="0200199100">A0200199100B<', id="article number"),
    pytest.param("/diensten/", "+49 20 0199100", id="another country"),
    pytest.param("/over-ons/", 'alt="Onze bus, met 020 019 91 00', id="alt text"),
    pytest.param("/contact/", 'value="Terugbellen, ik belde 020 019 91 00"', id="form value"),
    pytest.param("/contact/", "\nIk belde (020) 019 91 00 maar", id="textarea"),
]
