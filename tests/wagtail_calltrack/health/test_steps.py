"""The set-up's steps: done, to do, or wrong, and what to do next."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone

from tests.wagtail_calltrack.calls import call
from tests.wagtail_calltrack.facts import edge, given
from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.health.edges import edge_healths
from wagtail_calltrack.health.steps import Step, steps
from wagtail_calltrack.models import (
    Campaign,
    EdgeToken,
    NumberShown,
    Placeholder,
    PlaceholderCampaign,
    PlanSerial,
    TelephonyAccount,
    TrackedSite,
    TrackingNumber,
    Vestiging,
    VisitorSession,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(db: None) -> User:
    return User.objects.create_superuser("boss")


def found(user: User) -> dict[str, Step]:
    return {step.title: step for step in steps(edge_healths(timezone.now()), user)}


def states(user: User) -> dict[str, str]:
    return {title: str(step.state) for title, step in found(user).items()}


def a_token(*, is_revoked: bool = False) -> None:
    token = EdgeToken(name="proxy 1", is_revoked=is_revoked)
    token.issue()
    token.save()


def all_done() -> None:
    make_firm()
    a_token()
    now = timezone.now()
    edge(now, serial=PlanSerial.objects.get().serial)
    VisitorSession.objects.create(id="s", seen_at=now)
    NumberShown.objects.create(id=uuid.uuid4(), at=now, session="s", number="+31207654301")
    given(now)
    call(now)


def test_nothing_is_done_in_an_empty_database(boss: User) -> None:
    assert set(states(boss).values()) == {"to do"}
    assert [step.title for step in found(boss).values() if step.is_next] == ["Organisation"]


def test_each_step_that_is_to_do_says_how(boss: User) -> None:
    assert all(step.text for step in found(boss).values())


def test_a_firm_that_runs_has_done_all(boss: User) -> None:
    all_done()

    assert set(states(boss).values()) == {"done"}
    assert not any(step.is_next for step in found(boss).values())


def test_what_is_next_is_the_first_that_is_not_done(boss: User) -> None:
    make_firm()

    assert [step.title for step in found(boss).values() if step.is_next] == ["Edge token"]


def test_a_step_leads_to_the_form_and_a_done_one_to_the_listing(boss: User) -> None:
    make_firm()

    assert found(boss)["Edge token"].url == "/cms/calltrack_tokens/new/"
    assert found(boss)["Pool"].url == "/cms/calltrack_pools/"


def test_a_step_leads_nowhere_for_who_may_not_go_there(db: None) -> None:
    user = User.objects.create_user("viewer")
    user.user_permissions.add(Permission.objects.get(codename="view_pool"))

    assert found(user)["Pool"].url == "/cms/calltrack_pools/"
    assert found(user)["Campaign"].url == ""


def test_a_pool_in_use_without_active_numbers_is_wrong(boss: User) -> None:
    make_firm()
    TrackingNumber.objects.filter(pool__key="utrecht").update(state="disabled")

    step = found(boss)["Numbers"]

    assert (step.state, "«utrecht»" in step.text) == ("wrong", True)


def test_a_vestiging_without_a_pool_is_wrong(boss: User) -> None:
    Vestiging.objects.create(key="utrecht", name="Utrecht", forwarding_number="+31301234567")

    step = found(boss)["Vestiging"]

    assert (step.state, "«Utrecht»" in step.text) == ("wrong", True)


def test_campaigns_that_are_all_paused_are_wrong(boss: User) -> None:
    make_firm()
    Campaign.objects.update(paused=True)

    assert states(boss)["Campaign"] == "wrong"


def test_campaigns_that_are_all_over_are_wrong(boss: User) -> None:
    make_firm()
    past = timezone.now() - timedelta(days=1)
    Campaign.objects.update(starts_at=None, ends_at=past)

    assert states(boss)["Campaign"] == "wrong"


def test_a_site_with_placeholders_alone_needs_one(boss: User) -> None:
    make_firm()
    PlaceholderCampaign.objects.all().delete()
    Placeholder.objects.all().delete()
    TrackedSite.objects.update(mode="placeholders")

    assert states(boss)["What is replaced in pages"] == "to do"

    Placeholder.objects.create(key="head")
    assert states(boss)["What is replaced in pages"] == "done"


def test_tokens_that_are_all_revoked_are_wrong(boss: User) -> None:
    a_token(is_revoked=True)
    assert states(boss)["Edge token"] == "wrong"

    a_token()
    assert states(boss)["Edge token"] == "done"


def test_edges_that_are_all_silent_are_wrong(boss: User) -> None:
    make_firm()
    edge(timezone.now() - timedelta(hours=1), serial=PlanSerial.objects.get().serial)

    assert states(boss)["Proxy connected"] == "wrong"
    assert states(boss)["Plan in force on every edge"] == "to do"


def test_an_edge_that_stays_behind_is_wrong(boss: User) -> None:
    make_firm()
    PlanSerial.objects.update(changed_at=timezone.now() - timedelta(minutes=5))
    edge(timezone.now(), serial=1)

    assert states(boss)["Plan in force on every edge"] == "wrong"


def test_a_change_on_its_way_is_not_wrong(boss: User) -> None:
    make_firm()
    edge(timezone.now(), serial=1)

    assert states(boss)["Plan in force on every edge"] == "to do"


def told(key: str = "main-line", **values: object) -> None:
    """Have an edge tell of an account."""
    account = {"account": key, "seen": 0, "refused": {}, "last_at": None, "problem": "", **values}
    serial = PlanSerial.objects.get().serial
    edge(timezone.now(), serial=serial, report={"calls": {"accounts": [account]}})


def test_without_an_account_there_is_one_to_add(boss: User) -> None:
    make_firm()
    TelephonyAccount.objects.all().delete()

    step = found(boss)["Calls coming in"]

    assert (step.state, step.url) == ("to do", "/cms/calltrack_telephony/new/")


def test_calls_that_were_imported_need_no_account(boss: User) -> None:
    call(timezone.now())

    assert states(boss)["Calls coming in"] == "done"


@pytest.mark.parametrize(
    ("values", "state", "words"),
    [
        pytest.param({}, "to do", "Give the carrier", id="nothing came"),
        pytest.param({"problem": "no secret"}, "wrong", "no secret", id="a secret is missing"),
        pytest.param({"refused": {"forged": 3}}, "wrong", "«main-line» is refused", id="refused"),
        pytest.param({"refused": {"forged": 3}, "seen": 1}, "to do", "Give", id="some refused"),
        pytest.param({"refused": "?", "seen": "?"}, "to do", "Give", id="another version"),
    ],
)
def test_what_an_edge_tells_of_an_account(
    boss: User, values: dict[str, object], state: str, words: str
) -> None:
    make_firm()
    told("main-line", **values)

    step = found(boss)["Calls coming in"]

    assert (step.state, words in step.text) == (state, True)
