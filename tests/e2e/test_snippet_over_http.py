"""The snippet's asks over real sockets: behind the proxy, beside it, and under another domain."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import pytest

from calltrack.plan import Consent, Plan, SiteKey
from tests.calltrack.plans import AMSTERDAM_POOL, SITE, make_plan
from tests.e2e.edges import Edge, edge, get, origin, status, visitor, write_plan
from tests.e2e.snippet_asking import AMSTERDAM, ROTTERDAM, Asker, events

PAGE = b'<!doctype html><p>Bel <a href="tel:+31201234567">020 123 45 67</a>'
FIRST, SECOND = "020 765 43 01", "020 765 43 02"
MAIN = replace(SITE, hosts=("www.a.test", "calls.a.test"), cookie_domain="a.test")
OTHER = replace(SITE, key=SiteKey("other"), hosts=("www.b.test",))
ASKS_FIRST = replace(
    SITE, key=SiteKey("asks"), hosts=("www.c.test",), consent=Consent.REQUIRED, cookie_domain=None
)
PLAN = make_plan(sites=(MAIN, OTHER, ASKS_FIRST))


@dataclass
class Stand:
    """A proxy before a site, and where they keep things."""

    edge: Edge
    folder: Path
    plan: Path

    def url(self, host: str, path: str = "") -> str:
        return self.edge.url.rstrip("/").replace("127.0.0.1", host) + path

    def write(self, plan: Plan) -> None:
        write_plan(self.plan, plan)


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    plan = write_plan(tmp_path / "plan.json", PLAN)
    store = f"sqlite:///{tmp_path}/leases.sqlite3"
    async with (
        origin(PAGE) as site,
        edge(
            *("--upstream", site, "--plan", str(plan), "--store", store), log=tmp_path / "log"
        ) as running,
    ):
        yield Stand(running, tmp_path, plan)


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with visitor() as window:
        yield window


async def test_first_html_late_content_and_a_second_tab_have_one_number_on_one_lease(
    stand: Stand, client: aiohttp.ClientSession
) -> None:
    served = await get(client, stand.url("www.a.test", "/"))
    tab = Asker(client, stand.url("www.a.test", "/"))
    second = Asker(client, stand.url("www.a.test", "/contact"))

    found = [
        await tab.shown(AMSTERDAM),
        await tab.shown(AMSTERDAM, ROTTERDAM, view=False, load=False),
        await second.shown(AMSTERDAM),
    ]

    assert b'"tel:+31207654301">020 765 43 01' in served
    assert found == [[FIRST], [FIRST, "010 765 43 01"], [FIRST]]
    leases = (await status(stand.edge.status_url))["leases"]
    assert sorted(lease["number"] for lease in leases) == ["+31107654301", "+31207654301"]
    await stand.edge.stop()
    views = events(stand.folder, "page.viewed")
    assert [view["path"] for view in views] == ["/"]  # the other two were counted when served
    assert len(events(stand.folder, "session.started")) == 1


async def test_a_host_of_its_own_under_the_site_s_domain_has_the_same_cookie(
    stand: Stand, client: aiohttp.ClientSession
) -> None:
    tab = Asker(client, stand.url("www.a.test", "/"), edge=stand.url("calls.a.test"))

    answer = await tab.ask()
    served = await get(client, stand.url("www.a.test", "/"))

    assert answer["spots"] == [[FIRST]]
    assert "token" not in answer
    assert b"020 765 43 01" in served


async def test_the_cookie_is_the_site_s_own_and_no_script_s(
    stand: Stand, client: aiohttp.ClientSession
) -> None:
    tab = Asker(client, stand.url("www.a.test", "/"))
    spots = [["t", "", [AMSTERDAM], ""]]

    _, _, got = await tab.post("page", view=True, spots=spots)

    (cookie,) = got.headers.getall("Set-Cookie")
    assert {"HttpOnly", "SameSite=Lax", "Domain=a.test", "Path=/"} <= set(cookie.split("; "))
    assert got.headers["Access-Control-Allow-Origin"] == tab.origin
    assert got.headers["Access-Control-Allow-Credentials"] == "true"
    assert got.headers["Cache-Control"] == "no-store"


async def test_another_domain_has_a_token_in_each_tab_and_sets_no_cookie(
    stand: Stand, client: aiohttp.ClientSession
) -> None:
    edge_url = stand.url("calls.agency.test")
    tab = Asker(client, stand.url("www.a.test", "/"), edge=edge_url)
    other = Asker(client, stand.url("www.a.test", "/"), edge=edge_url)

    found = [await tab.shown(), await tab.shown(view=False, load=False), await other.shown()]

    assert found == [[FIRST], [FIRST], [SECOND]]
    assert len(client.cookie_jar) == 0


async def test_another_site_gets_nothing_of_this_one(
    stand: Stand, client: aiohttp.ClientSession
) -> None:
    """Not its numbers under another's name, not its session, and no answer that a page may read."""
    tab = Asker(client, stand.url("www.a.test", "/"))
    await tab.ask()
    b_page = stand.url("www.b.test", "/")
    spots = [["t", "", [AMSTERDAM], ""]]

    foreign = await tab.post("page", url=b_page, view=True, spots=spots)
    stranger = Asker(client, "http://www.evil.test/", edge=stand.url("www.a.test"))
    refused = await stranger.post("page", url=tab.page, view=True, spots=spots)
    own = await Asker(client, b_page, edge=stand.url("www.a.test")).ask()

    assert (foreign[0], refused[0]) == (403, 403)
    assert "Access-Control-Allow-Origin" not in refused[2].headers
    assert own["spots"] == [[SECOND]]  # a visitor of its own, with a token: no cookie was read
    assert own["token"]


async def test_a_yes_lasts_on_the_proxy_s_pages_and_a_no_ends_it(
    stand: Stand, client: aiohttp.ClientSession
) -> None:
    tab = Asker(client, stand.url("www.c.test", "/"))
    landing = {"url": stand.url("www.c.test", "/?utm_source=a&utm_medium=b"), "referrer": ""}

    before = await tab.shown(), await get(client, tab.page)
    yes = await tab.shown(view=False, load=False, consent=True, landing=landing)
    during = await get(client, tab.page), await tab.shown()
    no = await tab.ask(view=False, load=False, consent=False)
    after = await get(client, tab.page)

    assert before == ([None], PAGE)
    assert yes == [FIRST]
    assert (b"020 765 43 01" in during[0], during[1]) == (True, [FIRST])
    assert (no["spots"], no["session"], after) == ([None], False, PAGE)
    assert len(client.cookie_jar) == 0
    await stand.edge.stop()
    (started,) = events(stand.folder, "session.started")
    assert (started["source"], started["medium"]) == ("a", "b")
    assert len(events(stand.folder, "session.left")) == 1


async def test_a_leave_and_a_form_are_recorded_and_the_number_stays(
    stand: Stand, client: aiohttp.ClientSession
) -> None:
    tab = Asker(client, stand.url("www.a.test", "/"))
    nobody = await tab.post("lead", phone="0612345678")
    await tab.ask()

    left = await tab.post("leave")
    sent = await tab.post("lead", form="Bel mij", phone="0612345678", reference="A-17")
    shown = await tab.shown()

    assert (nobody[0], left[0], sent[0], shown) == (409, 204, 204, [FIRST])
    assert "Content-Length" not in left[2].headers
    (lease,) = (await status(stand.edge.status_url))["leases"]
    assert lease["number"] == AMSTERDAM_POOL[0].e164
    await stand.edge.stop()
    (form,) = events(stand.folder, "form.sent")
    assert (form["form"], form["phone"], form["reference"]) == ("Bel mij", "0612345678", "A-17")
    assert len(events(stand.folder, "session.left")) == 1
    assert events(stand.folder, "lease.ended") == []


async def test_the_log_has_one_line_for_each_ask_and_nobody_s_number(
    stand: Stand, client: aiohttp.ClientSession
) -> None:
    tab = Asker(client, stand.url("www.a.test", "/"))
    await tab.ask()
    await tab.post("lead", phone="0612345678", email="j@example.nl")
    await client.head(stand.url("www.a.test", "/_calltrack/snippet.js"))
    await client.get(stand.url("www.a.test", "/_calltrack/site?host=www.a.test"))
    await client.get(stand.url("www.a.test", "/_calltrack/0612345678"))
    await stand.edge.stop()

    lines = [line.split() for line in (stand.folder / "log").read_text().splitlines()]
    asked = [(line[3], line[4]) for line in lines if "/_calltrack/" in line[4]]
    assert asked == [
        ("POST", "/_calltrack/page"),
        ("POST", "/_calltrack/lead"),
        ("HEAD", "/_calltrack/snippet.js"),
        ("GET", "/_calltrack/site"),
        ("GET", "/_calltrack/..."),
    ]
    assert not {"0612345678", "j@example.nl"} & {word for line in lines for word in line}


@pytest.mark.parametrize("accept", ["br", "gzip", "identity"])
async def test_the_script_comes_in_the_coding_that_is_asked_for_and_is_not_sent_twice(
    stand: Stand, accept: str
) -> None:
    async with visitor(**{"Accept-Encoding": accept}) as client:
        address = stand.url("www.a.test", "/_calltrack/snippet.js")
        async with client.get(address) as got:
            script = await got.text()
        async with client.get(address, headers={"If-None-Match": got.headers["ETag"]}) as again:
            body = await again.read()

    assert got.status == 200
    assert got.headers.get("Content-Encoding", "identity") == accept
    assert "calltrack" in script
    assert (again.status, body) == (304, b"")
    assert "Content-Length" not in again.headers
