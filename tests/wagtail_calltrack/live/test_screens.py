"""The live list: who sees it, what it tells of each number, and what it costs."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.wagtail_calltrack.facts import edge, given, lease_event
from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.models import LeaseEvent, NumberShown, SessionTouch, TrackingNumber

pytestmark = pytest.mark.django_db

PAGE, FRAGMENT = "/cms/calltrack_live/", "/cms/calltrack_live/fragment/"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def firm(db: None) -> None:
    make_firm()
    edge(timezone.now())


def user_with(*codes: str) -> User:
    user = User.objects.create_user("-".join(codes) or "nobody")
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", *codes]))
    return user


def shown(client: Client, path: str = FRAGMENT) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def state(client: Client) -> str:
    (row,) = client.get(FRAGMENT).context["rows"]
    return str(row.state)


@pytest.mark.parametrize("path", [PAGE, FRAGMENT])
def test_who_is_not_logged_in_must_log_in(client: Client, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/cms/login/")


@pytest.mark.parametrize("path", [PAGE, FRAGMENT])
@pytest.mark.parametrize("codes", [(), ("change_trackingnumber", "view_pool")])
def test_looking_takes_its_own_permission(client: Client, path: str, codes: Any) -> None:
    client.force_login(user_with(*codes))

    response = client.get(path)

    assert response.status_code == 302
    assert response.headers["Location"] == "/cms/"
    assert PAGE not in shown(client, "/cms/")


def test_who_may_look_sees_the_list_and_no_way_to_change_it(firm: None, client: Client) -> None:
    given(timezone.now())
    client.force_login(user_with("view_leaseevent"))

    page = shown(client, PAGE)

    assert "020 765 4301" in page
    assert "/release/" not in page
    assert "Take back" not in page
    assert PAGE in shown(client, "/cms/")


def test_who_may_change_numbers_too_may_take_one_back(firm: None, client: Client) -> None:
    given(timezone.now())
    client.force_login(user_with("view_leaseevent", "change_trackingnumber"))

    page = shown(client, PAGE)

    number = TrackingNumber.objects.get(number="+31207654301")
    assert f"{PAGE}release/{number.pk}/" in page
    assert f"{PAGE}disable/{number.pk}/" in page


def test_an_empty_list_says_so(admin_client: Client) -> None:
    page = shown(admin_client, PAGE)

    assert "No visitor has a number now." in page
    assert "No edge has reported yet" in page


def test_a_row_tells_where_its_visitor_came_from(firm: None, admin_client: Client) -> None:
    now = timezone.now()
    given(now, "s1")
    for name, at in (("bing", now - MINUTE), ("google", now)):
        SessionTouch.objects.create(
            id=uuid.uuid4(),
            at=at,
            session="s1",
            is_first=name == "bing",
            channel="paid_search",
            source=name,
            campaign="spring",
            landing_path="/offer/",
        )
    NumberShown.objects.create(
        id=uuid.uuid4(), at=now, session="s1", number="+31207654301", campaign="newsletter"
    )

    page = shown(admin_client)

    assert "Paid search · google · spring" in page
    assert "/offer/" in page
    assert "Newsletter" in page


def test_what_outsiders_wrote_is_text(firm: None, admin_client: Client) -> None:
    given(timezone.now(), "s1")
    SessionTouch.objects.create(
        id=uuid.uuid4(),
        at=timezone.now(),
        session="s1",
        is_first=True,
        source="<script>alert(1)</script>",
    )

    assert "<script>alert" not in shown(admin_client)
    assert "&lt;script&gt;alert" in shown(admin_client)


def test_no_id_of_a_visitor_or_session_is_shown(firm: None, admin_client: Client) -> None:
    given(timezone.now(), "session-of-somebody")

    assert "session-of-somebody" not in shown(admin_client, PAGE)


def test_states_are_told(firm: None, admin_client: Client) -> None:
    now = timezone.now()
    first = given(now - MINUTE, promised_until=now + MINUTE, kept_until=now + 30 * MINUTE)
    assert state(admin_client) == "Not confirmed yet"
    assert "kept until" in shown(admin_client)

    LeaseEvent.objects.update(promised_until=now + 30 * MINUTE)
    assert state(admin_client) == "Confirmed"

    lease_event(now, kind="lease.pinned", given_at=first.at, pinned_until=now + 60 * MINUTE).save()
    assert state(admin_client) == "In a call"

    TrackingNumber.objects.filter(number=first.number).update(released_at=timezone.now())
    assert state(admin_client) == "Released"
    assert "promised until" in shown(admin_client)

    TrackingNumber.objects.filter(number=first.number).update(state="disabled")
    assert state(admin_client) == "Disabled"


def test_a_number_that_is_not_in_stock_any_more_is_shown_and_not_changed(
    firm: None, admin_client: Client
) -> None:
    given(timezone.now(), number="+31207654399")

    assert state(admin_client) == "No longer in stock"
    assert "/release/" not in shown(admin_client)


def test_a_number_released_before_it_was_given_is_its_visitors(
    firm: None, admin_client: Client
) -> None:
    now = timezone.now()
    TrackingNumber.objects.update(released_at=now - MINUTE)
    given(now)

    assert state(admin_client) == "Confirmed"


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        pytest.param("q=020+765+43+01", ["+31207654301"], id="number"),
        pytest.param("pool=rotterdam", ["+31107654301"], id="pool"),
        pytest.param("vestiging=rotterdam", ["+31107654301"], id="vestiging"),
        pytest.param("pool=nowhere", ["+31107654301", "+31207654301"], id="a pool there is not"),
        pytest.param("q=99999", [], id="none"),
    ],
)
def test_the_list_is_searched_and_filtered(
    firm: None, admin_client: Client, query: str, numbers: list[str]
) -> None:
    given(timezone.now(), "a")
    given(timezone.now(), "b", number="+31107654301", pool="rotterdam", vestiging="rotterdam")

    rows = admin_client.get(f"{FRAGMENT}?{query}").context["rows"]

    assert sorted(row.holding.number.e164 for row in rows) == numbers


def test_the_page_asks_for_the_fragment_of_the_same_search(
    firm: None, admin_client: Client
) -> None:
    page = shown(admin_client, f"{PAGE}?pool=rotterdam&p=2")

    assert f'data-url="{FRAGMENT}?pool=rotterdam&amp;p=2"' in page


def test_a_fragment_that_is_as_before_is_a_304(firm: None, admin_client: Client) -> None:
    given(timezone.now(), "a")
    first = admin_client.get(FRAGMENT)

    same = admin_client.get(FRAGMENT, headers={"If-None-Match": first.headers["ETag"]})
    given(timezone.now(), "b", number="+31207654302")
    other = admin_client.get(FRAGMENT, headers={"If-None-Match": first.headers["ETag"]})

    assert (same.status_code, same.content) == (304, b"")
    assert other.status_code == 200
    assert other.headers["ETag"] != first.headers["ETag"]
    assert "private" in other.headers["Cache-Control"]


def test_a_fragment_is_no_whole_page(firm: None, admin_client: Client) -> None:
    assert "<html" not in shown(admin_client)


def test_the_list_costs_the_same_queries_for_10_numbers_and_for_1000(
    firm: None, admin_client: Client
) -> None:
    many(10)
    admin_client.get(FRAGMENT)
    few = queries_of(admin_client)

    many(990)

    assert queries_of(admin_client) == few


def queries_of(client: Client) -> int:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(FRAGMENT)
    assert len(response.context["rows"]) >= 10
    return len(queries)


def many(count: int) -> None:
    now, first = timezone.now(), LeaseEvent.objects.count()
    LeaseEvent.objects.bulk_create(
        lease_event(now, f"s{at}", number=f"+3120{at:07}", promised_until=now + 30 * MINUTE)
        for at in range(first, first + count)
    )


def test_more_than_a_page_is_paged(firm: None, admin_client: Client) -> None:
    many(60)

    response = admin_client.get(PAGE)

    assert len(response.context["rows"]) == 50
    assert "60 numbers in use" in response.content.decode()
    assert len(admin_client.get(f"{PAGE}?p=2").context["rows"]) == 10


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        pytest.param(timedelta(seconds=5), "All edges report.", id="now"),
        pytest.param(timedelta(minutes=2), "the list may be old", id="a while ago"),
        pytest.param(timedelta(minutes=7), "No edge has reported for 7 minutes", id="long ago"),
    ],
)
def test_how_fresh_the_list_is_stands_above_it(
    admin_client: Client, ago: timedelta, said: str
) -> None:
    edge(timezone.now() - ago)

    assert said in shown(admin_client)


def test_one_silent_edge_of_two_is_told(admin_client: Client) -> None:
    edge(timezone.now())
    edge(timezone.now() - 10 * MINUTE)

    assert "1 edge is silent" in shown(admin_client)


def test_one_that_is_gone_for_a_week_leaves_nothing_out_of_the_list(admin_client: Client) -> None:
    edge(timezone.now())
    edge(timezone.now() - timedelta(days=8))

    assert "All edges report." in shown(admin_client)


def test_no_style_and_no_script_is_inline(firm: None, admin_client: Client) -> None:
    given(timezone.now())

    fragment = shown(admin_client)

    assert "style=" not in fragment
    assert "<script" not in fragment
