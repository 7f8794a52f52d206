"""One line a request, with nobody in it."""

import logging
import re

import pytest

from proxy.access_log import PATH_LIMIT, Line
from tests.proxy.browser import NAVIGATION, ask, get
from tests.proxy.conftest import StartOrigin, StartProxy
from tests.proxy.guests import Guests
from tests.proxy.origin import Origin, html
from tests.proxy.sample import PAGE
from tests.proxy.test_handler_errors import NOTHING_THERE


async def test_a_line_tells_what_came_of_a_request_and_of_nobody(
    start_origin: StartOrigin, start_proxy: StartProxy, caplog: pytest.LogCaptureFixture
) -> None:
    origin = await start_origin(Origin(html(PAGE)))
    proxy = await start_proxy(origin, Guests())
    caplog.set_level(logging.INFO)

    await ask(proxy.port, get(b"/contact?mail=me@site.test", *NAVIGATION))

    (line,) = [record.getMessage() for record in caplog.records]
    assert re.fullmatch(
        rf"200 GET /contact {len(PAGE)}B [\d.]+ms ttfb=[\d.]+ms upstream=[\d.]+ms cache=\S+ "
        "page:personal id=[0-9a-f]{16}",
        line,
    )


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        pytest.param("/a b", "/a%20b", id="space"),
        pytest.param("/a\n200 GET /", "/a%0A200%20GET%20/", id="line end"),
        pytest.param("/a\x1b[31m", "/a%1B[31m", id="escape"),
        pytest.param("/caf\udce9", "/caf%DCE9", id="raw byte"),
        pytest.param("/" + "a" * 999, "/" + "a" * (PATH_LIMIT - 1) + "…", id="long"),
    ],
)
def test_a_visitor_cannot_write_a_line(
    caplog: pytest.LogCaptureFixture, path: str, shown: str
) -> None:
    caplog.set_level(logging.INFO)

    Line(0.0, method="GET", path=path).write(status=200, sent_bytes=1, now=0.0)

    assert caplog.records[0].getMessage().split()[2] == shown


async def test_the_id_on_an_error_page_is_in_the_log(
    start_proxy: StartProxy, caplog: pytest.LogCaptureFixture
) -> None:
    proxy = await start_proxy(NOTHING_THERE)
    caplog.set_level(logging.INFO)

    got = await ask(proxy.port, get(b"/", b"Accept: text/html"))

    found = re.search(rb"<small>([0-9a-f]{16})</small>", got.body)
    assert found is not None
    (line,) = [one.getMessage() for one in caplog.records if one.name == "calltrack.access"]
    assert line.endswith(f"failed:unreachable id={found[1].decode()}")
    assert got.has(b"x-request-id") == found[1]


def test_a_log_that_nobody_reads_costs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)

    class Unread(str):
        __slots__ = ()

        def __getitem__(self, _key: object) -> str:
            raise AssertionError("made fit for a line that is not written")

    Line(0.0, path=Unread("/")).write(status=200, sent_bytes=1, now=0.0)

    assert caplog.records == []
