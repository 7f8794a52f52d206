"""From a name to a connection: addresses, TLS, and what operators are told when there is none."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from calltrack.errors import ConfigError, UpstreamTimeout, UpstreamUnreachable
from proxy.upstream import Upstream
from tests.proxy.upstream.certificates import Authority
from tests.proxy.upstream.scripted import GET, ONE, TWO, MakeUpstream, Site, asked, whole


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


class Names:
    """Answers for one name: `found` says which addresses, `count` how often it was asked.

    All else is asked for as ever: some loops look up addresses, too, before they connect.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *found: tuple[str, int]) -> None:
        self.found = list(found)
        self.count = 0
        loop = asyncio.get_running_loop()
        self._others = loop.getaddrinfo
        monkeypatch.setattr(loop, "getaddrinfo", self.look_up)

    async def look_up(self, host: str, *rest: Any, **named: Any) -> list[Any]:
        if host != "site.test":
            return await self._others(host, *rest, **named)
        self.count += 1
        kind = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
        return [(*kind, address) for address in self.found]


class TestAddresses:
    async def test_the_next_address_is_tried_where_one_takes_no_connection(
        self, site: Site, make_upstream: MakeUpstream, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        Names(monkeypatch, ("127.0.0.1", free_port()), ("127.0.0.1", site.port))
        upstream = await make_upstream("http://site.test")

        answer = await asked(upstream, site, ONE)

        assert await whole(answer) == b"one"

    async def test_a_site_that_has_moved_is_found_again(
        self, site: Site, make_upstream: MakeUpstream, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        names = Names(monkeypatch, ("127.0.0.1", free_port()))
        upstream = await make_upstream("http://site.test")
        with pytest.raises(UpstreamUnreachable):
            await upstream.send(GET)
        names.found = [("127.0.0.1", site.port)]

        answer = await asked(upstream, site, ONE)

        assert await whole(answer) == b"one"

    @pytest.mark.parametrize(("seconds", "count"), [(60.0, 1), (0.0, 2)])
    async def test_a_name_is_asked_for_again_after_a_while(
        self,
        site: Site,
        make_upstream: MakeUpstream,
        monkeypatch: pytest.MonkeyPatch,
        seconds: float,
        count: int,
    ) -> None:
        monkeypatch.setattr("proxy.upstream.dialling.RESOLVED_SECONDS", seconds)
        names = Names(monkeypatch, ("127.0.0.1", site.port))
        upstream = await make_upstream("http://site.test", idle_seconds=0)

        bodies = [await whole(await asked(upstream, site, says)) for says in (ONE, TWO)]

        assert bodies == [b"one", b"two"]
        assert names.count == count

    async def test_a_name_that_nobody_has_is_told(
        self, make_upstream: MakeUpstream, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def fail(*_: Any, **__: Any) -> None:
            raise socket.gaierror(-2, "Name or service not known")

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", fail)
        upstream = await make_upstream("http://site.test")

        with pytest.raises(UpstreamUnreachable, match=r"no address for site\.test: Name or"):
            await upstream.send(GET)

    async def test_a_site_that_is_not_there_is_told(self, make_upstream: MakeUpstream) -> None:
        upstream = await make_upstream(f"http://127.0.0.1:{free_port()}")

        with pytest.raises(UpstreamUnreachable, match="no connection to the site"):
            await upstream.send(GET)

        assert upstream.pool is not None
        assert upstream.pool.open == 0

    async def test_a_site_that_takes_no_connection_in_time_is_a_time_out(
        self, make_upstream: MakeUpstream
    ) -> None:
        """A listener whose queue is full answers nothing."""
        listener = socket.create_server(("127.0.0.1", 0), backlog=0)
        address = listener.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        upstream = await make_upstream(f"http://127.0.0.1:{address[1]}", connect_seconds=0.05)

        with pytest.raises(UpstreamTimeout, match="take a connection"):
            await upstream.send(GET)

        for one in (listener, *waiting):
            one.close()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


class TlsSite(Site):
    """A site with a certificate; `names` are those it was called by."""

    names: list[str | None]

    async def begin(self, context: ssl.SSLContext) -> asyncio.Server:
        self.names = []
        context.sni_callback = lambda _, name, __: self.names.append(name)
        return await self.start(context)


@pytest.fixture
async def tls_site() -> AsyncIterator[TlsSite]:
    found = TlsSite()
    yield found
    found.end()
    await asyncio.sleep(0)


class TestTls:
    async def test_a_site_is_known_by_its_certificate_and_called_by_its_name(
        self, tls_site: TlsSite, make_upstream: MakeUpstream, authority: Authority
    ) -> None:
        server = await tls_site.begin(authority.site("www.firm.test"))
        upstream = await make_upstream(
            f"https://127.0.0.1:{tls_site.port}", host="www.firm.test:443", ca_file=authority.file
        )

        first = await asked(upstream, tls_site, ONE)
        second = await asked(upstream, tls_site.lines[0], TWO)

        assert [await whole(first), await whole(second)] == [b"one", b"two"]
        assert tls_site.names == ["www.firm.test"]
        server.close()

    async def test_a_large_answer_comes_whole(
        self, tls_site: TlsSite, make_upstream: MakeUpstream, authority: Authority
    ) -> None:
        server = await tls_site.begin(authority.site("www.firm.test"))
        upstream = await make_upstream(
            f"https://127.0.0.1:{tls_site.port}", host="www.firm.test", ca_file=authority.file
        )
        body = bytes(range(256)) * 8000
        head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)

        answer = await asked(upstream, tls_site, head, body)

        assert await whole(answer) == body
        server.close()

    @pytest.mark.parametrize(
        ("name", "days", "is_trusted", "told"),
        [
            pytest.param("www.firm.test", -1, True, "certificate has expired", id="expired"),
            pytest.param("other.test", 1, True, "Hostname mismatch", id="another name"),
            pytest.param("www.firm.test", 1, False, "unable to get local issuer", id="unknown CA"),
        ],
    )
    async def test_what_is_wrong_with_a_certificate_is_told(
        self,
        *,
        tls_site: TlsSite,
        make_upstream: MakeUpstream,
        authority: Authority,
        name: str,
        days: int,
        is_trusted: bool,
        told: str,
    ) -> None:
        server = await tls_site.begin(authority.site(name, days=days))
        upstream = await make_upstream(
            f"https://127.0.0.1:{tls_site.port}",
            host="www.firm.test",
            ca_file=authority.file if is_trusted else None,
        )

        with pytest.raises(UpstreamUnreachable, match=told):
            await upstream.send(GET)
        server.close()

    async def test_a_site_that_speaks_no_tls_is_told(
        self, site: Site, make_upstream: MakeUpstream
    ) -> None:
        upstream = await make_upstream(f"https://127.0.0.1:{site.port}")
        sending = asyncio.create_task(upstream.send(GET))
        line = await site.next_line()
        line.say(ONE)

        with pytest.raises(UpstreamUnreachable, match="no TLS with the site"):
            await sending

    @pytest.mark.parametrize("content", [None, b"no certificate"])
    def test_a_ca_file_that_cannot_be_used_is_told_at_once(
        self, tmp_path: Path, content: bytes | None
    ) -> None:
        file = tmp_path / "ca.pem"
        if content is not None:
            file.write_bytes(content)

        with pytest.raises(ConfigError, match="CA file"):
            Upstream("https://www.firm.test", ca_file=file)
