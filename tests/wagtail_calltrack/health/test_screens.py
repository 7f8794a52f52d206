"""The health page: who sees it, what it says of an empty database, and what it costs."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.wagtail_calltrack.facts import edge, exhausted, given
from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.health.pools import FEWEST_VISITORS
from wagtail_calltrack.models import Pool, TrackingNumber, plan_change

pytestmark = pytest.mark.django_db

PAGE = "/cms/calltrack_health/"
HOME = "/cms/"


def user_with(*codes: str) -> User:
    user = User.objects.create_user("-".join(codes) or "nobody")
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", *codes]))
    return user


def shown(client: Client, path: str = PAGE) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def without_a_number(visitors: int) -> None:
    for at in range(visitors):
        exhausted(timezone.now() - timedelta(hours=1), f"visitor-{at}")


def an_alarm() -> None:
    make_firm()
    without_a_number(FEWEST_VISITORS)


def test_who_is_not_logged_in_must_log_in(client: Client) -> None:
    response = client.get(PAGE)

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/cms/login/")


def test_who_has_nothing_to_do_with_call_tracking_sees_nothing_of_it(client: Client) -> None:
    an_alarm()
    client.force_login(user_with())

    response = client.get(PAGE)

    assert response.status_code == 302
    assert response.headers["Location"] == HOME
    assert PAGE not in shown(client, HOME)
    assert "calltrack-alarms" not in shown(client, HOME)


@pytest.mark.parametrize("code", ["view_pool", "change_campaign", "view_edge", "view_leaseevent"])
def test_any_permission_of_ours_shows_it(client: Client, code: str) -> None:
    client.force_login(user_with(code))

    assert "Set-up" in shown(client)
    assert PAGE in shown(client, HOME)


def test_it_links_only_to_what_its_reader_may_open(client: Client) -> None:
    make_firm()
    client.force_login(user_with("view_pool"))

    page = shown(client)

    assert f'href="{reverse("calltrack_pools:index")}"' in page
    assert "calltrack_numbers" not in page
    assert "calltrack_campaigns" not in page


@pytest.mark.parametrize(
    ("code", "is_shown"),
    [
        pytest.param("view_pool", False, id="pools alone"),
        pytest.param("view_trackingnumber", True, id="numbers"),
    ],
)
def test_costs_are_for_those_who_may_look_at_numbers(
    client: Client, code: str, is_shown: bool
) -> None:
    make_firm()
    client.force_login(user_with(code))

    assert ("Rent a month" in shown(client)) is is_shown


def test_it_only_looks(admin_client: Client) -> None:
    assert admin_client.post(PAGE).status_code == 405


def test_an_empty_database_is_told_what_to_do_first(admin_client: Client) -> None:
    page = shown(admin_client)

    assert "Set-up: 0 of 13 steps done" in page
    assert page.count('aria-current="step"') == 1
    assert f'href="{reverse("calltrack_organisation:add")}"' in page
    assert "There is no pool yet" in page
    assert "No edge has reported yet" in page


def test_it_is_the_first_of_the_menu(admin_client: Client) -> None:
    home = shown(admin_client, HOME)

    assert 0 < home.index(PAGE) < home.index("/cms/calltrack_campaigns/")


def test_an_alarm_stands_on_the_page_on_home_and_in_the_menu(admin_client: Client) -> None:
    an_alarm()

    sentence = "In the last 24 hours 100 % of its visitors had no number of their own."
    assert sentence in shown(admin_client)
    home = shown(admin_client, HOME)
    assert sentence in home
    assert "Health (1)" in home


def test_a_few_visitors_are_no_alarm(admin_client: Client) -> None:
    make_firm()
    without_a_number(FEWEST_VISITORS - 1)

    assert admin_client.get(PAGE).context["alarming"] == []


def test_without_an_alarm_home_says_nothing(admin_client: Client) -> None:
    make_firm()

    home = shown(admin_client, HOME)

    assert "calltrack-alarms" not in home
    assert "Health (" not in home


def test_what_was_counted_is_kept_for_a_while(admin_client: Client) -> None:
    make_firm()
    admin_client.get(PAGE)
    without_a_number(FEWEST_VISITORS)

    before = admin_client.get(PAGE).context["alarming"]
    cache.clear()
    after = admin_client.get(PAGE).context["alarming"]

    assert before == []
    assert [str(one.pool) for one in after] == ["amsterdam"]


def test_it_costs_the_same_queries_for_few_rows_and_for_many(admin_client: Client) -> None:
    many("a", 2)
    admin_client.get(PAGE)
    few = queries_of(admin_client)

    many("b", 60)

    assert queries_of(admin_client) == few


def queries_of(client: Client) -> int:
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        response: Any = client.get(PAGE)
    assert response.context["pools"]
    return len(queries)


def many(mark: str, count: int) -> None:
    now = timezone.now()
    with plan_change():
        pools = [Pool.objects.create(key=f"{mark}-{at}") for at in range(count)]
        for at, pool in enumerate(pools):
            number = f"+3120{ord(mark)}{at:05}"
            TrackingNumber.objects.create(number=number, pool=pool)
    for at, pool in enumerate(pools):
        given(now - timedelta(minutes=at), f"s{at}", pool=pool.key)
        edge(now, name=f"{mark}-{at}")


def test_no_style_and_no_script_is_inline(admin_client: Client) -> None:
    an_alarm()
    page = admin_client.get(PAGE)

    main = page.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    assert "style=" not in main
    assert "<script" not in main
    assert "onclick" not in main
