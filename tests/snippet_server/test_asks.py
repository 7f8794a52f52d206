"""What a page may ask, field by field: right, or refused by a sentence that names the field."""

import json
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from snippet_server.asks import read_lead, read_leave, read_page
from snippet_server.json_bodies import AskError, read_object
from snippet_server.origins import read_origin
from snippet_server.pages import Landing, PageUrl
from snippet_server.spots import read_spots
from tests.snippet_server.asking import HOST, PAGE, SITE, SPOT, ask

ORIGIN = read_origin(SITE) or PageUrl("", "", "", "")
URL = PageUrl("https", HOST, HOST, "/contact/?utm_source=google")
APP = "android-app://com.google.android.googlequicksearchbox/"


def lead(**more: Any) -> dict[str, Any]:
    return {"url": PAGE, "phone": "06 12345678", **more}


def test_an_ask_has_what_it_must_and_the_rest_is_as_if_not_said() -> None:
    found = read_page(ask(), ORIGIN)

    assert (found.url, found.referrer, found.landing) == (URL, "", None)
    assert (found.is_view, found.is_load, found.consent, found.token) == (True, False, None, None)
    assert found.spots == read_spots([SPOT])


def test_an_ask_may_say_all() -> None:
    landing = {"url": f"{SITE}/?gclid=1", "referrer": "https://www.google.com/"}
    body = ask(
        referrer=APP, landing=landing, view=False, load=True, consent=False, token="a.b", spots=[],
        newer="than this server",
    )  # fmt: skip

    found = read_page(body, ORIGIN)

    first = PageUrl("https", HOST, HOST, "/?gclid=1")
    assert (found.referrer, found.landing) == (APP, Landing(first, "https://www.google.com/"))
    assert (found.is_view, found.is_load, found.consent) == (False, True, False)
    assert (found.token, found.spots) == ("a.b", ())


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        pytest.param("url", None, "url: must be the page's address", id="url null"),
        pytest.param("url", 1, "url: must be the page's address", id="url a number"),
        pytest.param("url", f"{PAGE}#top", "url: must be the page's address", id="a fragment"),
        pytest.param("url", "/contact/", "url: must be the page's address", id="a path"),
        pytest.param("url", f"{SITE}/{'a' * 9000}", "url: must be the page's", id="a long url"),
        pytest.param("referrer", None, "referrer: must be an address", id="referrer null"),
        pytest.param("referrer", "a b", "referrer: must be an address", id="a space"),
        pytest.param("referrer", "https://a/\n", "referrer: must be an address", id="a line break"),
        pytest.param("referrer", "x" * 9000, "referrer: must be an address", id="a long referrer"),
        pytest.param("landing", PAGE, "landing: must be an object", id="landing a text"),
        pytest.param("landing", {}, "landing.url: is missing", id="landing without url"),
        pytest.param("landing", {"url": "x"}, "landing.url: must be", id="landing's url wrong"),
        pytest.param(
            "landing", {"url": PAGE, "referrer": 1}, "landing.referrer: must", id="its referrer"
        ),
        pytest.param("view", 1, "view: must be true or false", id="view a number"),
        pytest.param("view", None, "view: must be true or false", id="view null"),
        pytest.param("load", "true", "load: must be true or false", id="load a text"),
        pytest.param("consent", "yes", "consent: must be true, false or null", id="consent"),
        pytest.param("consent", 0, "consent: must be true, false or null", id="consent 0"),
        pytest.param("token", "", "token: must be what the last", id="token empty"),
        pytest.param("token", "a b", "token: must be what the last", id="token with a space"),
        pytest.param("token", "x" * 4097, "token: must be what the last", id="token long"),
        pytest.param("token", ["a"], "token: must be what the last", id="token a list"),
        pytest.param("spots", None, "spots: must be a list", id="spots null"),
        pytest.param("spots", {}, "spots: must be a list", id="spots an object"),
        pytest.param("spots", [SPOT] * 201, "spots: at most 200", id="too many spots"),
        pytest.param("spots", [SPOT, []], "spots[1]: must be a list", id="an empty spot"),
        pytest.param("spots", [["l", "x" * 1025]], "spots[0]: at most 1024", id="a long spot"),
    ],
)
def test_a_field_that_is_wrong_is_named(field: str, value: object, sentence: str) -> None:
    with pytest.raises(AskError) as caught:
        read_page(ask(**{field: value}), ORIGIN)

    assert str(caught.value).startswith(sentence)
    assert caught.value.status == 400


@pytest.mark.parametrize("field", ["url", "view", "spots"])
def test_a_field_that_is_missing_is_named(field: str) -> None:
    body = ask()
    del body[field]

    with pytest.raises(AskError, match=f"^{field}: is missing$"):
        read_page(body, ORIGIN)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("https://shop.example.nl/", id="another site of the Plan"),
        pytest.param(f"http://{HOST}/", id="another scheme"),
        pytest.param(f"https://{HOST}:8443/", id="another port"),
        pytest.param("https://evil.example/", id="anybody's"),
    ],
)
def test_a_page_speaks_for_its_own_origin_only(url: str) -> None:
    for body in (ask(url=url), ask(landing={"url": url})):
        with pytest.raises(AskError, match="url: must be an address of the site that asks") as said:
            read_page(body, ORIGIN)
        assert said.value.status == 403


def test_a_leave_has_the_page_and_perhaps_a_token() -> None:
    assert read_leave({"url": PAGE}, ORIGIN) == (URL, None)
    assert read_leave({"url": PAGE, "token": "t"}, ORIGIN) == (URL, "t")


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        pytest.param("name", "  Jan\tde  Vries\n", "Jan de Vries", id="a name"),
        pytest.param("name", "Zoë 👩‍💻", "Zoë 👩‍💻", id="letters of all kinds"),
        pytest.param("phone", "06-1234 5678 (werk)", "06-1234 5678 (werk)", id="a phone"),
        pytest.param("phone", "\u202d06 1234\u00ad5678\u202c", "06 12345678", id="a copied phone"),
        pytest.param("email", "jan@example.nl", "jan@example.nl", id="an e-mail"),
        pytest.param("reference", "ORD-2026/0042", "ORD-2026/0042", id="a reference"),
    ],
)
def test_a_lead_needs_one_way_to_know_it(field: str, typed: str, kept: str) -> None:
    found = read_lead({"url": PAGE, field: typed}, ORIGIN)

    said = {name: getattr(found, name) for name in ("name", "phone", "email", "reference")}
    assert said == {"name": "", "phone": "", "email": "", "reference": "", field: kept}
    assert (found.url, found.token) == (URL, None)


def test_a_lead_without_a_form_is_of_its_pages_path() -> None:
    assert read_lead(lead(form="call me back"), ORIGIN).form == "call me back"
    assert read_lead(lead(form=" "), ORIGIN).form == "/contact/"
    assert read_lead(lead(url=f"{SITE}/{'a' * 300}"), ORIGIN).form == "/" + "a" * 199


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        pytest.param({"phone": ""}, "name, phone, email, reference: one of them", id="nothing"),
        pytest.param({"phone": " \n"}, "name, phone, email, reference: one of them", id="spaces"),
        pytest.param({"phone": None, "form": "x"}, "name, phone, email", id="a form alone"),
        pytest.param({"phone": 612345678}, "phone: must be a text", id="a number for a text"),
        pytest.param({"phone": "0" * 65}, "phone: is longer than 64", id="a long phone"),
        pytest.param({"name": "x" * 201}, "name: is longer than 200", id="a long name"),
        pytest.param({"email": "x" * 255}, "email: is longer than 254", id="a long e-mail"),
        pytest.param({"reference": "x" * 201}, "reference: is longer", id="a long reference"),
        pytest.param({"form": "x" * 201}, "form: is longer than 200", id="a long form"),
        pytest.param({"name": "a\x00b"}, "name: holds characters", id="NUL"),
        pytest.param({"name": "a\x9bb"}, "name: holds characters", id="a control character"),
        pytest.param({"name": ["Jan"]}, "name: must be a text", id="a list"),
        pytest.param({"token": 1}, "token: must be what", id="a token that is none"),
        pytest.param({"url": "x"}, "url: must be", id="no address"),
    ],
)
def test_a_lead_that_is_wrong_is_refused(more: dict[str, object], sentence: str) -> None:
    with pytest.raises(AskError) as caught:
        read_lead(lead(**more), ORIGIN)

    assert str(caught.value).startswith(sentence)


TEXTS = st.text(st.characters(), max_size=20) | st.sampled_from(["", PAGE, "t", "l", "p", "\ud800"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.sampled_from(
    [
        *("url", "referrer", "landing", "view", "load", "consent", "token", "spots"),
        *("form", "name", "phone", "email", "reference", "other"),
    ]
)


@example(changed={"name": "\ud800"})
@given(changed=st.dictionaries(FIELDS, VALUES, max_size=4))
def test_whatever_a_field_holds_it_is_read_or_refused(changed: dict[str, Any]) -> None:
    body = json.dumps({**ask(phone="06"), **changed}).encode()

    for read in (read_page, read_leave, read_lead):
        with suppress(AskError):
            found = read(read_object(body), ORIGIN)
            assert json.dumps(found, default=asdict, ensure_ascii=False).encode("utf-8")


@given(body=st.binary(max_size=200))
def test_whatever_bytes_come_are_an_object_or_refused(body: bytes) -> None:
    with suppress(AskError):
        assert isinstance(read_object(body), dict)
