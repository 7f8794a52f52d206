"""Which site answers for which host, and that nothing else is ever asked."""

import pytest

from proxy.counters import Counters
from proxy.metrics import Metrics
from proxy.upstream import Upstream
from proxy.upstreams import Site, Upstreams, every_host, make_upstreams
from tests.proxy.browser import ask, get
from tests.proxy.conftest import StartOrigin, StartProxy
from tests.proxy.origin import Origin, html
from tests.proxy.sample import PLAIN

SITES = (
    Site(("www.a.nl",), "http://127.0.0.1:1"),
    Site(("*.a.nl", "b.nl"), "http://127.0.0.1:2"),
    Site(("*.deep.a.nl",), "http://127.0.0.1:3"),
)
ALL_OTHERS = Site(("*",), "http://127.0.0.1:4")


def made(*sites: Site) -> Upstreams:
    return make_upstreams(sites, lambda site: Upstream(site.url, host=site.host_sent))


@pytest.mark.parametrize(
    ("host", "port"),
    [
        pytest.param("www.a.nl", 1, id="a name"),
        pytest.param("x.a.nl", 2, id="below a name"),
        pytest.param("x.y.a.nl", 2, id="far below a name"),
        pytest.param("x.deep.a.nl", 3, id="the longest counts"),
        pytest.param("deep.a.nl", 2, id="a name is not below itself"),
        pytest.param("b.nl", 2, id="the second name of a site"),
    ],
)
def test_a_host_has_its_site(host: str, port: int) -> None:
    upstreams = made(*SITES)

    found = upstreams.of(host)

    assert found is not None
    assert found.base == f"http://127.0.0.1:{port}"
    assert upstreams.serves(host)


@pytest.mark.parametrize(
    "host", ["", "a.nl", "c.nl", "xa.nl", "www.a.nl.evil.example", "[::1]", "127.0.0.1", "nl"]
)
def test_another_host_has_none_but_where_a_site_is_for_all_others(host: str) -> None:
    other = made(*SITES, ALL_OTHERS).of(host)

    assert made(*SITES).of(host) is None
    assert not made(*SITES).serves(host)
    assert other is not None
    assert other.base == ALL_OTHERS.url


def test_one_site_may_be_for_every_host() -> None:
    upstream = Upstream("http://127.0.0.1:1")

    assert every_host(upstream).of("any.example") is upstream
    assert every_host(upstream).of("") is upstream


async def test_what_was_read_of_all_sites_is_counted(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    said = html(PLAIN)
    origin = await start_origin(Origin(said))
    metrics = Metrics(Counters())
    proxy = await start_proxy(origin, metrics=metrics)

    for _ in range(3):
        await ask(proxy.port, get())

    assert metrics.snapshot()["bytes.from_site"] == 3 * len(said)


async def test_a_site_of_several_hosts_is_opened_and_closed_once() -> None:
    class Counted(Upstream):
        opened = closed = 0

        async def open(self) -> None:
            self.opened += 1

        async def close(self) -> None:
            self.closed += 1

    one, two = Counted("http://127.0.0.1:1"), Counted("http://127.0.0.1:2")
    upstreams = Upstreams({"a": one, "b": one, "*": two})

    await upstreams.open()
    await upstreams.close()

    assert [(each.opened, each.closed) for each in (one, two)] == [(1, 1), (1, 1)]
