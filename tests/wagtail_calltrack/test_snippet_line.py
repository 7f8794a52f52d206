"""The form of a site has the line of HTML for its pages; a setting says where its edge answers."""

import html
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.checks import check_site
from wagtail_calltrack.models import TrackedSite
from wagtail_calltrack.snippet_line import Line, lines

HERE = '<script src="/_calltrack/snippet.js" async></script>'
THERE = '<script src="https://calls.example.nl/_calltrack/snippet.js" async></script>'
EDGE = "https://calls.example.nl/_calltrack/"


def form_of_a_site(client: Client) -> str:
    make_firm()
    site = TrackedSite.objects.get()
    response = client.get(reverse("calltrack_sites:edit", args=(site.pk,)))
    assert response.status_code == 200
    return html.unescape(response.content.decode())


@pytest.mark.django_db
def test_the_form_has_the_line_to_paste(admin_client: Client) -> None:
    page = form_of_a_site(admin_client)

    assert f'<code id="calltrack-line-1">{HERE}</code>' in page
    assert 'data-copy="calltrack-line-1"' in page
    assert 'id="calltrack-line-2"' not in page


@pytest.mark.django_db
def test_hosts_with_edges_of_their_own_have_lines_of_their_own(
    admin_client: Client, settings: Settings
) -> None:
    make_firm()
    first, second = "www.vandamplafonds.example", "shop.vandamplafonds.example"
    TrackedSite.objects.update(hosts=[first, second])
    settings.CALLTRACK_SNIPPETS = {second: EDGE}
    site = TrackedSite.objects.get()

    page = html.unescape(
        admin_client.get(reverse("calltrack_sites:edit", args=(site.pk,))).content.decode()
    )

    assert f'For {first}: <code id="calltrack-line-1">{HERE}</code>' in page
    assert f'For {second}: <code id="calltrack-line-2">{THERE}</code>' in page


@pytest.mark.django_db
def test_a_site_that_is_being_made_has_its_line_once_it_is_saved(admin_client: Client) -> None:
    make_firm()

    page = admin_client.get(reverse("calltrack_sites:add")).content.decode()

    assert "stands here once the site is saved" in page
    assert "snippet.js" not in page


@pytest.mark.parametrize(
    ("where", "line"),
    [
        pytest.param({}, HERE, id="nothing said"),
        pytest.param({"other.nl": EDGE}, HERE, id="another host's"),
        pytest.param({"a.nl": EDGE}, THERE, id="an edge of its own"),
        pytest.param({"a.nl": "/_numbers/"}, HERE.replace("_calltrack", "_numbers"), id="a prefix"),
        pytest.param(None, HERE, id="nothing"),
    ],
)
def test_the_setting_says_where_the_edge_of_a_host_answers(
    settings: Settings, where: Any, line: str
) -> None:
    settings.CALLTRACK_SNIPPETS = where

    assert lines(["a.nl", "b.a.nl"])[0].html == line


def test_hosts_of_one_edge_share_a_line(settings: Settings) -> None:
    settings.CALLTRACK_SNIPPETS = {"a.nl": EDGE, "c.nl": EDGE}

    assert lines(["a.nl", "b.nl", "c.nl"]) == [Line(THERE, ["a.nl", "c.nl"]), Line(HERE, ["b.nl"])]


WRONG = [
    pytest.param("https://calls.example.nl/_calltrack/", "no dictionary", id="no dictionary"),
    pytest.param({"WWW.example.nl": EDGE}, "«WWW.", id="upper case"),
    pytest.param({3: EDGE}, "«3»", id="a number"),
    pytest.param({"a.nl": "calls.example.nl/_calltrack/"}, "«calls.", id="no scheme"),
    pytest.param({"a.nl": "https://calls.example.nl"}, "calls.example.nl»", id="no prefix"),
    pytest.param({"a.nl": "https://calls.example.nl/_calltrack"}, "_calltrack»", id="no slash"),
    pytest.param({"a.nl": '/x/"><script>/'}, "<script>", id="markup"),
    pytest.param({"a.nl": None}, "«None»", id="nothing"),
]


@pytest.mark.parametrize(("said", "named"), WRONG)
def test_what_cannot_be_an_edge_is_told_and_not_printed(
    settings: Settings, said: Any, named: str
) -> None:
    settings.CALLTRACK_SNIPPETS = said

    (message,) = check_site()

    assert message.id == "wagtail_calltrack.W008"
    assert named in message.msg
    assert message.hint
    assert [line.html for line in lines(["a.nl"])] == [HERE]


def test_a_password_in_the_setting_is_not_told(settings: Settings) -> None:
    settings.CALLTRACK_SNIPPETS = {"a.nl": "https://ann:secret@calls.example.nl/_calltrack/"}

    (message,) = check_site()

    assert "secret" not in f"{message.msg} {message.hint}"
