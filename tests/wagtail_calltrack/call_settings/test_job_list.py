"""The list of jobs, followed without a reload, and a button for those that failed."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from tests.wagtail_calltrack.calls import call
from wagtail_calltrack.call_settings import job_list
from wagtail_calltrack.models import Job

pytestmark = pytest.mark.django_db

LIST, FRAGMENT = "/cms/calltrack_jobs/", "/cms/calltrack_jobs/fragment/"


def job(**values: Any) -> Job:
    return Job.objects.create(kind="restate", **values)


def test_it_tells_how_far_a_job_is_and_why(admin_client: Client) -> None:
    job(state="running", done=50, total=200, why="Talk time: 30 → 60.", changed_targets=3)

    shown = admin_client.get(LIST).content.decode()

    assert '<progress class="ct-job-progress" max="200" value="50"' in shown
    assert "50 of 200" in shown
    assert "Talk time: 30 → 60." in shown
    assert "3 calls became target calls or spam" in shown


def test_who_has_it_already_is_told_so_until_it_moves(admin_client: Client) -> None:
    one = job(state="failed", done=1, total=2, problem="ValueError")
    etag = admin_client.get(FRAGMENT).headers["ETag"]
    again = admin_client.get(FRAGMENT, headers={"If-None-Match": etag})
    Job.objects.filter(pk=one.pk).update(done=2)
    moved = admin_client.get(FRAGMENT, headers={"If-None-Match": etag})

    assert again.status_code == 304
    assert moved.status_code == 200
    assert moved.content.decode().count("<tr id=") == 1


def test_who_watches_has_it_go_on(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_list, "WATCHED_SECONDS", 60.0)  # the machine may be slow
    for _ in range(3):
        call(timezone.now())
    one = job(state="waiting")

    shown = admin_client.get(FRAGMENT).content.decode()

    one.refresh_from_db()
    assert (one.state, one.done) == ("done", 3)
    assert ">Done<" in shown


def test_a_busy_database_does_not_keep_the_list_away(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_seconds: float) -> bool:
        raise OperationalError("database is locked")

    one = job(state="waiting")
    monkeypatch.setattr(job_list, "work", fails)

    assert admin_client.get(FRAGMENT).status_code == 200
    one.refresh_from_db()
    assert one.state == "waiting"


def test_a_failed_job_is_tried_again(admin_client: Client) -> None:
    one = job(state="failed", done=1, total=2, problem="ValueError in settling/told.py, line 3")
    shown = admin_client.get(LIST).content.decode()

    answer = admin_client.post(f"{LIST}retry/{one.pk}/", follow=True).content.decode()
    twice = admin_client.post(f"{LIST}retry/{one.pk}/", follow=True).content.decode()

    assert "ValueError in settling/told.py, line 3" in shown
    assert f'action="{LIST}retry/{one.pk}/"' in shown
    assert "The job goes on within seconds." in answer
    assert "nothing was done" in twice
    one.refresh_from_db()
    assert (one.state, one.problem, one.done) == ("running", "", 1)


def test_who_may_only_look_gets_no_button(client: Client) -> None:
    user = User.objects.create_user("anna")
    codes = ("access_admin", "view_job")
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(user)
    one = job(state="failed")

    assert "retry/" not in client.get(LIST).content.decode()
    assert client.post(f"{LIST}retry/{one.pk}/").status_code == 302
    one.refresh_from_db()
    assert one.state == "failed"
