"""Several sites behind one proxy: a request chooses among them by its host, and nothing else."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from ipaddress import ip_network

import pytest

from proxy.app import make_app
from proxy.counters import Counters
from proxy.forwarded import Network
from proxy.upstream import Upstream
from proxy.upstreams import Site, make_upstreams
from tests.proxy.browser import Got, ask
from tests.proxy.conftest import StartOrigin
from tests.proxy.guests import Guests
from tests.proxy.origin import Origin, answer

LOCAL: Network = ip_network("127.0.0.1")


@dataclass
class Two:
    """A proxy before the sites a.nl and b.nl."""

    port: int
    a: Origin
    b: Origin

    async def send(self, target: str, *fields: str) -> Got:
        head = "\r\n".join((f"GET {target} HTTP/1.1", *fields, "Connection: close"))
        return await ask(self.port, f"{head}\r\n\r\n".encode())


@pytest.fixture
async def two(start_origin: StartOrigin, request: pytest.FixtureRequest) -> AsyncIterator[Two]:
    a, b = await start_origin(Origin(answer(b"A"))), await start_origin(Origin(answer(b"B")))
    sites = (
        Site(("a.nl", "*.a.nl"), f"http://127.0.0.1:{a.port}"),
        Site(("b.nl",), f"http://127.0.0.1:{b.port}", host_sent="inner.example"),
    )
    app = make_app(
        upstream=make_upstreams(sites, lambda site: Upstream(site.url, host=site.host_sent)),
        visitors=Guests(rewrite=None),
        counters=Counters(),
        trusted=getattr(request, "param", ()),
    )
    _, port = await app.start("127.0.0.1", 0)
    yield Two(port, a, b)
    await app.stop()


@pytest.mark.parametrize(
    ("target", "fields", "site", "heard"),
    [
        pytest.param("/", ("Host: a.nl",), "a", b"a.nl", id="the first"),
        pytest.param("/", ("Host: WWW.A.NL.:80",), "a", b"WWW.A.NL.:80", id="below its name"),
        pytest.param("/", ("Host: b.nl",), "b", b"inner.example", id="another Host is sent"),
        pytest.param("http://b.nl/", ("Host: a.nl",), "b", b"inner.example", id="absolute"),
        pytest.param(
            "/",
            ("Host: a.nl", "X-Forwarded-Host: b.nl", "Forwarded: host=b.nl"),
            "a",
            b"a.nl",
            id="what anybody may claim",
        ),
    ],
)
async def test_the_host_chooses_the_site(
    two: Two, target: str, fields: tuple[str, ...], site: str, heard: bytes
) -> None:
    got = await two.send(target, *fields)

    asked = [*two.a.asked, *two.b.asked]
    assert got.body == site.upper().encode()
    assert [one.has(b"host") for one in asked] == [heard]


@pytest.mark.parametrize("two", [(LOCAL,)], indirect=True)
async def test_a_trusted_proxy_in_front_may_say_which_host_was_asked_for(two: Two) -> None:
    got = await two.send("/", "Host: 10.0.0.1", "X-Forwarded-Host: b.nl")

    assert got.body == b"B"


@pytest.mark.parametrize(
    ("target", "host"),
    [
        pytest.param("/", "c.nl", id="another host"),
        pytest.param("/", "nota.nl", id="a name that ends alike"),
        pytest.param("/", "a.nl.c.nl", id="a name that begins alike"),
        pytest.param("/", "127.0.0.1", id="an address"),
        pytest.param("http://127.0.0.1:{port}/", "a.nl", id="the address of a site as target"),
        pytest.param("http://c.nl/", "a.nl", id="another host as target"),
    ],
)
async def test_a_host_that_is_no_sites_is_asked_nothing(two: Two, target: str, host: str) -> None:
    got = await two.send(target.format(port=two.a.port), f"Host: {host}")

    assert got.status == 421
    assert [*two.a.asked, *two.b.asked] == []


async def test_a_request_without_a_host_is_for_no_site(two: Two) -> None:
    got = await ask(two.port, b"GET / HTTP/1.0\r\n\r\n")

    assert got.status == 421
    assert [*two.a.asked, *two.b.asked] == []
