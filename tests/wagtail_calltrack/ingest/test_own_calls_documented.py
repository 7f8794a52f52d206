"""What docs/wagtail.md shows of the API for phone systems: sent as it stands, answered so."""

import json
import re
from pathlib import Path

import pytest
from django.test import Client

from calltrack.calls import CallStatus
from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.ingest.own_calls import MOST_CALLS
from wagtail_calltrack.models import Call, EdgeToken

pytestmark = pytest.mark.django_db

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "wagtail.md").read_text("utf-8")
SECTION = PAGE.split("## Calls of your own phone system\n")[1].split("\n## ")[0]
SENT, ANSWERED = re.findall(r"```json\n(.*?)```", SECTION, re.DOTALL)


def test_the_example_is_answered_as_it_says(client: Client) -> None:
    make_firm()
    row = EdgeToken(name="pbx", purpose="calls")
    headers = {"Authorization": f"Bearer {row.issue()}"}
    row.save()

    answer = client.post(
        "/calltrack/api/calls/", SENT, content_type="application/json", headers=headers
    )

    assert answer.json() == json.loads(ANSWERED)
    calls = Call.objects.order_by("call").values_list("call", "caller", "status", "vestiging")
    assert list(calls) == [
        ("2026-1234", "+31612345678", "answered", "amsterdam"),
        ("2026-1235", "", "missed", ""),
    ]


def test_the_table_names_each_field_and_status() -> None:
    fields = set(json.loads(SENT)["calls"][0]) | {"forwarded_to", "direction"}

    assert {one for one in fields if f"`{one}`" not in SECTION} == set()
    assert {one.value for one in CallStatus if one.is_over and f"`{one}`" not in SECTION} == set()
    assert f"{MOST_CALLS:,} calls" in SECTION
