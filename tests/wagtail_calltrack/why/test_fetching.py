"""A page is fetched from one place, as a stranger, within bounds."""

import gzip
import logging
import socket
import time
import zlib

import pytest

from calltrack.errors import UpstreamBroken, UpstreamTimeout, UpstreamUnreachable
from tests.wagtail_calltrack.why.site_server import (
    HTML,
    PAGE,
    Send,
    SiteServer,
    answer,
    dripping,
    html,
    raw,
)
from wagtail_calltrack.why.fetching import Request, fetch
from wagtail_calltrack.why.upstreams import Upstream

ASKED = Request("https", "www.example.nl", "/contact/?a=b")
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
SMALL = 20_000


def test_a_page_is_asked_for_as_a_stranger_of_the_site_s_own_host(site: SiteServer) -> None:
    found = fetch(site.upstream, ASKED)

    assert (found.status, found.body, found.charset) == (200, PAGE, "utf-8")
    (method, path, headers) = site.asked[0]
    assert (method, path, headers["Host"]) == ("GET", "/contact/?a=b", "www.example.nl")
    assert headers["X-Forwarded-Proto"] == "https"
    assert headers["User-Agent"] == "calltrack-why"
    assert set(headers).isdisjoint({"Cookie", "Authorization", "Referer"})


def test_proxies_and_passwords_of_the_environment_are_not_used(
    site: SiteServer, elsewhere: SiteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, elsewhere.url)
    monkeypatch.setenv("no_proxy", "")

    assert fetch(site.upstream, ASKED).body == PAGE
    assert elsewhere.asked == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_told_and_not_followed(
    site: SiteServer, elsewhere: SiteServer, status: int
) -> None:
    site.says = answer(status, b"moved", location=f"{elsewhere.url}/x", content_type=HTML)

    found = fetch(site.upstream, ASKED)

    assert (found.status, found.location, found.body) == (status, f"{elsewhere.url}/x", None)
    assert elsewhere.asked == []
    assert len(site.asked) == 1


def test_a_path_that_looks_like_a_host_stays_a_path(
    site: SiteServer, elsewhere: SiteServer
) -> None:
    target = f"//127.0.0.1:{elsewhere.port}/x"

    fetch(site.upstream, Request("https", "www.example.nl", target))

    assert site.asked[0][1].lstrip("/") == target.lstrip("/")
    assert elsewhere.asked == []


NOT_READ = [
    pytest.param(answer(404, PAGE, content_type=HTML), 404, "text/html", id="not found"),
    pytest.param(answer(500, PAGE, content_type=HTML), 500, "text/html", id="an error"),
    pytest.param(answer(200, b"%PDF", content_type="application/pdf"), 200, "application/pdf",
        id="a document"),
    pytest.param(answer(200, b"{}", content_type="Application/JSON"), 200, "application/json",
        id="JSON"),
    pytest.param(answer(200, PAGE), 200, "", id="no type"),
    pytest.param(answer(304, content_type=HTML), 304, "text/html", id="not modified"),
]  # fmt: skip


@pytest.mark.parametrize(("says", "status", "kind"), NOT_READ)
def test_what_the_proxy_would_not_look_at_is_not_read(
    site: SiteServer, says: Send, status: int, kind: str
) -> None:
    site.says = says

    found = fetch(site.upstream, ASKED)

    assert (found.status, found.kind, found.body) == (status, kind, None)


PACKED = [
    pytest.param(html(gzip.compress(PAGE), content_encoding="gzip"), id="gzip"),
    pytest.param(html(zlib.compress(PAGE), content_encoding="deflate"), id="deflate"),
    pytest.param(raw(OK + b"\r\n" + PAGE), id="without a length"),
    pytest.param(raw(OK + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n"
        % (len(PAGE), PAGE)), id="in chunks"),
]  # fmt: skip


@pytest.mark.parametrize("says", PACKED)
def test_a_page_is_unpacked(site: SiteServer, says: Send) -> None:
    site.says = says

    assert fetch(site.upstream, ASKED).body == PAGE


ZEROS = bytes(200_000_000)
LARGE = [
    pytest.param(html(bytes(SMALL + 1)), id="a long page"),
    pytest.param(dripping(OK + b"\r\n", bytes(SMALL)), id="a page without an end"),
    pytest.param(html(gzip.compress(ZEROS, 1), content_encoding="gzip"), id="a bomb"),
    pytest.param(
        html(gzip.compress(gzip.compress(ZEROS, 1)), content_encoding="gzip, gzip"),
        id="a bomb in a bomb",
    ),
]


@pytest.mark.parametrize("says", LARGE)
def test_a_page_that_is_too_large_is_left_there(site: SiteServer, says: Send) -> None:
    site.says = says

    found = fetch(site.upstream, ASKED, most_bytes=SMALL)

    assert (found.is_too_large, found.body) == (True, None)


def test_a_page_as_large_as_may_be_is_read(site: SiteServer) -> None:
    site.says = html(bytes(SMALL))

    assert fetch(site.upstream, ASKED, most_bytes=SMALL).body == bytes(SMALL)


SLOW = [
    pytest.param(dripping(b"", b"H"), id="a status that does not end"),
    pytest.param(dripping(OK, b"X-A: b\r\n"), id="headers that do not end"),
    pytest.param(dripping(OK + b"\r\n", b"<p>"), id="a page, drop by drop"),
    pytest.param(dripping(OK + b"Content-Length: 999999\r\n\r\n", b"<"), id="with its length"),
    pytest.param(dripping(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n<\r\n"),
        id="in chunks"),
    pytest.param(dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), id="always to be continued"),
    pytest.param(dripping(b"", b""), id="nothing"),
]  # fmt: skip


@pytest.mark.parametrize("says", SLOW)
def test_a_slow_page_is_given_up_in_time(site: SiteServer, says: Send) -> None:
    site.says = says
    began = time.monotonic()

    with pytest.raises(UpstreamTimeout):
        fetch(site.upstream, ASKED, seconds=0.3)

    assert time.monotonic() - began < 3


BROKEN = [
    pytest.param(raw(b""), id="hung up"),
    pytest.param(raw(b"SSH-2.0-OpenSSH_9.2\r\n"), id="another protocol"),
    pytest.param(raw(b"HTTP/1.1 abc OK\r\n\r\n"), id="a status that is none"),
    pytest.param(raw(OK + b"Content-Length: 500\r\n\r\n<p>"), id="cut short"),
    pytest.param(raw(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"), id="bad chunks"),
    pytest.param(html(b"no gzip", content_encoding="gzip"), id="badly packed"),
    pytest.param(html(PAGE, content_encoding="rot13"), id="packed as nobody asked"),
]


@pytest.mark.parametrize("says", BROKEN)
def test_what_is_no_answer_is_an_error_of_ours(site: SiteServer, says: Send) -> None:
    site.says = says

    with pytest.raises(UpstreamBroken):
        fetch(site.upstream, ASKED)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_nobody_there_is_an_error_of_ours() -> None:
    with pytest.raises(UpstreamUnreachable):
        fetch(Upstream("http", "127.0.0.1", free_port()), ASKED)


def test_a_server_without_tls_where_it_should_have_it_is_not_asked(site: SiteServer) -> None:
    with pytest.raises(UpstreamUnreachable):
        fetch(Upstream("https", "127.0.0.1", site.port), ASKED)

    assert site.asked == []


def test_nothing_is_logged(site: SiteServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    fetch(site.upstream, ASKED)

    assert caplog.records == []
