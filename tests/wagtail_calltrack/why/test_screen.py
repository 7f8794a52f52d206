"""The screen "Why this number?": a page of the site, and each number in it with its reason."""

from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape
from pytest_django import Settings

from calltrack.plan import Plan
from tests.wagtail_calltrack.why.asking import HOST, PAGE, SCREEN, URL, ask, text
from tests.wagtail_calltrack.why.site_server import HTML, SiteServer, answer, dripping, html, raw
from wagtail_calltrack.models import Campaign, Organisation, TrackedSite, TrackingNumber
from wagtail_calltrack.why import outcome
from wagtail_calltrack.why.fetching import fetch

pytestmark = pytest.mark.django_db


def test_each_number_that_is_replaced_stands_with_its_place_and_reason(
    firm: Plan, admin_client: Client
) -> None:
    response = ask(admin_client, click_id="gclid")

    first, second, third = response.context["shown"]
    assert (first.line, first.column, first.where) == (4, 36, "link")
    assert first.stood == "+31201234567"
    assert (first.path, first.shows) == ("#main > p:nth-of-type(1) > a", "020 765 4301")
    assert (second.where, second.stood, second.shows) == (
        "text",
        "020 - 123 45 67",
        first.shows,
    )
    assert second.found == "a forwarding number"
    assert "here one of the pool «amsterdam»" in second.why
    assert (second.vestiging, second.campaign) == ("Amsterdam", "Advertisements")
    assert (third.stood, third.shows, third.vestiging) == (
        "010 123 45 67",
        "010 765 4301",
        "Rotterdam",
    )


LEFT = [
    pytest.param("title of the page", "title of the page, which search engines", id="title"),
    pytest.param("text", "No vestiging has this forwarding number", id="another number"),
    pytest.param("text", "data-calltrack=&quot;off&quot;", id="opted out"),
    pytest.param("script", "It stands in a script", id="script"),
    pytest.param("comment", "which nobody sees", id="comment"),
    pytest.param("placeholder", "Write a number into it, or take the elements out", id="empty"),
]


@pytest.mark.parametrize(("where", "why"), LEFT)
def test_what_is_left_alone_stands_with_the_reason_and_the_fix(
    firm: Plan, admin_client: Client, where: str, why: str
) -> None:
    response = ask(admin_client)

    found = [(row.where, escape(row.why)) for row in response.context["left"]]
    assert any(place == where and why in reason for place, reason in found), found
    assert why in response.content.decode()


def test_one_sentence_sums_it_up_and_the_page_is_described(
    firm: Plan, admin_client: Client
) -> None:
    read = text(ask(admin_client, click_id="gclid"))

    told = "Places for a number: 3. With another number for this visitor: 3. Left alone: 6."
    assert told in read
    assert "Status 200" in read
    assert "Charset utf-8" in read
    assert "Size " in read


VISITORS = [
    pytest.param(URL, {"medium": "email"}, ["020 765 9901"], "static number", id="newsletter"),
    pytest.param(
        URL, {"campaign": "newsletter"}, ["020 765 9901"], "static number", id="a campaign named"
    ),
    pytest.param(
        f"{URL}?utm_medium=email", {}, ["020 765 9901"], "static number", id="tags of the address"
    ),
    pytest.param(
        f"{URL}?utm_medium=cpc", {"medium": "email"}, ["020 765 9901"], "static", id="form first"
    ),
    pytest.param(URL, {"click_id": "gclid", "refused": "on"}, [""], "did not agree", id="refused"),
]


@pytest.mark.parametrize(("url", "visitor", "shows", "why"), VISITORS)
def test_what_is_shown_depends_on_the_visitor(
    firm: Plan,
    admin_client: Client,
    url: str,
    visitor: dict[str, str],
    shows: list[str],
    why: str,
) -> None:
    row = ask(admin_client, url, **visitor).context["shown"][1]

    assert [row.shows] == shows
    assert why in row.why


def test_the_site_is_asked_once_and_hears_nothing_of_the_editor(
    firm: Plan, site: SiteServer, admin_client: Client
) -> None:
    ask(admin_client, f"{URL}?page=2", source="google")

    ((method, path, headers),) = site.asked
    assert (method, path, headers["Host"]) == ("GET", "/contact/?page=2", HOST)
    assert "Cookie" not in headers


def test_nothing_is_asked_before_an_address_is_given(
    firm: Plan, site: SiteServer, admin_client: Client
) -> None:
    response = admin_client.get(SCREEN)

    assert "What stands in the page" not in text(response)
    assert "This field is required" not in text(response)
    assert f"https://{HOST}/" in text(response)
    assert site.asked == []


REFUSED = [
    pytest.param({"url": ""}, "This field is required", id="no address"),
    pytest.param({"url": "https://evil.example/"}, "none of your sites", id="another host"),
    pytest.param({"url": f"https://{HOST}:22/"}, "Leave out the port", id="a port"),
    pytest.param({"url": URL, "region": "Holland"}, "Write the code of a country", id="a region"),
    pytest.param({"url": URL, "campaign": "flyer"}, "Select a valid choice", id="off-site"),
]


@pytest.mark.parametrize(("said", "words"), REFUSED)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_fetched(
    firm: Plan, site: SiteServer, admin_client: Client, said: dict[str, str], words: str
) -> None:
    response = ask(admin_client, **said)

    assert words in text(response)
    assert response.context["outcome"] is None
    assert site.asked == []


def test_the_admin_s_own_port_may_stand_in_an_address_that_is_pasted(
    firm: Plan, site: SiteServer, admin_client: Client
) -> None:
    TrackedSite.objects.update(hosts=["localhost"], cookie_domain="")
    response = admin_client.get(
        SCREEN, {"url": "http://localhost:8000/"}, headers={"Host": "localhost:8000"}
    )

    assert response.context["form"].errors == {}
    assert response.context["outcome"] is not None


def test_a_campaign_of_another_site_is_refused(firm: Plan, admin_client: Client) -> None:
    first = TrackedSite.objects.get()
    second = TrackedSite.objects.create(
        key="second", hosts=["second.example"], mode="both", consent="not_required",
        hold_minutes=30, site=first.site.__class__.objects.create(
            hostname="second.example", root_page=first.site.root_page),
    )  # fmt: skip
    Campaign.objects.get(key="newsletter").sites.set([second])

    response = ask(admin_client, campaign="newsletter")

    assert "not for the site of the page" in text(response)


PROBLEMS = [
    pytest.param(answer(404, PAGE, content_type=HTML), "status 404", id="not found"),
    pytest.param(answer(200, b"%PDF", content_type="application/pdf"), "«application/pdf»",
        id="a document"),
    pytest.param(answer(200, b""), "of no type", id="no type"),
    pytest.param(html(PAGE, x_calltrack="off"), "X-Calltrack: off", id="switched off"),
    pytest.param(html(PAGE, cache_control="public, no-transform"), "no-transform",
        id="not to be changed"),
    pytest.param(raw(b"SSH-2.0\r\n"), "is no whole page", id="another program"),
]  # fmt: skip


@pytest.mark.parametrize(("says", "words"), PROBLEMS)
def test_where_there_is_nothing_to_read_the_reason_stands_in_words(
    firm: Plan, site: SiteServer, admin_client: Client, says: Any, words: str
) -> None:
    site.says = says

    response = ask(admin_client)

    assert words in text(response)
    assert response.context["reading"] is None


def test_a_slow_page_is_told_as_slow(
    firm: Plan, site: SiteServer, admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcome, "fetch", lambda *asked: fetch(*asked, seconds=0.2))
    site.says = dripping(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"<p>")

    assert "did not come within 5 seconds" in text(ask(admin_client))


def test_a_large_page_is_told_as_large(
    firm: Plan, site: SiteServer, admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcome, "fetch", lambda *asked: fetch(*asked, most_bytes=9))

    assert "is larger than" in text(ask(admin_client))


def test_a_site_that_is_away_is_told_with_the_setting_and_without_its_address(
    firm: Plan, admin_client: Client, settings: Settings
) -> None:
    settings.CALLTRACK_UPSTREAMS = {HOST: "http://127.0.0.1:1"}

    read = text(ask(admin_client))

    assert "Nobody answers where the setting CALLTRACK_UPSTREAMS" in read
    assert "127.0.0.1" not in read


@pytest.mark.parametrize("said", [{}, {"other.example": "http://127.0.0.1:1"}, {HOST: "no"}])
def test_a_host_without_an_upstream_is_told_with_the_setting(
    firm: Plan, admin_client: Client, settings: Settings, said: dict[str, str]
) -> None:
    settings.CALLTRACK_UPSTREAMS = said

    read = text(ask(admin_client))

    assert f"CALLTRACK_UPSTREAMS does not say where «{HOST}» is" in read


def test_a_path_that_is_never_changed_is_told_and_not_fetched(
    firm: Plan, site: SiteServer, admin_client: Client
) -> None:
    row = TrackedSite.objects.get()
    row.never_rewrite = ("/contact/",)
    row.save()

    assert "Pages under /contact/ are never changed" in text(ask(admin_client))
    assert site.asked == []


def test_a_page_without_numbers_says_so(firm: Plan, site: SiteServer, admin_client: Client) -> None:
    site.says = html(b"<p>Welkom</p>")

    assert "No number and no placeholder was found" in text(ask(admin_client))


def test_a_page_that_is_not_followed_to_its_end_says_why(
    firm: Plan, site: SiteServer, admin_client: Client
) -> None:
    site.says = html(b"<div data-calltrack=off>" + b"<div>" * 600 + PAGE)

    response = ask(admin_client)

    assert "elements are nested more than 512 deep" in text(response)
    assert response.context["shown"] == []


def test_a_charset_that_is_not_read_says_so(
    firm: Plan, site: SiteServer, admin_client: Client
) -> None:
    site.says = html(PAGE, content_type="text/html; charset=iso-2022-kr")

    assert "is not read; UTF-8 is" in text(ask(admin_client))


@pytest.mark.parametrize("charset", ["windows-1252", "utf-16le", "nonsense", '"utf-8"'])
def test_a_page_in_any_charset_has_its_numbers_read(
    firm: Plan, site: SiteServer, admin_client: Client, charset: str
) -> None:
    page = "<p>Größe: 020 123 45 67</p>".encode("utf-16le" if charset == "utf-16le" else "cp1252")
    site.says = html(page, content_type=f"text/html; charset={charset}")

    assert [row.stood for row in ask(admin_client).context["shown"]] == ["020 123 45 67"]


def test_a_tracking_number_that_was_typed_in_is_told_as_such(
    firm: Plan, site: SiteServer, admin_client: Client
) -> None:
    number = TrackingNumber.objects.filter(number__startswith="+3120").order_by("pk")[0]
    site.says = html(f"<p>0{number.number.removeprefix('+31')}</p>".encode())

    (row,) = ask(admin_client).context["left"]

    assert "It is a tracking number that somebody typed in" in row.why


def test_a_site_of_placeholders_alone_says_so_of_a_forwarding_number(
    firm: Plan, admin_client: Client
) -> None:
    row = TrackedSite.objects.get()
    row.mode = "placeholders"
    row.save()

    reasons = [one.why for one in ask(admin_client).context["left"] if one.where == "text"]

    assert any("this site replaces placeholders alone" in why for why in reasons)


def test_many_numbers_are_shown_in_part(firm: Plan, site: SiteServer, admin_client: Client) -> None:
    site.says = html(b"<p>020 123 45 67</p>" * 510)

    response = ask(admin_client)

    assert len(response.context["shown"]) == 500
    assert "510 were found; the first 500 are shown." in text(response)


def test_what_stands_in_a_page_is_not_run(
    firm: Plan, site: SiteServer, admin_client: Client
) -> None:
    script = b"<p id='\"><script>alert(1)</script>'>020 123 45 67</p>"
    site.says = html(script + b"<b title='<script>alert(1)</script>071 123 45 67'></b>")

    assert "<script>alert(1)" not in ask(admin_client).content.decode()


def test_without_an_organisation_the_screen_says_what_to_do(admin_client: Client) -> None:
    Organisation.objects.all().delete()

    assert "the organisation comes first" in text(admin_client.get(SCREEN))
