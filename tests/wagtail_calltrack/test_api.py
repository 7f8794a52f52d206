"""An edge fetches the Plan: with a token, and only when it is another one."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calltrack.planfile import loads
from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.models import EdgeToken, Organisation, Pool
from wagtail_calltrack.plan_out import published

pytestmark = pytest.mark.django_db

PLAN = "/calltrack/api/plan/"


def new_token(name: str = "proxy 1") -> str:
    row = EdgeToken(name=name)
    token = row.issue()
    row.save()
    return token


@pytest.fixture
def token(db: None) -> str:
    make_firm()
    return new_token()


def bearer(token: str, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", **more}


def test_an_edge_gets_the_plan_that_is_in_force(client: Client, token: str) -> None:
    response = client.get(PLAN, headers=bearer(token))

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert loads(response.content.decode(), "json") == published().plan


def test_the_answer_is_for_this_edge_alone(client: Client, token: str) -> None:
    response = client.get(PLAN, headers=bearer(token))

    assert response.headers["Cache-Control"] == "private, no-cache"
    assert response.headers["X-Calltrack"] == "off"
    assert "Authorization" in response.headers["Vary"]
    assert "Set-Cookie" not in response.headers


def test_the_same_plan_again_is_a_304_and_costs_one_query(client: Client, token: str) -> None:
    first = client.get(PLAN, headers=bearer(token))
    again = bearer(token, **{"If-None-Match": first.headers["ETag"]})

    with CaptureQueriesContext(connection) as queries:
        response = client.get(PLAN, headers=again)

    assert response.status_code == 304
    assert response.headers["ETag"] == first.headers["ETag"]
    assert response.content == b""
    assert len(queries) == 1


def test_another_plan_has_another_etag(client: Client, token: str) -> None:
    first = client.get(PLAN, headers=bearer(token))
    Pool.objects.create(key="more")

    second = client.get(PLAN, headers=bearer(token, **{"If-None-Match": first.headers["ETag"]}))

    assert second.status_code == 200
    assert second.headers["ETag"] != first.headers["ETag"]
    assert "more" in loads(second.content.decode(), "json").pools
    assert second.json()["serial"] > first.json()["serial"]


def test_what_is_no_part_of_the_plan_has_no_other_etag(client: Client, token: str) -> None:
    first = client.get(PLAN, headers=bearer(token))
    new_token("proxy 2")

    second = client.get(PLAN, headers=bearer(token, **{"If-None-Match": first.headers["ETag"]}))

    assert second.status_code == 304


def test_the_etag_names_serial_and_fingerprint(client: Client, token: str) -> None:
    response = client.get(PLAN, headers=bearer(token))

    found = published().serial
    assert response.headers["ETag"] == f'"{found.serial}-{found.fingerprint[:16]}"'


def test_head_tells_the_same_without_the_plan(client: Client, token: str) -> None:
    response = client.head(PLAN, headers=bearer(token))

    assert response.status_code == 200
    assert response.headers["ETag"] == published().serial.etag
    assert response.content == b""


STRANGERS = [
    pytest.param({}, id="nothing"),
    pytest.param({"Authorization": "Bearer"}, id="no token"),
    pytest.param({"Authorization": "Bearer open sesame"}, id="two words"),
    pytest.param({"Authorization": "Basic dXNlcjpwYXNz"}, id="a password"),
    pytest.param(bearer("calltrack_000000000000_" + "A" * 43), id="a token of nobody"),
    pytest.param(bearer("calltrack_TOKEN_" + "A" * 43), id="no token at all"),
    pytest.param(bearer("\u00e9"), id="not ASCII"),
]


@pytest.mark.parametrize("headers", STRANGERS)
def test_who_has_no_token_gets_nothing(client: Client, token: str, headers: dict[str, str]) -> None:
    response = client.get(PLAN, headers=headers)

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert set(response.json()) == {"error"}
    assert response.headers["X-Calltrack"] == "off"


def test_the_public_part_of_a_token_opens_nothing(client: Client, token: str) -> None:
    forged = token[:-1] + ("A" if token[-1] != "A" else "B")

    assert client.get(PLAN, headers=bearer(forged)).status_code == 401


def test_an_editor_who_is_logged_in_is_no_edge(admin_client: Client, token: str) -> None:
    assert admin_client.get(PLAN).status_code == 401


def test_a_revoked_token_is_refused(client: Client, token: str) -> None:
    EdgeToken.objects.update(is_revoked=True)

    response = client.get(PLAN, headers=bearer(token))

    assert response.status_code == 403
    assert "revoked" in response.json()["error"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_the_plan_is_read_only(token: str, method: str) -> None:
    client = Client(enforce_csrf_checks=True)

    response = getattr(client, method)(PLAN, headers=bearer(token))

    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"
    assert "GET" in response.json()["error"]


def test_a_plan_broken_in_the_database_is_told_and_not_sent(client: Client, token: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE wagtail_calltrack_vestiging SET pool_id = NULL")

    response = client.get(PLAN, headers=bearer(token))

    assert response.status_code == 503
    assert "ETag" not in response.headers
    assert "vestigingen[1] «amsterdam»: pool is missing" in response.json()["problems"][0]


def test_values_broken_in_the_database_are_told_and_not_sent(client: Client, token: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE wagtail_calltrack_trackedsite SET hosts = 'https://x/', mode = 'q'")

    response = client.get(PLAN, headers=bearer(token))

    assert response.status_code == 503
    assert len(response.json()["problems"]) == 2


def test_a_broken_plan_that_is_mended_is_sent_again(client: Client, token: str) -> None:
    before = client.get(PLAN, headers=bearer(token)).json()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE wagtail_calltrack_vestiging SET key = '' WHERE key = 'utrecht'")
    assert client.get(PLAN, headers=bearer(token)).status_code == 503

    with connection.cursor() as cursor:
        cursor.execute("UPDATE wagtail_calltrack_vestiging SET key = 'utrecht' WHERE key = ''")

    assert client.get(PLAN, headers=bearer(token)).json() == before


def test_without_an_organisation_there_is_nothing_to_send(client: Client) -> None:
    response = client.get(PLAN, headers=bearer(new_token()))

    assert response.status_code == 503
    assert response.json()["problems"] == [
        "there is no organisation yet: make it, with its KvK number"
    ]
    Organisation.objects.create(name="Van Dam", kvk="12345678")
    assert client.get(PLAN).status_code == 401


def test_the_token_itself_is_kept_nowhere(token: str) -> None:
    row = EdgeToken.objects.get()
    secret = token.split("_", 2)[2]

    assert row.opens_with(token)
    assert secret not in json.dumps([str(value) for value in vars(row).values()])


def test_the_last_use_is_noted_a_minute_late_at_most(client: Client, token: str) -> None:
    client.get(PLAN, headers=bearer(token))
    first = EdgeToken.objects.get().last_used_at
    client.get(PLAN, headers=bearer(token))
    assert first is not None
    assert EdgeToken.objects.get().last_used_at == first

    EdgeToken.objects.update(last_used_at=timezone.now() - timedelta(minutes=2))
    client.get(PLAN, headers=bearer(token))

    assert (EdgeToken.objects.get().last_used_at or first) > first
