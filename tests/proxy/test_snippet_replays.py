"""An ask that somebody copied, and sends again: harmless, and why.

An ask holds no secret beside the cookie or token of its visitor, and uses nothing up. With the
cookie it is that visitor's own page once more: the same session, on the lease it has. Without, it
is a stranger's first ask, and a network of strangers gets its share of a pool and no more. So asks
need no serial that a server would have to remember.
"""

import pytest

from calltrack.events import Kind
from proxy.snippet_pages import SnippetPages
from tests.proxy.campaigns import ABROAD
from tests.proxy.snippet_tabs import Tab, shown
from tests.proxy.visits import Front

FIRST = "020 765 43 01"
TIMES = 20


@pytest.fixture
def tab(front: Front) -> Tab:
    return Tab(front, SnippetPages(front.desk))


@pytest.mark.parametrize("asked", ["localhost", "edge.example.com"], ids=["cookie", "token"])
async def test_with_what_names_the_session_it_is_the_same_session_on_one_lease(
    front: Front, tab: Tab, asked: str
) -> None:
    tab.asked = asked
    await tab.ask()
    cookie, token, session = tab.jar["cookie"], tab.token, tab.session
    assert session is not None
    seen = []

    for _ in range(TIMES):
        tab.jar["cookie"], tab.token = cookie, token
        seen.append(shown(await tab.ask()))

    (lease,) = await front.store.held(now=front.clock.now)
    assert seen == [[FIRST]] * TIMES
    assert lease.session == session.id
    kinds = [event.kind for event in await front.events()]
    assert (kinds.count(Kind.SESSION_STARTED), kinds.count(Kind.LEASE_GIVEN)) == (1, 1)
    assert kinds.count(Kind.PAGE_VIEWED) == 1 + TIMES  # the one thing that a copy adds to


async def test_without_it_a_network_gets_its_share_of_the_pool_and_no_more(
    front: Front, tab: Tab
) -> None:
    await front.use(front.plan, client_cap=1)

    seen = [shown(await Tab(front, tab.pages, client=ABROAD).ask()) for _ in range(TIMES)]

    assert seen == [[FIRST]] + [[None]] * (TIMES - 1)
    assert len(await front.store.held(now=front.clock.now)) == 1


async def test_a_leave_that_comes_again_and_again_takes_nothing_away(
    front: Front, tab: Tab
) -> None:
    await tab.ask()

    for _ in range(TIMES):
        await tab.leave()

    assert shown(await tab.ask()) == [FIRST]
    assert len(await front.store.held(now=front.clock.now)) == 1
