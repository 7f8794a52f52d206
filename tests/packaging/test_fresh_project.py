"""The wheel in a new Wagtail project: what the documentation says works, and works as it says."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message

import pytest

from calltrack import planfile
from tests.packaging import projects, wheels
from tests.packaging.projects import ROOT, Project

pytestmark = [pytest.mark.slow, pytest.mark.wagtail, pytest.mark.timeout(600)]

WHERE = "; ".join(
    f"import {name}; print({name}.__file__)" for name in (*wheels.PACKAGES, "calltrack.stores")
)
NEW_TOKEN = """
from wagtail_calltrack.models import EdgeToken
row = EdgeToken(name="proxy 1")
token = row.issue()
row.save()
print("TOKEN", token)
"""
PLAN = ROOT / "demo" / "plan.toml"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Give a new project with the plugin, and a database with a Plan."""
    base = tmp_path_factory.mktemp("fresh")
    made = projects.start(projects.install(wheels.build(base), base / "venv"), base / "site")
    made.manage("migrate", "--verbosity", "0")
    made.manage("calltrack_load_plan", str(PLAN))
    return made


@pytest.fixture(scope="module")
def site(project: Project) -> Iterator[str]:
    with project.served() as address:
        yield address


@pytest.fixture(scope="module")
def token(project: Project) -> str:
    """Make a token as the screen does."""
    return project.manage("shell", "-c", NEW_TOKEN).split()[-1]


def ask(url: str, body: object = None, **headers: str) -> tuple[int, Message, bytes]:
    """Get a page, or post JSON; give the status, the head and the body."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers)  # noqa: S310 - our own server
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, answer.headers, answer.read()


def test_our_modules_are_those_of_the_wheel(project: Project) -> None:
    files = project.run("-c", WHERE).split()

    assert len(files) == len(wheels.PACKAGES) + 1
    assert all(file.startswith(str(project.python.parents[1])) for file in files)


def test_the_checks_find_nothing_to_mend(project: Project) -> None:
    assert "no issues" in project.manage("check", "--fail-level", "WARNING")


def test_the_migrations_are_whole(project: Project) -> None:
    said = project.manage("makemigrations", "--check", "--dry-run", "wagtail_calltrack")

    assert "No changes" in said


def test_the_site_and_its_admin_answer(site: str) -> None:
    page, page_head, _ = ask(f"{site}/")
    login, login_head, body = ask(f"{site}/admin/login/")

    assert (page, page_head["X-Calltrack"]) == (200, None)
    assert (login, login_head["X-Calltrack"]) == (200, "off")
    assert b"password" in body


def test_an_edge_gets_the_plan_and_then_a_304(site: str, token: str) -> None:
    url = f"{site}/calltrack/api/plan/"
    bearer = {"Authorization": f"Bearer {token}"}

    status, head, body = ask(url, **bearer)
    again, _, nothing = ask(url, **bearer, **{"If-None-Match": head["ETag"]})

    plan = planfile.loads(body.decode(), "json")
    assert (status, again, nothing) == (200, 304, b"")
    assert plan.vestigingen == planfile.load(str(PLAN)).vestigingen


def test_an_edge_gives_a_sign_of_life(site: str, token: str) -> None:
    edge = {"id": "ab" * 16, "name": "proxy 1", "version": "0.1.0", "serial": 1, "report": {}}
    head = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    status, _, body = ask(f"{site}/calltrack/api/events/", {"edge": edge, "events": []}, **head)

    assert (status, json.loads(body)) == (200, {"stored": 0, "known": 0, "refused": []})
