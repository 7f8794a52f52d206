"""Drafts of before become paused campaigns, and the Plan stays whole whatever they were."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.models import Campaign, Placeholder, TrackingNumber
from wagtail_calltrack.plan_out import published

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

APP = "wagtail_calltrack"
BEFORE, AFTER = (APP, "0002_facts_spend_sections"), (APP, "0003_campaign_without_draft")


def migrate(*targets: tuple[str, str]) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets))
    return executor.loader.project_state(list(targets)).apps


def latest() -> list[tuple[str, str]]:
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes(APP)
    return [(app, name) for app, name in leaves]


@pytest.fixture
def old(transactional_db: None) -> Iterator[Any]:
    """Give the models of before, with the firm in their tables."""
    make_firm()
    try:
        yield migrate(BEFORE)
    finally:
        migrate(*latest())


def draft(old: Any, key: str, **fields: Any) -> Any:
    given = {"name": key, "method": "original", "exhaustion": "original", **fields}
    return old.get_model(APP, "Campaign").objects.create(key=key, is_draft=True, **given)


def vestiging(old: Any, key: str) -> Any:
    return old.get_model(APP, "Vestiging").objects.get(key=key)


def number(old: Any, digits: str, campaign: Any, **fields: Any) -> Any:
    numbers = old.get_model(APP, "TrackingNumber").objects
    return numbers.create(number=digits, campaign=campaign, **fields)


def make_drafts(old: Any) -> None:
    """Make drafts of every kind that the check would refuse, and one that it would not."""

    def get(name: str) -> Any:
        return old.get_model(APP, name).objects

    amsterdam, rotterdam = vestiging(old, "amsterdam"), vestiging(old, "rotterdam")
    get("Vestiging").filter(key="utrecht").update(pool=None)
    get("Campaign").filter(key__in=["everyone", "spring"]).update(method="original")
    good = draft(old, "good", method="static", sort_order=0)
    get("CampaignVestiging").create(campaign=good, vestiging=amsterdam)
    number(old, "+31207651001", good, vestiging=amsterdam)
    number(old, "+31207651002", good, vestiging=amsterdam)
    number(old, "+31107651001", good, vestiging=rotterdam)
    draft(old, "static", method="static")
    draft(old, "dynamic", method="dynamic", exhaustion="static")
    flyer = draft(old, "poster", method="original", off_site=True)
    number(old, "+31207651003", flyer)
    odd = draft(old, "odd", method="static", off_site=True)
    get("CampaignRule").create(campaign=odd, source=("google",))
    get("CampaignRule").create(campaign=odd)
    for key in ("first", "second"):
        row = get("Placeholder").create(
            key=key, css_class="twice", priority=True, vestiging=amsterdam
        )
        get("PlaceholderCampaign").create(placeholder=row, campaign=good)


def test_drafts_become_paused_and_last_and_say_what_was_changed(
    old: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    make_drafts(old)

    migrate(*latest())

    plan = published().plan
    found = {row.key: row for row in plan.campaigns[-5:]}
    assert list(found) == ["good", "static", "dynamic", "poster", "odd"]
    assert all(row.paused for row in found.values())
    assert [row.method.value for row in found.values()] == [
        "static", "original", "original", "static", "original",
    ]  # fmt: skip
    assert [row.off_site for row in found.values()] == [False, False, False, True, False]
    assert [len(row.rules) for row in found.values()] == [0, 0, 0, 0, 1]
    kept = TrackingNumber.objects.exclude(campaign=None).values_list("number", "campaign__key")
    assert {pair for pair in kept if pair[1] in found} == {("+31207651001", "good")}
    assert Placeholder.objects.filter(css_class="twice", priority=False).count() == 1
    told = capsys.readouterr().out
    assert "«good» was a draft: it is paused now, and stands last" in told
    assert "the number +31207651002 is back in stock" in told
    assert "its method is original instead of static, for it lacks numbers" in told


def test_without_drafts_nothing_changes(old: Any, capsys: pytest.CaptureFixture[str]) -> None:
    before = list(old.get_model(APP, "Campaign").objects.values_list("key", "sort_order", "paused"))

    migrate(AFTER)
    migrate(*latest())

    after = list(Campaign.objects.order_by("pk").values_list("key", "sort_order", "paused"))
    assert sorted(after) == sorted(before)
    assert capsys.readouterr().out == ""


def test_a_database_that_ran_it_by_its_former_name_does_not_run_it_again() -> None:
    recorder = MigrationRecorder(connection)
    ours = recorder.migration_qs.filter(app=APP)
    names = set(ours.values_list("name", flat=True))
    ours.exclude(name__startswith="0001").exclude(name__startswith="0002").delete()
    for name in ("0005_campaign_without_draft", "0004_finding"):
        recorder.record_applied(APP, name)

    loader = MigrationExecutor(connection).loader
    loader.check_consistent_history(connection)
    ran = AFTER in loader.applied_migrations
    for name in names - set(ours.values_list("name", flat=True)):
        recorder.record_applied(APP, name)

    assert ran
