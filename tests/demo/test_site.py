"""The demo site, over HTTP, as a visitor gets it without a proxy."""

import json
import re
from pathlib import Path

import lxml.html
import pytest

from tests.demo.pages import DECOYS, FORMS, PATHS
from tests.demo.visiting import Visitor


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


@pytest.mark.parametrize(("path", "form"), FORMS)
def test_numbers_stand_on_the_pages_as_people_write_them(
    visitor: Visitor, path: str, form: str
) -> None:
    assert form in visitor.get(path).text


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
        "+31-40-019-99-00",
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
