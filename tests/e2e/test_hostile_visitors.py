"""Bad input over the wire: the page comes, nothing is said back, and the log names nobody."""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from calltrack.cookie import SessionCookie
from calltrack.events import Kind
from tests.calltrack.plans import SITE
from tests.e2e.edges import edge, write_plan
from tests.e2e.firm import PAGE, firm_plan, pool_numbers, small_site
from tests.e2e.reading import link_numbers, text_numbers
from tests.e2e.turned import KEY, Turned, turned_proxy
from tests.e2e.wire import Answer, Field, send

MARK = b"zQmark"  # stands in all that is sent, and may stand in nothing that comes back
NAME = SessionCookie([KEY], firm_plan().organisation).name(SITE.key).encode()
FIRST, SECOND = (list(pair) for pair in zip(*pool_numbers(2), strict=True))
SCRIPT = b"%3Cscript%3EzQmark()%3C/script%3E"


def cookies(*values: bytes) -> list[Field]:
    return [(b"Cookie", b"; ".join(NAME + b"=" + value for value in values))]


HOSTILE = [
    pytest.param(b"/", cookies(b"zQmark"), id="a forged cookie"),
    pytest.param(b"/", cookies(b"WzIsInpRbWFyayJd.zQmarkSignature"), id="another's signature"),
    pytest.param(b"/", cookies(b"zQmark" * 2_000), id="a cookie of 12 KB"),
    pytest.param(b"/", cookies(*[b"zQmark%d" % n for n in range(50)]), id="fifty cookies"),
    pytest.param(
        b"/", [field for n in range(50) for field in cookies(b"zQmark%d" % n)], id="fifty fields"
    ),
    pytest.param(b"/", cookies(NAME + b"=" + NAME + b"=zQmark"), id="a cookie in a cookie"),
    pytest.param(b"/", cookies(b"[" * 5_000 + b"zQmark"), id="deeply nested"),
    pytest.param(b"/", cookies(b".eJ" + b"A" * 1_900 + b"zQmark.x"), id="what claims to be packed"),
    pytest.param(b"/", cookies(b'"zQmark\xff\xfe\xc3"'), id="bytes that are no text in a cookie"),
    pytest.param(b"/?utm_source=" + b"zQmark" * 1_300, [], id="a source of 8 KB"),
    pytest.param(
        b"/?" + b"&".join(b"utm_%s=zQmark%s" % (t, b"x" * 900) for t in (b"source", b"medium")),
        [],
        id="long tags",
    ),
    pytest.param(b"/?utm_source=zQmark%ff%fe%c3%28&utm_medium=%f0%9f", [], id="no UTF-8"),
    pytest.param(b"/?utm_source=%00zQmark%00&gclid=%00zQmark", [], id="NUL"),
    pytest.param(b"/?utm_source=a%0d%0aSet-Cookie:%20zQmark=1%0d%0a", [], id="a line end"),
    pytest.param(b"/?utm_source=" + SCRIPT + b"&gclid=" + SCRIPT, [], id="a script"),
    pytest.param(b"/?utm_source=%E2%80%AEzQmark%E2%80%8B", [], id="turned around"),
    pytest.param(b"/?" + b"&".join([b"utm_source=zQmark"] * 450), [], id="a tag 450 times"),
    pytest.param(b"/?%=%zz&&==&utm_source=zQmark;;&;", [], id="hardly a query"),
    pytest.param(
        b"/", [(b"Referer", b"https://zQmark.nl/" + b"a" * 8_000)], id="a Referer of 8 KB"
    ),
    pytest.param(b"/", [(b"Referer", b"http://[zQmark/?q=\xff")], id="a Referer that is none"),
    pytest.param(b"/", [(b"Referer", b"javascript:zQmark()")], id="a Referer with a script"),
    pytest.param(b"/", [(b"Accept-Language", b"zQmark" * 1_000)], id="a long field"),
]


@pytest.fixture
async def proxy(tmp_path: Path) -> AsyncIterator[Turned]:
    async with small_site() as site, turned_proxy(site, firm_plan(), tmp_path) as running:
        yield running


def assert_is_page(answer: Answer, numbers: Sequence[str]) -> None:
    assert answer.status == 200
    assert link_numbers(answer.body) == text_numbers(answer.body) == numbers
    assert answer.body.endswith(b"</html>")


def secrets(events: Sequence[dict[str, str | int]]) -> set[str]:
    """Give what may stand in no log: ids and numbers, as they are written anywhere."""
    numbers = {number for pair in pool_numbers(4) for number in pair}
    return (
        numbers
        | {n.removeprefix("+31") for n in numbers}
        | {str(event[name]) for event in events for name in ("visitor", "session") if name in event}
    )


@pytest.mark.parametrize(("target", "fields"), HOSTILE)
async def test_whatever_a_visitor_sends_the_page_comes_and_nothing_is_said_back(
    proxy: Turned,
    caplog: pytest.LogCaptureFixture,
    target: bytes,
    fields: list[Field],
) -> None:
    caplog.set_level(logging.INFO)
    assert MARK in target + b"".join(value for _, value in fields)

    answer = await send(proxy.url, target, fields)
    again = await send(proxy.url, b"/", [(b"Cookie", answer.cookie)])
    events = await proxy.events()

    for one in (answer, again):
        assert_is_page(one, FIRST)
        assert MARK.lower() not in (one.head + one.body).lower()
    assert len(answer.cookie) < 2_200
    assert answer.head.lower().count(b"set-cookie") == 1
    (started,) = [event.data for event in events if event.kind is Kind.SESSION_STARTED]
    texts = [value for event in events for value in event.data.values() if isinstance(value, str)]
    assert all(text.isprintable() and len(text) <= 1_000 for text in texts)
    assert len(str(started.get("source", ""))) <= 100
    told = [dict(event.data) for event in events]
    assert len([line for line in caplog.messages if " GET / " in f" {line}"]) == 2
    assert [s for s in (*secrets(told), MARK.decode()) if s in caplog.text] == []
    assert not [name for name in proxy.counters.snapshot() if name.startswith("failure")]


@pytest.mark.parametrize(
    ("target", "fields"),
    [
        pytest.param(b"/", cookies(b"zQmark" * 4_000), id="a cookie of 24 KB"),
        pytest.param(b"/?" + b"zQmark" * 4_000, [], id="a query of 24 KB"),
        pytest.param(b"/", cookies(b"zQmark\x00"), id="NUL in a cookie"),
        pytest.param(b"/?utm_source=zQmark\x00", [], id="NUL in the query"),
        pytest.param(b"/?utm_source=zQmark\xff\xc3", [], id="bytes in the query that no URL has"),
    ],
)
async def test_what_is_no_http_is_refused_and_nothing_is_said_back(
    proxy: Turned, caplog: pytest.LogCaptureFixture, target: bytes, fields: list[Field]
) -> None:
    caplog.set_level(logging.INFO)

    answer = await send(proxy.url, target, fields)
    next_visitor = await send(proxy.url)

    assert 400 <= answer.status < 500
    assert MARK not in answer.head + answer.body
    assert MARK.decode() not in caplog.text
    assert answer.cookie == b""
    assert_is_page(next_visitor, FIRST)


async def test_a_real_process_s_log_names_nobody(tmp_path: Path) -> None:
    plan = write_plan(tmp_path / "plan.json", firm_plan(60))
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(small_site())
        running = await stack.enter_async_context(
            edge(
                *("--upstream", site, "--plan", str(plan), "--trust", "127.0.0.1"),
                *("--store", f"sqlite:///{tmp_path}/s.db", "--store-wait-ms", "20000"),
                log=tmp_path / "log",
            )
        )
        answers = []
        for n, param in enumerate(HOSTILE):
            target, fields = param.values
            assert isinstance(target, bytes)
            assert isinstance(fields, list)
            named = (b"X-Forwarded-For", b"203.0.%d.7" % n)
            answers.append(await send(running.url, target, [*fields, named]))
        assert await running.stop() == 0

    log = (tmp_path / "log").read_text()
    numbers = [number for answer in answers for number in link_numbers(answer.body)]
    assert len(set(numbers)) == 2 * len(HOSTILE)
    assert log.count("GET /") == len(HOSTILE)
    secret = [*numbers, *(n[3:] for n in numbers), MARK.decode(), "203.0."]
    secret += [answer.cookie.partition(b"=")[2][:16].decode() for answer in answers]
    assert [word for word in secret if word in log] == []
    assert "Traceback" not in log


async def test_a_clock_that_goes_back_gives_no_number_twice_and_ends_no_visit(
    proxy: Turned,
) -> None:
    first = await send(proxy.url)
    mine = [(b"Cookie", first.cookie)]
    for hours in (-2, -24 * 400, 0.1):
        proxy.clock.turn(hours=hours)
        seen = await send(proxy.url, b"/", mine)
        assert_is_page(seen, FIRST)
        mine = [(b"Cookie", seen.cookie)] if seen.cookie else mine
        other = await send(proxy.url)
        assert other.status == 200
        assert set(link_numbers(other.body)).isdisjoint(FIRST)
    started = await proxy.events(Kind.SESSION_STARTED)

    assert len(started) == 4
    assert len({event.data["session"] for event in started}) == 4


async def test_a_cookie_that_names_what_the_plan_has_no_more_costs_no_page(tmp_path: Path) -> None:
    before = firm_plan()
    rows = tuple(row for row in before.numbers if row.pool == "rotterdam")
    (everyone,) = before.campaigns[1:]
    left = dict(list(before.vestigingen.items())[1:])
    after = firm_plan(serial=2, numbers=rows, campaigns=(everyone,), vestigingen=left)
    pages = []
    cookie: list[Field] = []
    async with small_site() as site:
        for plan in (before, after):
            async with turned_proxy(site, plan, tmp_path) as proxy:
                for target in (b"/?utm_source=brief&utm_medium=email", b"/"):
                    answer = await send(proxy.url, target, cookie)
                    assert answer.status == 200
                    cookie = [(b"Cookie", answer.cookie)] if answer.cookie else cookie
                    pages.append(link_numbers(answer.body))
                failures = [n for n in proxy.counters.snapshot() if n.startswith("failure")]
                assert failures == []

    static = ["+31207654391", "+31107654391"]
    assert pages == [static, static, ["+31201234567", FIRST[1]], ["+31201234567", FIRST[1]]]
    assert b"020 - 123 45 67" in PAGE
