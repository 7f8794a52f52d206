"""Who may ask from where, over a socket: a site of the Plan, and nobody else."""

from collections.abc import Mapping

import pytest
from multidict import CIMultiDict

from tests.snippet_server.asking import HOST, SITE, Answering, Client, P, ask, head, post

ASKS = ["page", "leave", "lead"]
FOREIGN = {"error": "Origin: must be http or https, of a host that the Plan has a site for"}


def crossing(headers: Mapping[str, str]) -> dict[str, str]:
    """Give what an answer tells a browser of origins."""
    said = {name.lower(): value for name, value in headers.items()}
    return {name: said[name] for name in said if name.startswith("access-control-")}


@pytest.mark.parametrize("path", ASKS)
@pytest.mark.parametrize(
    "origin",
    [
        pytest.param("https://evil.example", id="another site"),
        pytest.param("https://www.example.nl.evil.example", id="a name that begins as ours"),
        pytest.param("https://evilwww.example.nl", id="a name that ends as ours"),
        pytest.param("https://www.example.nl@evil.example", id="ours as a user"),
        pytest.param("null", id="null"),
        pytest.param("", id="empty"),
        pytest.param(None, id="missing"),
        pytest.param(f"{SITE}/", id="with a path"),
        pytest.param(f"{SITE}:443", id="with the usual port"),
        pytest.param("HTTPS://WWW.EXAMPLE.NL", id="in capitals"),
        pytest.param(f"{SITE}, {SITE}", id="two in one"),
        pytest.param("ftp://www.example.nl", id="another scheme"),
    ],
)
async def test_another_origin_is_refused_and_nothing_of_it_is_read(
    visiting: Client, pages: Answering, path: str, origin: str | None
) -> None:
    body = b"x" * 1_000_000  # is never read

    async with visiting.post(P + path, data=body, headers=head(origin)) as answer:
        said = await answer.json()

    assert (answer.status, said) == (403, FOREIGN)
    assert crossing(answer.headers) == {}
    assert answer.headers["Vary"] == "Origin"
    assert (pages.asks, pages.left, pages.leads) == ([], [], [])


async def test_an_origin_that_is_said_twice_is_refused(visiting: Client) -> None:
    headers = CIMultiDict([("Origin", SITE), ("Origin", "https://evil.example")])

    async with visiting.post(P + "page", json=ask(), headers=headers) as answer:
        assert answer.status == 403


@pytest.mark.parametrize(
    "origin",
    [SITE, f"http://{HOST}", f"https://{HOST}:8443", "https://shop.example.nl"],
)
async def test_a_site_may_read_its_answer_and_nobody_elses(visiting: Client, origin: str) -> None:
    body = ask(url=f"{origin}/")

    async with visiting.post(P + "page", json=body, headers={"Origin": origin}) as answer:
        assert answer.status == 200

    assert crossing(answer.headers) == {
        "access-control-allow-origin": origin,
        "access-control-allow-credentials": "true",
        "access-control-expose-headers": "Retry-After",
    }
    assert answer.headers["Vary"] == "Origin"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        pytest.param("page", b"{", 400, id="junk"),
        pytest.param("page", ask(url="https://shop.example.nl/"), 403, id="another page's address"),
        pytest.param("page", b"x" * 70_000, 413, id="too much"),
        pytest.param("lead", {"url": f"{SITE}/"}, 400, id="a form with nothing in it"),
    ],
)
async def test_a_site_may_read_why_it_is_refused(
    visiting: Client, path: str, body: object, status: int
) -> None:
    data = body if isinstance(body, bytes) else None
    sent = {"data": data} if data is not None else {"json": body}
    headers = head() if data is not None else {"Origin": SITE}

    async with visiting.post(P + path, headers=headers, **sent) as answer:
        said = await answer.json()

    assert (answer.status, list(said)) == (status, ["error"])
    assert answer.headers["Access-Control-Allow-Origin"] == SITE


@pytest.mark.parametrize("path", [*ASKS, "site"])
async def test_a_browser_that_asks_before_it_asks_is_told_what_it_may(
    visiting: Client, path: str
) -> None:
    headers = {
        "Origin": SITE,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
        # Browsers once asked so on behalf of private networks; they ask the visitor now.
        "Access-Control-Request-Private-Network": "true",
    }

    async with visiting.options(P + path, headers=headers) as answer:
        assert (answer.status, await answer.read()) == (204, b"")

    assert crossing(answer.headers) == {
        "access-control-allow-origin": SITE,
        "access-control-allow-credentials": "true",
        "access-control-expose-headers": "Retry-After",
        "access-control-allow-methods": "GET, HEAD" if path == "site" else "POST",
        "access-control-allow-headers": "Content-Type",
        "access-control-max-age": "600",
    }
    assert answer.headers["Vary"] == "Origin"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None])
async def test_another_origin_is_told_nothing_before_it_asks(
    visiting: Client, origin: str | None
) -> None:
    async with visiting.options(P + "page", headers=head(origin)) as answer:
        assert answer.status == 403

    assert crossing(answer.headers) == {}


async def test_a_site_that_leaves_the_plan_may_ask_no_more(
    visiting: Client, pages: Answering
) -> None:
    assert (await post(visiting, "page", ask()))[0] == 200

    pages.hosts.remove(HOST)

    assert await post(visiting, "page", ask()) == (403, FOREIGN)
