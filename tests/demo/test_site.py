"""The demo site, over HTTP, as a visitor gets it without a proxy."""

import json
import re
from pathlib import Path

import lxml.html
import pytest

from demo import content
from tests.demo.visiting import Visitor

PATHS = {
    "home": "/",
    **{
        name: f"/blog/{page.fields['slug']}/" if page.parent else f"/{page.fields['slug']}/"
        for name, page in zip(content.FILES, content.pages(), strict=True)
        if name != "home"
    },
}


@pytest.fixture
def visitor(demo_site: str) -> Visitor:
    return Visitor(demo_site)


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_every_page_is_there_and_keeps_its_own_strict_policy(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path)

    page = lxml.html.document_fromstring(answer.body)
    assert answer.status == 200
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "X-Calltrack" not in answer.headers
    assert page.get("lang") == "nl"
    assert len(page.xpath("//h1")) == 1
    assert page.xpath("//main and //nav[@aria-label] and //a[@class='skip'][@href='#inhoud']")
    assert page.xpath("//style | //@style | //@*[starts-with(name(), 'on')]") == []
    assert set(page.xpath("//script[not(@src)]/@type")) <= {
        "application/json",
        "application/ld+json",
    }


def test_every_link_and_file_within_the_site_exists(visitor: Visitor) -> None:
    found = {
        str(link)
        for path in PATHS.values()
        for link in lxml.html.document_fromstring(visitor.get(path).body).xpath("//@href | //@src")
        if str(link).startswith("/")
    }

    missing = sorted(link for link in found if visitor.get(link).status != 200)

    assert len(found) > 20
    assert missing == []


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


@pytest.mark.parametrize(("path", "form"), FORMS)
def test_numbers_stand_on_the_pages_as_people_write_them(
    visitor: Visitor, path: str, form: str
) -> None:
    assert form in visitor.get(path).text


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


@pytest.mark.parametrize(("path", "decoy"), DECOYS)
def test_what_must_never_be_touched_stands_there_too(
    visitor: Visitor, path: str, decoy: str
) -> None:
    assert decoy in visitor.get(path).text


def test_structured_data_is_one_json_document(visitor: Visitor) -> None:
    page = lxml.html.document_fromstring(visitor.get("/utrecht/").body)

    (text,) = page.xpath("//script[@type='application/ld+json']/text()")

    found = json.loads(text)
    assert [branch["telephone"] for branch in found["department"]] == [
        "+31-20-019-91-00",
        "+31-10-019-92-00",
        "+31-30-019-93-00",
    ]


def test_a_page_that_is_not_there_says_so_in_the_site_s_own_clothes(visitor: Visitor) -> None:
    answer = visitor.get("/bestaat-niet/")

    assert answer.status == 404
    assert "Deze pagina bestaat niet" in answer.text
    assert "(020) 019 91 00" in answer.text


def test_a_file_is_sent_once_and_then_only_when_it_changed(visitor: Visitor) -> None:
    first = visitor.get("/static/demo/site.css")

    again = visitor.get("/static/demo/site.css", If_Modified_Since=first.headers["Last-Modified"])

    assert first.status == 200
    assert first.headers["Content-Type"].startswith("text/css")
    assert again.status == 304


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_an_editor_logs_in_under_the_name_in_the_address_bar(
    demo_site: str, demo_folder: Path, host: str
) -> None:
    editor = Visitor(demo_site, host)
    form = editor.get("/cms/login/")
    token = _csrf_token(form.text)
    password = (demo_folder / "login").read_text().strip()

    answer = editor.post(
        "/cms/login/",
        {"username": "demo", "password": password, "csrfmiddlewaretoken": token},
        Origin=f"http://{host}:{demo_site.rpartition(':')[2]}",
    )

    assert answer.status == 302
    assert editor.get("/cms/").status == 200


def test_another_host_name_is_refused(demo_site: str) -> None:
    assert Visitor(demo_site, "elders.example").get("/").status == 400


@pytest.mark.parametrize("path", ["/cms/", "/cms/login/", "/django-admin/", "/cms/nope/"])
def test_the_admin_is_marked_as_not_for_visitors(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).headers["X-Calltrack"] == "off"


def test_a_message_through_the_contact_form_is_taken(visitor: Visitor) -> None:
    token = _csrf_token(visitor.get("/contact/").text)
    values = {"naam": "Anna", "telefoonnummer": "06", "vestiging": "Utrecht", "uw_vraag": "Hallo"}

    answer = visitor.post("/contact/", {**values, "csrfmiddlewaretoken": token})

    assert answer.status == 200
    assert "Bedankt voor uw bericht" in answer.text


def test_a_form_with_a_gap_comes_back_with_a_dutch_sentence(visitor: Visitor) -> None:
    token = _csrf_token(visitor.get("/contact/").text)

    answer = visitor.post("/contact/", {"naam": "Anna", "csrfmiddlewaretoken": token})

    assert answer.status == 200
    assert "Dit is een verplicht veld" in answer.text


def _csrf_token(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found
    return found[1]
