"""What is saved in Wagtail shows on the proxy's pages: its real endpoint, the real command."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from calltrack.link.reasons import TOKEN as VARIABLE
from tests.calltrack.plans import filled_plan
from tests.e2e.edges import edge, get, origin, shown, status, visitor, wait_until
from wagtail_calltrack.models import EdgeToken, Vestiging
from wagtail_calltrack.plan_in import fill

OLD, NEW = "+31201234567", "+31201112233"
PAGE = f'<p><a href="tel:{OLD}">020 - 123 45 67</a> <a href="tel:{NEW}">020 - 111 22 33</a>'


def new_edge() -> tuple[EdgeToken, str]:
    """Make a token, as an editor does."""
    row = EdgeToken(name="proxy 1")
    token = row.issue()
    row.save()
    return row, token


async def test_what_an_editor_saves_shows_on_the_next_page_and_a_token_can_be_taken_back(
    live_server: LiveServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the rows are written from here
    fill(filled_plan())
    row, token = new_edge()
    url = f"{live_server.url}/calltrack/api/plan/"
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(origin(PAGE.encode()))
        options = ("--upstream", site, "--plan", url, "--store", f"sqlite:///{tmp_path}/s.db")
        # A database in memory is locked for whoever writes while events are taken in.
        more = ("--events", "none")
        running = await stack.enter_async_context(
            edge(*options, *more, log=tmp_path / "log", **{VARIABLE: token})
        )

        client = await stack.enter_async_context(visitor())

        async def originals() -> set[str]:
            return shown(await get(client, running.url), (OLD, NEW))

        async def is_new() -> bool:
            return await originals() == {OLD}

        before = await originals()
        amsterdam = Vestiging.objects.get(key="amsterdam")
        amsterdam.forwarding_number = NEW
        amsterdam.save()
        await wait_until(is_new, "the page never followed")

        row.is_revoked = True
        row.save()

        async def is_told() -> bool:
            problem = (await status(running.status_url))["plan"]["problem"]
            return "this token was revoked" in (problem or "")

        await wait_until(is_told, "nobody told of the token")
        after = await originals()

    assert before == {NEW}
    assert after == {OLD}
