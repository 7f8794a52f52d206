"""The table between preview and confirm: in the form, as it was, for its user alone."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from tests.wagtail_calltrack.importing.uploads import upload, url
from wagtail_calltrack.importing import carrying
from wagtail_calltrack.importing.carrying import pack, unpack
from wagtail_calltrack.importing.texts import FileRefusedError, Line, Table

TABLE = Table(("number", "pool"), (Line(2, ("020 765 43 01", "é\n«»")), Line(5, ("", "=x"))))


def test_what_is_packed_is_unpacked_as_it_was() -> None:
    assert unpack(pack(TABLE, "abc", owner="numbers 1"), owner="numbers 1") == (TABLE, "abc")


OTHERS = [
    pytest.param("{token}", "numbers 2", id="another user's"),
    pytest.param("{token}", "spend 1", id="of another import"),
    pytest.param("x{token}", "numbers 1", id="changed"),
    pytest.param("", "numbers 1", id="none"),
]


@pytest.mark.parametrize(("form", "owner"), OTHERS)
def test_what_is_not_the_users_own_is_refused(form: str, owner: str) -> None:
    token = form.format(token=pack(TABLE, "abc", owner="numbers 1"))

    with pytest.raises(FileRefusedError, match="not valid any more"):
        unpack(token, owner=owner)


def test_a_preview_is_valid_for_a_day_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    token = pack(TABLE, "abc", owner="numbers 1")
    assert timedelta(days=1) == carrying.LASTS

    monkeypatch.setattr(carrying, "LASTS", timedelta(seconds=-1))

    with pytest.raises(FileRefusedError, match="choose the file again"):
        unpack(token, owner="numbers 1")


def test_a_table_larger_than_a_form_may_be_is_refused_before_it_is_shown(
    settings: Settings,
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_100

    with pytest.raises(FileRefusedError, match="too large for this site"):
        pack(TABLE, "abc" * 100, owner="numbers 1")


@pytest.mark.django_db
def test_a_preview_that_is_not_valid_leads_back_to_the_file(admin_client: Client) -> None:
    response = admin_client.post(url("numbers"), {"table": "made up", "step": "confirm"})

    (error,) = response.context["form"].errors["file"]
    assert error == "The preview is not valid any more: choose the file again."


@pytest.mark.django_db
def test_a_form_without_a_file_asks_for_one(admin_client: Client) -> None:
    response = admin_client.post(url("numbers"), {})

    assert response.context["form"].errors["file"]
    shown = upload(admin_client, "numbers", "number\n12\n")
    assert "no-store" in shown.headers["Cache-Control"]
