"""What is under our prefix never reaches the site, however it is written, and is answered here."""

import logging
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from calltrack.plan import Provider
from proxy.mounted import Mounted, nothing_mounted
from tests.calltrack.plans import CARRIER
from tests.proxy.browser import ask, get
from tests.proxy.conftest import StartOrigin, StartProxy
from tests.proxy.guests import Guests
from tests.proxy.origin import Origin
from tests.snippet_server.calling import CALLER, NUMBER, WEBHOOKS, Exchange, signed, told

SITES = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nsite"
OURS = [
    "/_calltrack/",
    "/_calltrack",
    "/_calltrack/x",
    "/_calltrack?to=1",
    "/%5fcalltrack/calls/main-line/",
    "/%5Fcalltrack%2fcalls/main-line/",
    "/%255fcalltrack/calls/",
    "/_calltr%61ck/",
    "//_calltrack/calls/main-line/",
    "///_calltrack/",
    "/./_calltrack/",
    "/a/../_calltrack/",
    "/a/%2e%2e/_calltrack/",
    "/a/..%2f_calltrack/",
    "/_calltrack/../admin",
    "/_calltrack/./calls/main-line/",
    "/_calltrack;v=1/calls/",
    "/\\_calltrack/",
    "/%5c_calltrack/",
    "/_CallTrack/calls/main-line/",
    "http://site.test/_calltrack/calls/",
]
THEIRS = ["/", "/a", "/calltrack/", "/_calltracks/", "/a/_calltrack/", "/a%2f_calltrack/", "/a;b"]


@pytest.fixture
def exchange(tmp_path: Path) -> Exchange:
    return Exchange(tmp_path)


def mounted(exchange: Exchange) -> Mounted:
    return Mounted(exchange.app, accounts=lambda: set(exchange.plan.telephony))


@pytest.mark.parametrize("target", OURS)
async def test_the_site_never_hears_of_what_is_under_the_prefix(
    start_origin: StartOrigin, start_proxy: StartProxy, target: str
) -> None:
    site = await start_origin(Origin(SITES))
    proxy = await start_proxy(site)

    got = await ask(proxy.port, get(target.encode()))

    assert (got.status, got.body) == (404, b"404\n")
    assert site.asked == []


@pytest.mark.parametrize("target", THEIRS)
async def test_what_only_looks_like_it_is_the_sites(
    start_origin: StartOrigin, start_proxy: StartProxy, target: str
) -> None:
    site = await start_origin(Origin(SITES))
    proxy = await start_proxy(site)

    got = await ask(proxy.port, get(target.encode()))

    assert (got.status, got.body) == (200, b"site")
    assert [one.target for one in site.asked] == [target.encode()]


@pytest.mark.parametrize("prefix", ["/lines/", "/a/b/"])
async def test_ops_may_set_another_prefix(
    start_origin: StartOrigin, start_proxy: StartProxy, prefix: str
) -> None:
    site = await start_origin(Origin(SITES))
    proxy = await start_proxy(site, mounted=nothing_mounted(prefix))

    ours = await ask(proxy.port, get(f"{prefix}calls/x/".encode()))
    theirs = await ask(proxy.port, get(b"/_calltrack/"))

    assert (ours.status, theirs.status) == (404, 200)


def webhook(path: str = WEBHOOKS, *, host: str = "site.test", event: str = "offered") -> bytes:
    # The clock of the exchange stands still, so the moment of a signature is a constant.
    body = told(event)
    head = [f"{name}: {value}".encode() for name, value in signed(body).items()]
    head += [b"Content-Length: %d" % len(body)]
    return get(path.encode(), *head, method=b"POST", host=host.encode()) + body


class OnlySite(Guests):
    """Visitors of one host."""

    def serves(self, host: str) -> bool:
        return host == "site.test"


@pytest.mark.parametrize(
    ("host", "path", "status"),
    [
        pytest.param("site.test", WEBHOOKS, 200, id="the site's name"),
        pytest.param("hooks.example", WEBHOOKS, 200, id="a name that is no site's"),
        pytest.param("hooks.example", "/", 421, id="the site under that name"),
        pytest.param("a b", WEBHOOKS, 400, id="no name"),
        pytest.param("site.test", f"http://other.test{WEBHOOKS}", 200, id="an absolute target"),
        pytest.param("site.test", f"{WEBHOOKS}#x", 400, id="a fragment"),
    ],
)
async def test_a_webhook_may_come_under_any_host_and_the_gate_stands(
    start_origin: StartOrigin,
    start_proxy: StartProxy,
    exchange: Exchange,
    host: str,
    path: str,
    status: int,
) -> None:
    site = await start_origin(Origin(SITES))
    proxy = await start_proxy(site, OnlySite(rewrite=None), mounted=mounted(exchange))

    got = await ask(proxy.port, webhook(path, host=host))

    await exchange.close()
    assert got.status == status
    assert site.asked == []


async def test_carriers_have_a_port_of_their_own_with_nothing_else_on_it(
    start_origin: StartOrigin, start_proxy: StartProxy, exchange: Exchange
) -> None:
    site = await start_origin(Origin(SITES))
    proxy = await start_proxy(site, mounted=mounted(exchange))
    _, port = await proxy.app.start_calls("127.0.0.1", 0)

    call = await ask(port, webhook(host="anything"))
    page = await ask(port, get(b"/"))
    snippet = await ask(port, get(b"/_calltrack/site?host=localhost"))
    junk = await ask(port, b"\x00\x01 / HTTP/1.1\r\n\r\n")

    await exchange.close()
    assert (call.status, page.status, snippet.status, junk.status) == (200, 421, 404, 400)
    assert b'"connect"' in call.body
    assert site.asked == []


async def test_a_connection_goes_on_after_a_webhook(
    start_origin: StartOrigin, start_proxy: StartProxy, exchange: Exchange
) -> None:
    site = await start_origin(Origin(SITES))
    proxy = await start_proxy(site, mounted=mounted(exchange))
    first = webhook().replace(b"Connection: close\r\n", b"")

    got = await ask(proxy.port, first + webhook(event="ended"))

    await exchange.close()
    assert got.raw.count(b"HTTP/1.1 20") == 2
    assert len(site.asked) == 0


async def test_the_log_ends_with_the_account(
    start_origin: StartOrigin,
    start_proxy: StartProxy,
    exchange: Exchange,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, logger="calltrack.access")
    proxy = await start_proxy(await start_origin(Origin(SITES)), mounted=mounted(exchange))
    for path in (
        f"{WEBHOOKS}?to={CALLER}",
        f"{WEBHOOKS}{NUMBER}/x",
        f"/_calltrack/calls/{CALLER}/",
        f"/%5fcalltrack/{CALLER}",
        f"http://site.test/_calltrack/{CALLER}",
        f"http://a b/_calltrack/{CALLER}",
    ):
        await ask(proxy.port, get(path.encode()))

    await exchange.close()
    lines = [r.getMessage() for r in caplog.records if r.name == "calltrack.access"]
    assert [line.split()[2] for line in lines] == [
        WEBHOOKS,
        f"{WEBHOOKS}...",
        "/_calltrack/...",
        "/_calltrack/...",
        "/_calltrack/...",
        "-",
    ]
    assert CALLER[1:] not in caplog.text


@pytest.mark.parametrize(
    ("address", "status"),
    [
        pytest.param("https://www.example.nl", 200, id="the public one"),
        pytest.param("http://hooks.example", 403, id="that of its Host"),
    ],
)
async def test_the_address_that_twilio_signs_is_of_the_configuration(
    tmp_path: Path,
    start_origin: StartOrigin,
    start_proxy: StartProxy,
    address: str,
    status: int,
) -> None:
    exchange = Exchange(tmp_path, environment={"CALLTRACK_SECRET_MAIN_LINE": "token"})
    account = replace(CARRIER, provider=Provider.TWILIO)
    exchange.plan = replace(exchange.plan, telephony={account.key: account})
    proxy = await start_proxy(await start_origin(Origin(SITES)), mounted=mounted(exchange))
    told = {"CallSid": "CA1", "CallStatus": "ringing", "From": CALLER, "To": NUMBER.e164}
    path, body = f"{WEBHOOKS}?who=1", urlencode(told).encode()
    signature = RequestValidator("token").compute_signature(f"{address}{path}", told)
    head = (
        b"Content-Type: application/x-www-form-urlencoded",
        b"X-Twilio-Signature: " + signature.encode(),
        b"Content-Length: %d" % len(body),
    )

    got = await ask(
        proxy.port, get(path.encode(), *head, method=b"POST", host=b"hooks.example") + body
    )

    reports = await exchange.reports()
    await exchange.close()
    assert got.status == status
    assert (b"<Dial" in got.body, len(reports)) == (status == 200, int(status == 200))
