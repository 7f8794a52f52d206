"""The listing of calls and the page of each: what they tell, and to whom."""

import io
import re
import uuid
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from tests.wagtail_calltrack.calls_made import ANNA, BERT, START, call, day, visit
from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.leads import gather
from wagtail_calltrack.models import (
    BlockedCaller,
    Call,
    CallCandidate,
    CallCategory,
    CallCredit,
    CallEvent,
    Category,
    Lead,
    Origin,
    SessionTouch,
)

pytestmark = pytest.mark.django_db

LISTING = "/cms/calltrack_calls/"
DIGITS = ("612345678", "6 12345678")


def client_with(*codes: str) -> Client:
    """Log somebody in who has these permissions."""
    user = User.objects.create_user(f"user {User.objects.count()}")
    user.user_permissions.set(Permission.objects.filter(codename__in=("access_admin", *codes)))
    client = Client()
    client.force_login(user)
    return client


def page_of(one: Call) -> str:
    return reverse("calltrack_calls:inspect", args=(one.pk,))


def text_of(response: Any) -> str:
    body = b"".join(response) if response.streaming else response.content
    return str(body.decode("utf-8-sig"))


def cells_of(response: Any) -> list[list[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response)))
    return [list(row) for row in book.active.iter_rows(values_only=True)]


def test_the_listing_tells_of_each_call(admin_client: Client) -> None:
    made = call(talk_seconds=3725, is_target=True, campaign="gone")
    origin = Origin.objects.create(digest="1", channel="paid_search", source="google")
    CallCredit.objects.create(call=made, model="last_non_direct", origin=origin, weight=1)
    CallCategory.objects.create(call=made, category=Category.objects.create(name="Offerte"))
    gather([made])

    shown = admin_client.get(LISTING).content.decode()

    for told in ("06 12345678", "020 765 4301", "1:02:05", "Target call", "Paid search"):
        assert told in shown
    assert "Offerte" in shown
    assert "10:00" in shown  # by the site's clock
    assert f'href="{reverse("calltrack_leads:inspect", args=(made.lead_id,))}"' in shown


@pytest.mark.parametrize(
    ("weights", "told"),
    [
        pytest.param([("direct", "1")], r"Direct\s*<", id="one visitor"),
        pytest.param([("direct", ".54"), ("email", ".46")], r"Direct 54 %", id="of several"),
        pytest.param([("direct", ".54"), ("direct", ".46")], r"Direct\s*<", id="all from one"),
    ],
)
def test_a_call_that_several_may_have_made_is_listed_with_the_share_of_the_likeliest(
    admin_client: Client, weights: list[tuple[str, str]], told: str
) -> None:
    made = call()
    for at, (channel, weight) in enumerate(weights):
        origin = Origin.objects.create(digest=str(at), channel=channel, source=str(at))
        CallCredit.objects.create(
            call=made, model="last_non_direct", origin=origin, weight=Decimal(weight)
        )

    rows = text_of(admin_client.get(LISTING)).partition("<tbody>")[2]

    assert re.search(told, rows)


def test_calls_that_ring_or_go_on_stand_in_the_listing(admin_client: Client) -> None:
    call(status="ringing", talk_seconds=0, is_settled=False)
    call(status="in_progress", talk_seconds=0, is_settled=False)

    shown = admin_client.get(LISTING).content.decode()

    assert "Ringing" in shown
    assert "In progress" in shown


@pytest.mark.parametrize("sees", [pytest.param(True, id="sees"), pytest.param(False, id="masked")])
def test_a_number_is_masked_everywhere_for_those_who_may_not_see_it(sees: bool) -> None:
    made = call(recording="https://carrier.example/1.mp3")
    gather([made])
    CallEvent.objects.create(
        id=uuid.uuid4(), at=START, account="twilio", call=made.call, caller=ANNA, phase="ended"
    )
    codes = ("view_call", "change_call", "view_lead", "change_lead", "add_blockedcaller")
    client = client_with(*codes, *(("see_callers",) if sees else ()))
    lead = reverse("calltrack_leads:inspect", args=(made.lead_id,))
    bulk = reverse("wagtail_bulk_action", args=("wagtail_calltrack", "call", "calltrack_spam"))
    asked = (LISTING, page_of(made), "/cms/calltrack_leads/", lead, f"{LISTING}?export=csv")

    for url in asked:
        shown = text_of(client.get(url))
        assert any(one in shown for one in DIGITS) == sees, url
        assert ("••" in shown) != sees, url
    assert not any(one in text_of(client.get(f"{bulk}?id={made.pk}")) for one in DIGITS)
    assert ("carrier.example" in text_of(client.get(page_of(made)))) == sees
    sheet = str(cells_of(client.get(f"{LISTING}?export=xlsx")))
    assert any(one in sheet for one in DIGITS) == sees
    found = text_of(client.get(f"{LISTING}?q=12345678"))
    assert (f"call_{made.pk}_title" in found) == sees
    found = text_of(client.get("/cms/calltrack_leads/?q=12345678"))
    assert (f"lead_{made.lead_id}_title" in found) == sees


def test_a_number_stands_in_no_title(admin_client: Client) -> None:
    made = call()
    gather([made])
    Lead.objects.update(name="Anna de Vries")

    for url in (page_of(made), reverse("calltrack_leads:inspect", args=(made.lead_id,))):
        title = admin_client.get(url).content.decode().partition("<title>")[2].partition("<")[0]
        assert "2026" in title
        assert "Anna" not in title
        assert "123456" not in title


def test_an_export_has_no_live_formulas(admin_client: Client) -> None:
    made = call()
    origin = Origin.objects.create(digest="1", source="=1+1", keyword="@SUM(A1)")
    CallCredit.objects.create(call=made, model="last_non_direct", origin=origin, weight=1)
    call(caller="+32470123456")

    told = text_of(admin_client.get(f"{LISTING}?export=csv"))
    cells = cells_of(admin_client.get(f"{LISTING}?export=xlsx"))

    assert "'=1+1" in told
    assert "'@SUM" in told
    assert "0032 470" in told
    written = [str(cell) for row in cells for cell in row]
    assert not [one for one in written if one.startswith(("=", "+", "-", "@"))]


FILTERS = [
    pytest.param("status=missed", {"missed"}, id="status"),
    pytest.param("is_target=true", {"target"}, id="target"),
    pytest.param("is_spam=true", {"spam"}, id="spam"),
    pytest.param("called_back=yes", {"missed"}, id="called back"),
    pytest.param("called_back=no", {"busy"}, id="not called back"),
    pytest.param("channel=email", {"target"}, id="channel"),
    pytest.param("started_at_from=2026-11-03&started_at_to=2026-11-03", {"busy"}, id="days"),
    pytest.param("q=7654399", {"spam"}, id="number called"),
    pytest.param("q=020+765+43+99", {"spam"}, id="number called, as it is written"),
    pytest.param("q=nothing", set(), id="a word finds nothing"),
    pytest.param("category={category}", {"target"}, id="category"),
]


@pytest.mark.parametrize(("query", "expected"), FILTERS)
def test_the_listing_is_narrowed(admin_client: Client, query: str, expected: set[str]) -> None:
    target = call(is_target=True)
    rows = {
        "target": target,
        "missed": call(status="missed", called_back_by=target),
        "busy": call(day(1), status="busy"),
        "spam": call(is_spam=True, number="+31207654399"),
    }
    origin = Origin.objects.create(digest="1", channel="email")
    CallCredit.objects.create(call=target, model="last_non_direct", origin=origin, weight=1)
    category = Category.objects.create(name="Offerte")
    CallCategory.objects.create(call=target, category=category)
    CallCategory.objects.create(call=rows["busy"], category=category, is_taken_away=True)

    url = f"{LISTING}?{query.format(category=category.pk)}"
    shown = admin_client.get(url).content.decode()

    assert {name for name, row in rows.items() if f"call_{row.pk}_title" in shown} == expected


@pytest.mark.parametrize(
    ("recording", "is_link"),
    [
        pytest.param("https://carrier.example/1.mp3", True, id="https"),
        pytest.param("http://carrier.example/1.mp3", False, id="http"),
        pytest.param("javascript:alert(1)", False, id="a script"),
        pytest.param("mango:1", False, id="a name"),
        pytest.param("https://[", True, id="no address"),
    ],
)
def test_only_an_https_address_of_a_recording_is_a_link(
    admin_client: Client, recording: str, is_link: bool
) -> None:
    shown = admin_client.get(page_of(call(recording=recording))).content.decode()

    assert (f'href="{recording}"' in shown) == is_link


def test_the_page_says_who_called_and_why(admin_client: Client) -> None:
    made = call(
        step="candidates", confidence=Decimal("0.6"), reason="leased_again count=2 minutes=31",
        target_reason="short 30", recording="javascript:alert(1)",
    )  # fmt: skip
    for session, weight in (("a", "0.667"), ("b", "0.333")):
        visit(session, id=session)
        CallCandidate.objects.create(call=made, session=session, weight=weight)
        SessionTouch.objects.create(
            id=uuid.uuid4(), at=START, session=session, is_first=True,
            channel="paid_search", source=f"source-{session}", keyword="plafond",
        )  # fmt: skip
    origin = Origin.objects.create(digest="1", channel="social", source="facebook")
    CallCredit.objects.create(call=made, model="linear", origin=origin, weight=1)
    CallEvent.objects.create(
        id=uuid.uuid4(), at=START, account="twilio", call=made.call, phase="answered",
        provider="twilio",
    )  # fmt: skip

    shown = admin_client.get(page_of(made)).content.decode()

    for told in (
        "One of several visitors", "60 %", "67 %", "33 %", "until 31 minutes before the call",
        "2 visitors had had the number", "source-a", "source-b", "plafond", "Linear",
        "facebook", "1 message from the carrier", "30 seconds or more",
    ):  # fmt: skip
        assert told in shown
    assert "javascript:" not in shown


def test_the_only_visitor_who_may_have_called_has_no_share(admin_client: Client) -> None:
    made = call(visitor="a", confidence=Decimal("0.9"))
    SessionTouch.objects.create(
        id=uuid.uuid4(), at=START, session="s-a", is_first=True, channel="paid_search",
        source="google", keyword="plafond", landing_path="/offerte/",
    )  # fmt: skip

    shown = admin_client.get(page_of(made)).content.decode()

    for told in ("Confidence: 90 %.", "Paid search · google", "plafond", "/offerte/"):
        assert told in shown
    assert "Likelihood" not in shown
    assert "100 %" not in shown


AT_THE_CARRIER = "There is one, at the carrier: listen to it there."
MAY_NOT = "There is one. You may not hear it."


@pytest.mark.parametrize(
    ("codes", "recording", "told"),
    [
        pytest.param(["see_callers"], "mango:1", AT_THE_CARRIER, id="no link, and they may"),
        pytest.param([], "mango:1", MAY_NOT, id="no link, and they may not"),
        pytest.param([], "https://carrier.example/1.mp3", MAY_NOT, id="a link they may not see"),
    ],
)
def test_a_recording_that_is_no_link_is_told_of(
    codes: list[str], recording: str, told: str
) -> None:
    made = call(recording=recording)

    shown = client_with("view_call", *codes).get(page_of(made)).content.decode()

    assert [one for one in (AT_THE_CARRIER, MAY_NOT) if one in shown] == [told]
    assert recording not in shown


def test_categories_are_set_by_hand(admin_client: Client) -> None:
    made = call()
    keep, drop, add = (Category.objects.create(name=one) for one in ("keep", "drop", "add"))
    for one in (keep, drop):
        CallCategory.objects.create(call=made, category=one)

    answer = admin_client.post(
        reverse("calltrack_calls:categories", args=(made.pk,)),
        {"categories": [keep.pk, add.pk]},
    )

    assert answer.status_code == 302
    rows = {one.category.name: one for one in made.categories.select_related("category", "user")}
    assert {name: row.is_taken_away for name, row in rows.items()} == {
        "keep": False, "drop": True, "add": False,
    }  # fmt: skip
    assert rows["add"].user is not None


def bulk(client: Client, action: str, rows: list[Call], method: str = "post", **given: Any) -> Any:
    url = reverse("wagtail_bulk_action", args=("wagtail_calltrack", "call", action))
    ids = "&".join(f"id={one.pk}" for one in rows)
    return getattr(client, method)(f"{url}?{ids}&next={LISTING}", given or None)


def test_many_calls_get_and_lose_a_category_at_once(admin_client: Client) -> None:
    rows = [call(), call()]
    category = Category.objects.create(name="Offerte")

    bulk(admin_client, "calltrack_category", rows, category=category.pk)
    assert CallCategory.objects.filter(is_taken_away=False).count() == 2

    bulk(admin_client, "calltrack_uncategory", rows[:1], category=category.pk)
    assert CallCategory.objects.get(is_taken_away=True).call == rows[0]


def test_spam_blocks_the_caller_and_takes_the_lead_and_can_be_undone(admin_client: Client) -> None:
    rows = [call(day(0)), call(day(1)), call(day(2), BERT)]
    gather(rows)

    bulk(admin_client, "calltrack_spam", rows[:1])

    assert [one.number for one in BlockedCaller.objects.all()] == [ANNA]
    assert [one.caller for one in Lead.objects.all()] == [BERT]
    assert set(Call.objects.filter(is_spam=True).values_list("caller", flat=True)) == {ANNA}

    bulk(admin_client, "calltrack_no_spam", rows[:1])

    assert not BlockedCaller.objects.exists()
    assert not Call.objects.filter(is_spam=True).exists()
    assert Lead.objects.get(caller=ANNA).calls.count() == 2


def test_the_firms_own_numbers_are_not_blocked_by_marking_spam(admin_client: Client) -> None:
    make_firm()
    rows = [call(caller="+31201234567"), call(caller=BERT)]

    asked = bulk(admin_client, "calltrack_spam", rows[:1], method="get").content.decode()
    bulk(admin_client, "calltrack_spam", rows)

    assert "Calls from one of your own numbers stay as they are." in asked
    assert [one.number for one in BlockedCaller.objects.all()] == [BERT]
    assert set(Call.objects.filter(is_spam=True).values_list("caller", flat=True)) == {BERT}


def test_who_may_not_block_callers_cannot_mark_spam() -> None:
    made = call()
    client = client_with("view_call", "change_call")

    bulk(client, "calltrack_spam", [made])

    assert not BlockedCaller.objects.exists()
    assert not Call.objects.filter(is_spam=True).exists()
