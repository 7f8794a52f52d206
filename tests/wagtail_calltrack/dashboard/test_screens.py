"""The dashboard: who sees what of it, and what fifty watchers cost."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.wagtail_calltrack.access.two_sites import ALPHA, BRAVO, editor_of, make_two_sites
from tests.wagtail_calltrack.calls import call
from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.dashboard import once

pytestmark = pytest.mark.django_db

PAGE, FRAGMENT = "/cms/calltrack_dashboard/", "/cms/calltrack_dashboard/fragment/"
MINUTE = timedelta(minutes=1)


def user_with(*codes: str) -> User:
    user = User.objects.create_user(f"user {User.objects.count()}")
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", *codes]))
    return user


def shown(client: Client, path: str = FRAGMENT) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def a_long_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what was made count for a minute: a test may take longer than a second."""
    monkeypatch.setattr(once, "EVERY_SECONDS", 60.0)


@pytest.fixture
def no_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing that was made count."""
    monkeypatch.setattr(once, "EVERY_SECONDS", 0.0)


@pytest.mark.parametrize("path", [PAGE, FRAGMENT])
def test_looking_takes_the_permission_to_view_calls(client: Client, path: str) -> None:
    client.force_login(user_with("view_leaseevent", "view_campaign", "see_callers"))

    response = client.get(path)

    assert response.status_code == 302
    assert response.headers["Location"] == "/cms/"
    assert PAGE not in shown(client, "/cms/")


def test_who_may_view_calls_finds_it_in_the_menu_and_on_home(client: Client) -> None:
    call(timezone.now())
    client.force_login(user_with("view_call"))

    home = shown(client, "/cms/")

    assert home.count(PAGE) >= 2
    assert "1 call today" in home


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        pytest.param(("view_call",), "06 •• •• •• 78", id="masked"),
        pytest.param(("view_call", "see_callers"), "06 12345678", id="whole"),
    ],
)
def test_callers_are_shown_to_those_who_may_see_them(
    client: Client, codes: Any, expected: str
) -> None:
    call(timezone.now(), "ringing")
    call(timezone.now() - MINUTE)
    client.force_login(user_with(*codes))

    body = shown(client)

    assert body.count(expected) == 2
    assert ("12345678" in body) == ("12345678" in expected)


def test_who_may_see_callers_leaves_none_to_others(client: Client, a_long_second: None) -> None:
    call(timezone.now(), "ringing")
    client.force_login(user_with("view_call", "see_callers"))
    assert "12345678" in shown(client)

    client.force_login(user_with("view_call"))

    assert "12345678" not in shown(client)


def test_a_call_that_was_stored_is_in_the_next_answer(client: Client, no_second: None) -> None:
    client.force_login(user_with("view_call"))
    assert "Nobody is calling now." in shown(client)
    assert "0 calls ring" not in shown(client)

    made = [call(timezone.now(), "ringing"), call(timezone.now())]

    page = shown(client)
    assert "Nobody is calling now." not in page
    for one in made:
        assert f'href="/cms/calltrack_calls/inspect/{one.pk}/"' in page


def test_who_has_it_already_is_told_so(client: Client, no_second: None) -> None:
    client.force_login(user_with("view_call"))
    etag = client.get(FRAGMENT).headers["ETag"]

    same = client.get(FRAGMENT, headers={"If-None-Match": etag})
    call(timezone.now(), "ringing")
    other = client.get(FRAGMENT, headers={"If-None-Match": etag})

    assert (same.status_code, same.content) == (304, b"")
    assert other.status_code == 200
    assert other.headers["ETag"] != etag


def test_fifty_who_watch_cost_what_one_does(a_long_second: None) -> None:
    make_firm()
    call(timezone.now(), "ringing")
    clients = [Client() for _ in range(50)]
    for client in clients:
        client.force_login(user_with("view_call"))

    with CaptureQueriesContext(connection) as queries:
        bodies = {shown(client) for client in clients}

    counting = [one["sql"] for one in queries if 'FROM "wagtail_calltrack_' in one["sql"]]
    own = [sql for sql in counting if "GroupSitePermission" not in sql]
    assert len(bodies) == 1
    assert len([sql for sql in own if 'FROM "wagtail_calltrack_call"' in sql]) == 4
    assert len(own) < 20


def test_the_page_has_no_script_or_style_of_its_own(client: Client) -> None:
    call(timezone.now(), "ringing")
    client.force_login(user_with("view_call"))

    body = shown(client)

    assert "<script" not in body
    assert "style=" not in body
    assert " on" + "click" not in body


def test_an_editor_of_a_site_sees_what_is_that_sites(client: Client) -> None:
    sides = make_two_sites()
    for name, caller in ((ALPHA, "+31611111111"), (BRAVO, "+31622222222")):
        side = sides[name]
        call(
            timezone.now(),
            "ringing",
            caller=caller,
            site=side.site,
            campaign=side.campaign.key,
        )
    call(timezone.now(), caller="+31633333333", campaign="foxtrot")
    client.force_login(editor_of(sides[ALPHA], "view_trackedsite", more=("see_callers",)))

    body = shown(client)

    assert "06 11111111" in body
    assert "Sale alpha" in body
    for other in ("22222222", "33333333", "bravo", "foxtrot", "rotterdam"):
        assert other not in body.lower(), other
    assert "<dd>1</dd>" in body


def test_an_outsiders_words_are_shown_as_text(client: Client) -> None:
    call(timezone.now(), "ringing", campaign="<b>x</b>")
    client.force_login(user_with("view_call"))

    assert "&lt;b&gt;x" in shown(client)
