"""Forms that visitors send become leads, and one lead with the same person's calls."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from calltrack.numbers import PhoneNumber
from tests.wagtail_calltrack.ingest.samples import body, event, new_token, send
from tests.wagtail_calltrack.settling.story import ANNA, by_ad, called, leased, take
from wagtail_calltrack.ingest import after
from wagtail_calltrack.models import FormSent, Lead
from wagtail_calltrack.settling import gather_left

pytestmark = pytest.mark.django_db


def test_a_form_and_a_call_of_one_person_are_one_lead(client: Client) -> None:
    form = event("form.sent", 7, phone="06 12345678")

    send(client, new_token(), body([by_ad(0), leased(0), *called(5), form]))

    lead = Lead.objects.get()
    assert (lead.caller, lead.name) == (ANNA, "A. de Vries")
    assert FormSent.objects.get().lead == lead


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("06 12 34 56 78", "+31612345678"),
        ("0032 2 555 12 12", "+3225551212"),
        ("call me", ""),
        (None, ""),
    ],
)
def test_a_number_that_was_typed_is_kept_in_its_one_form(typed: str | None, kept: str) -> None:
    take([event("form.sent", phone=typed)])

    phone = FormSent.objects.get().phone
    assert phone == kept
    assert not phone or PhoneNumber(phone).e164 == kept


def test_a_form_that_was_left_over_gets_its_turn(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = event("form.sent") | {"at": timezone.now().isoformat()}

    def fails(_ids: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(after, "gather_sent", fails)
        patch.setattr(after, "gather_left", fails)
        answer = send(client, new_token(), body([form]))
    leads = Lead.objects.count()

    assert (answer.json()["stored"], leads) == (1, 0)
    assert (gather_left(timezone.now()), gather_left(timezone.now())) == (1, 0)
    assert Lead.objects.count() == 1
