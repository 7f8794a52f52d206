"""Why a page came out as it did: told to whoever has the token, and to nobody else."""

import gzip
import re
from pathlib import Path

import pytest

from calltrack.errors import ConfigError
from proxy.counters import Counters
from proxy.dry_run import DryRun
from proxy.trace import Trace
from proxy.trace_token import TOKEN, admin_token
from tests.proxy.browser import NAVIGATION, Got, ask, get
from tests.proxy.conftest import StartOrigin, StartProxy
from tests.proxy.guests import Guests
from tests.proxy.origin import Origin, html
from tests.proxy.sample import FOR_FIRST, LONG, PAGE, PLAIN
from tests.proxy.test_handler_errors import NOTHING_THERE

SECRET = "tell-me-why-tell-me"
ASKED = b"X-Calltrack-Trace: " + SECRET.encode()
SEEN = b"Cache-Control: public, max-age=60", b"CDN-Cache-Control: max-age=60"


def told(got: Got) -> dict[str, str]:
    """Read what the answer tells."""
    said = (got.has(b"x-calltrack-trace") or b"").decode()
    return dict(part.split("=") for part in said.split("; "))


async def test_a_page_tells_what_was_done_with_it(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    origin = await start_origin(Origin(html(PAGE, *SEEN)))
    trace = Trace(SECRET, plan=lambda: "41")
    proxy = await start_proxy(origin, Guests(), trace=trace, cache_bytes=1 << 20)

    got = await ask(proxy.port, get(b"/contact", ASKED, *NAVIGATION))

    found = told(got)
    assert got.body == FOR_FIRST
    assert (found["decision"], found["reason"], found["slots"]) == ("personal", "-", "2")
    assert (found["cache"], found["plan"]) == ("miss", "41")
    assert re.fullmatch(r"[\d.]+ms", found["upstream"])
    assert re.fullmatch(r"[\d.]+ms", found["codec"])
    assert got.all(b"cache-control") == [b"no-store"]
    assert got.has(b"cdn-cache-control") is None


@pytest.mark.parametrize(
    ("page", "lines", "expected"),
    [
        pytest.param(PLAIN, [], ("no_slot", "-", "0"), id="no number"),
        pytest.param(PAGE, [b"User-Agent: bot"], ("original", "bot", "2"), id="originals"),
        pytest.param(LONG, [], ("streamed", "-", "2"), id="long"),
    ],
)
async def test_the_decision_has_its_reason(
    start_origin: StartOrigin,
    start_proxy: StartProxy,
    page: bytes,
    lines: list[bytes],
    expected: tuple[str, str, str],
) -> None:
    origin = await start_origin(Origin(html(page)))
    proxy = await start_proxy(origin, Guests(), trace=Trace(SECRET))

    found = told(await ask(proxy.port, get(b"/", ASKED, *NAVIGATION, *lines)))

    assert (found["decision"], found["reason"], found["slots"]) == expected


@pytest.mark.parametrize(
    ("page", "lines", "expected"),
    [
        pytest.param(PAGE, [], ("dry", "personal", "2"), id="numbers"),
        pytest.param(PLAIN, [], ("dry", "no_slot", "0"), id="no number"),
        pytest.param(PAGE, [b"User-Agent: bot"], ("dry", "original:bot", "2"), id="originals"),
        pytest.param(LONG, [], ("dry", "-", "2"), id="too long to wait for"),
    ],
)
async def test_a_dry_run_tells_what_would_have_become_of_the_page(
    start_origin: StartOrigin,
    start_proxy: StartProxy,
    page: bytes,
    lines: list[bytes],
    expected: tuple[str, str, str],
) -> None:
    origin = await start_origin(Origin(html(page)))
    dry = DryRun(Guests(), Counters())
    proxy = await start_proxy(origin, dry, trace=Trace(SECRET))

    got = await ask(proxy.port, get(b"/", ASKED, *NAVIGATION, *lines))

    found = told(got)
    assert (found["decision"], found["reason"], found["slots"]) == expected
    assert got.body == page
    (noted,) = dry.report.pages()
    assert noted.times == 1


async def test_a_kept_page_tells_what_the_codings_took(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    says = html(gzip.compress(LONG), b"Content-Encoding: gzip", *SEEN)
    origin = await start_origin(Origin(says))
    proxy = await start_proxy(origin, Guests(), trace=Trace(SECRET), cache_bytes=1 << 22)

    found = []
    for _ in range(2):
        asked = get(b"/", ASKED, b"Accept-Encoding: gzip", *NAVIGATION)
        found.append(told(await ask(proxy.port, asked)))

    assert [one["cache"] for one in found] == ["miss", "hit"]
    assert float(found[1]["codec"].removesuffix("ms")) > 0


async def test_an_error_page_is_traced_too(start_proxy: StartProxy) -> None:
    proxy = await start_proxy(NOTHING_THERE, trace=Trace(SECRET))

    got = await ask(proxy.port, get(b"/", ASKED))

    found = told(got)
    assert (found["decision"], found["reason"], found["slots"]) == ("failed", "unreachable", "-")


@pytest.mark.parametrize("token", [SECRET, None], ids=["a token is set", "no token is set"])
@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([b"X-Calltrack-Trace: wrong"], id="a wrong token"),
        pytest.param([b"X-Calltrack-Trace:"], id="an empty one"),
        pytest.param([ASKED[:-1]], id="a part of it"),
        pytest.param([ASKED, ASKED], id="twice"),
        pytest.param([b"X-Calltrack-Trace: caf\xe9"], id="no ASCII"),
    ],
)
async def test_without_the_token_nothing_changes(
    start_origin: StartOrigin, start_proxy: StartProxy, token: str | None, lines: list[bytes]
) -> None:
    date = b"Date: Sun, 22 Nov 2026 05:00:00 GMT"
    origin = await start_origin(Origin(html(PLAIN, date, *SEEN)))
    proxy = await start_proxy(origin, trace=Trace(token))

    plain = await ask(proxy.port, get(b"/", *NAVIGATION))
    got = await ask(proxy.port, get(b"/", *NAVIGATION, *lines))

    assert got.raw == plain.raw
    assert origin.last.has(b"x-calltrack-trace") is None


async def test_the_site_never_hears_the_token_nor_tells_for_us(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    origin = await start_origin(Origin(html(PLAIN, b"X-Calltrack-Trace: decision=forged")))
    proxy = await start_proxy(origin, trace=Trace(SECRET))

    got = await ask(proxy.port, get(b"/", ASKED))
    untraced = await ask(proxy.port, get(b"/"))

    assert origin.asked[0].has(b"x-calltrack-trace") is None
    assert len(got.all(b"x-calltrack-trace")) == 1
    assert told(got)["decision"] != "forged"
    assert untraced.has(b"x-calltrack-trace") is None


async def test_no_number_and_nobody_is_told(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    origin = await start_origin(Origin(html(PAGE)))
    proxy = await start_proxy(origin, Guests(), trace=Trace(SECRET))

    got = await ask(proxy.port, get(b"/contact?q=1", ASKED, *NAVIGATION))

    said = got.has(b"x-calltrack-trace") or b""
    assert len(said) < 200
    assert not any(word in said for word in (b"31", b"020", b"g1", b"contact", b"127"))


def test_the_token_comes_from_the_environment_or_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text(f"{SECRET}\n", encoding="utf-8")

    assert admin_token() == ""
    assert admin_token(file) == SECRET
    monkeypatch.setenv(TOKEN, SECRET[::-1])
    assert admin_token() == SECRET[::-1]


def test_a_short_token_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN, "short")

    with pytest.raises(ConfigError, match="at least 16"):
        admin_token()
