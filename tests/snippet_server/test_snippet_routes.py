"""What the snippet is answered, over a socket: its script, its site, its pages."""

import asyncio
import json
import logging
from typing import Any

import pytest

from snippet_server.assets import gathered
from snippet_server.pages import PageUrl
from snippet_server.rates import Rate, Rates
from tests.snippet_server.asking import (
    HOST,
    NUMBER,
    PAGE,
    SCRIPTS,
    SITE,
    VISITOR,
    VISITORS_ADDRESS,
    Answering,
    Client,
    P,
    ask,
    head,
    post,
    served,
)
from tests.snippet_server.calling import Exchange

URL = PageUrl("https", HOST, HOST, "/contact/?utm_source=google")
FACTS = {
    "mode": "both",
    "tails": ["234567"],
    "attributes": ["aria-label", "title"],
    "classes": ["number"],
    "consent": "required",
    "consent_cookie": True,
    "light": True,
}
LEAD = {"url": PAGE, "phone": "06 12345678"}


async def test_a_page_is_answered_and_gets_its_cookies(visiting: Client, pages: Answering) -> None:
    async with visiting.post(P + "page", data=json.dumps(ask()), headers=head()) as answer:
        said = await answer.json()

    assert answer.status == 200
    assert said == {
        "spots": [[f"tel:{NUMBER}"]],
        "numbers": [{"vestiging": "amsterdam", "number": NUMBER, "text": "085 019 99 90"}],
        "until": 900,
        "again": 60,
        "session": True,
    }
    assert tuple(answer.headers.getall("Set-Cookie")) == pages.cookies
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_light_mode_has_a_token_and_no_cookie(visiting: Client, pages: Answering) -> None:
    pages.token, pages.cookies = "t.0", ()

    async with visiting.post(P + "page", data=json.dumps(ask(token="t")), headers=head()) as answer:
        said = await answer.json()

    assert said["token"] == "t.0"
    assert "Set-Cookie" not in answer.headers
    assert pages.asks[0][0].token == "t"


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain;charset=UTF-8", "text/plain", "application/json",
        'application/json; charset="utf-8"', "TEXT/PLAIN; CHARSET=utf8",
    ],
)  # fmt: skip
async def test_json_may_come_as_text_too(visiting: Client, content_type: str) -> None:
    status, _ = await post(visiting, "page", ask(), head(**{"Content-Type": content_type}))

    assert status == 200


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/html",
        "text/plain; charset=utf-16", "application/json; charset=latin-1", "application/jsonp",
        "application/octet-stream", "nonsense", "",
    ],
)  # fmt: skip
async def test_another_type_is_refused(
    visiting: Client, pages: Answering, content_type: str
) -> None:
    status, said = await post(visiting, "page", ask(), head(**{"Content-Type": content_type}))

    assert (status, said["error"].partition(":")[0]) == (415, "Content-Type")
    assert pages.asks == []


async def test_who_asks_is_told_as_the_server_in_front_has_it(
    visiting: Client, pages: Answering
) -> None:
    mine = {VISITORS_ADDRESS: VISITOR, "Cookie": "calltrack=abc"}
    await post(visiting, "page", ask(), head(**mine))
    await post(visiting, "page", ask(), head(Host="Edge.example.nl:8443"))

    (_, in_front), (_, alone) = pages.asks
    assert (in_front.client, in_front.scheme, in_front.host) == (VISITOR, "https", HOST)
    assert in_front.headers["Cookie"] == "calltrack=abc"
    assert (alone.client, alone.scheme, alone.host) == ("127.0.0.1", "http", "edge.example.nl")


async def test_a_visitor_leaves(visiting: Client, pages: Answering) -> None:
    body = {"url": PAGE, "token": "t"}

    assert await post(visiting, "leave", body) == (204, None)
    assert pages.left == [(URL, "t")]


async def test_a_lead_is_taken_where_there_is_a_session(visiting: Client, pages: Answering) -> None:
    assert await post(visiting, "lead", {**LEAD, "reference": "R-1"}) == (204, None)

    pages.has_session = False
    status, said = await post(visiting, "lead", LEAD)

    assert [lead.reference for lead in pages.leads] == ["R-1", ""]
    assert (status, said["error"]) == (409, "there is no session that the form could belong to")


@pytest.mark.parametrize("path", ["page", "leave", "lead"])
@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 60_000, b'{"url":"\\ud800"}', b"{}"]
)
async def test_junk_is_refused_with_a_sentence(
    visiting: Client, pages: Answering, path: str, body: bytes
) -> None:
    status, said = await post(visiting, path, body)

    assert (status, list(said)) == (400, ["error"])
    assert (pages.asks, pages.left, pages.leads) == ([], [], [])


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        pytest.param("GET", "page", "POST, OPTIONS", id="a page by GET"),
        pytest.param("PUT", "lead", "POST, OPTIONS", id="a lead by PUT"),
        pytest.param("DELETE", "leave", "POST, OPTIONS", id="a leave by DELETE"),
        pytest.param("POST", "site", "GET, HEAD, OPTIONS", id="a site by POST"),
    ],
)
async def test_another_method_is_refused(
    visiting: Client, method: str, path: str, allow: str
) -> None:
    async with visiting.request(method, P + path, headers=head()) as answer:
        said = await answer.json()

    assert (answer.status, answer.headers["Allow"]) == (405, allow)
    assert said["error"].startswith("the method must be ")
    assert answer.headers["Access-Control-Allow-Origin"] == SITE


@pytest.mark.parametrize(
    "path",
    ["", "pages", "page/", "Page", "snippet", "snippet.js.map", "snippet-9.9.9.js", "lead.js"],
)
async def test_all_else_is_not_there(visiting: Client, path: str) -> None:
    async with visiting.get(P + path) as answer:
        assert (answer.status, await answer.text()) == (404, "404\n")

    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("headers", [{}, {"Origin": SITE}], ids=["its own origin", "another"])
async def test_a_site_is_told_of_and_may_be_kept(visiting: Client, headers: dict[str, str]) -> None:
    url = f"{P}site?host={HOST}"
    async with visiting.get(url, headers=headers) as answer:
        assert (answer.status, await answer.json()) == (200, FACTS)
    again = {**headers, "If-None-Match": answer.headers["ETag"]}
    async with visiting.get(url, headers=again) as unchanged:
        assert (unchanged.status, await unchanged.read()) == (304, b"")
    async with visiting.head(url, headers=headers) as only_head:
        assert (only_head.status, await only_head.read()) == (200, b"")

    for one in (answer, unchanged, only_head):
        assert one.headers["Cache-Control"] == ("public, max-age=60, stale-while-revalidate=86400")
        assert (one.headers["Vary"], one.headers["ETag"]) == ("Origin", answer.headers["ETag"])
        assert one.headers.get("Access-Control-Allow-Origin") == headers.get("Origin")


@pytest.mark.parametrize(
    ("query", "origin", "status"),
    [
        pytest.param("host=other.example.nl", None, 404, id="a host the Plan does not know"),
        pytest.param("", None, 400, id="no host"),
        pytest.param("host=", None, 400, id="an empty one"),
        pytest.param(f"host={HOST}&host={HOST}", None, 400, id="two"),
        pytest.param(f"host={HOST}:443", None, 400, id="a port"),
        pytest.param("host=b%C3%BCcher.nl", None, 400, id="letters browsers do not send"),
        pytest.param("host=%ff", None, 400, id="no UTF-8"),
        pytest.param(f"host={HOST}", "https://shop.example.nl", 403, id="another page's host"),
        pytest.param(f"host={HOST}", "https://evil.example", 403, id="another site"),
        pytest.param(f"host={HOST}", "null", 403, id="nobody's"),
    ],
)
async def test_what_is_no_site_is_refused(
    visiting: Client, query: str, origin: str | None, status: int
) -> None:
    headers = {} if origin is None else {"Origin": origin}

    async with visiting.get(f"{P}site?{query}", headers=headers) as answer:
        assert (answer.status, list(await answer.json())) == (status, ["error"])

    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("name", "script", "kept"),
    [
        pytest.param(
            "snippet.js",
            "snippet-1.10.0.js",
            "public, max-age=600, stale-while-revalidate=86400",
            id="the newest",
        ),
        pytest.param(
            "snippet-1.2.0.js",
            "snippet-1.2.0.js",
            "public, max-age=31536000, immutable",
            id="a released one",
        ),
    ],
)
@pytest.mark.parametrize("coding", ["br", "gzip", "identity"])
async def test_a_script_comes_packed_and_is_kept(
    visiting: Client, name: str, script: str, kept: str, coding: str
) -> None:
    accepts = {"Accept-Encoding": coding, "Origin": "https://anybody.example"}
    async with visiting.get(P + name, headers=accepts) as answer:
        text = await answer.read()
    again = {**accepts, "If-None-Match": f'"x", W/{answer.headers["ETag"]}'}
    async with visiting.get(P + name, headers=again) as unchanged:
        assert (unchanged.status, await unchanged.read()) == (304, b"")
    async with visiting.head(P + name, headers=accepts) as only_head:
        assert (only_head.status, await only_head.read()) == (200, b"")

    assert (answer.status, text) == (200, SCRIPTS.by_name[script].text)
    assert answer.headers.get("Content-Encoding", "identity") == coding
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert only_head.headers["Content-Length"] == answer.headers["Content-Length"]
    for one in (answer, unchanged, only_head):
        assert one.headers["Cache-Control"] == kept
        assert one.headers["Vary"] == "Accept-Encoding"
        assert one.headers["Access-Control-Allow-Origin"] == "*"
        assert one.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert one.headers["X-Content-Type-Options"] == "nosniff"
        assert one.headers["ETag"] == answer.headers["ETag"]


async def test_without_a_plan_there_are_scripts_and_no_answers(exchange: Exchange) -> None:
    async with served(exchange.calls, None) as client:
        async with client.get(P + "snippet.js") as script:
            assert script.status == 200
        async with client.post(P + "page", json=ask(), headers={"Origin": SITE}) as answer:
            assert answer.status == 404


async def test_without_a_release_there_is_no_script(exchange: Exchange) -> None:
    async with (
        served(exchange.calls, None, scripts=gathered({})) as client,
        client.get(P + "snippet.js") as answer,
    ):
        assert answer.status == 404


async def test_a_network_that_asks_too_much_waits_and_no_other(
    exchange: Exchange, pages: Answering
) -> None:
    asks = Rates(Rate(2, 0.1), clock=lambda: 0.0)
    mine = head(**{VISITORS_ADDRESS: VISITOR})
    others = head(**{VISITORS_ADDRESS: "198.51.100.1"})
    async with served(exchange.calls, pages, asks=asks) as client:
        statuses = [
            (await post(client, path, ask(), mine))[0] for path in ("page", "leave", "page")
        ]
        async with client.post(P + "page", data=b"x" * 99_999, headers=mine) as refused:
            said = await refused.json()
        async with client.get(f"{P}site?host={HOST}", headers=mine) as site:
            assert site.status == 429
        lead, _ = await post(client, "lead", LEAD, mine)
        other, _ = await post(client, "page", ask(), others)

    assert statuses == [200, 204, 429]
    assert (refused.status, refused.headers["Retry-After"]) == (429, "10")
    assert said == {"error": "too many asks from one network: wait 10 seconds"}
    assert refused.headers["Access-Control-Allow-Origin"] == SITE
    assert (lead, other) == (204, 200)  # forms have a rate of their own


async def test_another_origin_uses_up_nobodys_rate(exchange: Exchange, pages: Answering) -> None:
    asks = Rates(Rate(1, 0.1), clock=lambda: 0.0)
    async with served(exchange.calls, pages, asks=asks) as client:
        for _ in range(5):
            await post(client, "page", ask(), head("null", **{VISITORS_ADDRESS: VISITOR}))
        status, _ = await post(client, "page", ask(), head(**{VISITORS_ADDRESS: VISITOR}))

    assert status == 200


async def test_what_is_asked_again_is_the_same_ask(visiting: Client, pages: Answering) -> None:
    # Nothing in an ask is used up, so whoever copied one is answered as its page would be: with
    # the session that its own cookie or token names. What may change is decided behind `Pages`,
    # from the same value each time.
    body = json.dumps(ask(token="t", consent=True)).encode()

    answers = [await post(visiting, "page", body) for _ in range(3)]

    assert answers[0] == answers[1] == answers[2]
    (first, _), *others = pages.asks
    assert [other == first for other, _ in others] == [True, True]


async def test_five_hundred_at_once_are_all_answered(visiting: Client, pages: Answering) -> None:
    async def one(index: int) -> tuple[int, Any]:
        return await post(visiting, "page", ask(token=f"t{index}"))

    answers = await asyncio.gather(*(one(index) for index in range(500)))

    assert [status for status, _ in answers] == [200] * 500
    assert len({asked.token for asked, _ in pages.asks}) == 500


async def test_nothing_that_came_in_is_logged_or_said_back(
    visiting: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = ["31612345678", "utm_term=secret", "visitor-token", "jan@example.nl"]
    full = {
        "url": f"{SITE}/?{secrets[1]}", "view": True, "spots": [["l", f"tel:+{secrets[0]}"]],
        "token": secrets[2], "phone": secrets[0], "email": secrets[3],
    }  # fmt: skip
    wrong: list[dict[str, Any]] = [
        full,
        {**full, "url": f"{SITE}/?{secrets[1]}#"},
        {**full, "token": f"{secrets[2]} {secrets[0]}"},
        {**full, "spots": [[secrets[0]]]},
        {**full, "spots": [["l", secrets[0] * 200]]},
        {**full, "referrer": f"{secrets[3]} "},
        {**full, "phone": secrets[0] * 20, "email": secrets[3] * 20},
    ]

    said = [
        await post(visiting, path, body, head(origin))
        for path in ("page", "leave", "lead")
        for body in wrong
        for origin in (SITE, "https://31612345678.example")
    ]

    ours = [r.getMessage() for r in caplog.records if r.name != "aiohttp.access"]
    errors = [str(answer) for status, answer in said if status >= 400]
    assert len(errors) > 20
    for secret in secrets:
        assert not any(secret in text for text in (*ours, *errors))
