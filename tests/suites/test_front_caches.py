"""A shared cache in front of us, set up carelessly: it looks at no cookie. Nobody sees another's.

Varnish and nginx keep what our answers allow to be kept, under the address alone. The site itself
says that its pages may be kept by everybody.
"""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from calltrack.numbers import PhoneNumber
from proxy.headers import first
from tests import nginx_servers
from tests.calltrack.plans import AMSTERDAM_NUMBER, make_plan, stock
from tests.outside import free_port, missing, program, running
from tests.proxy.browser import Got
from tests.proxy.conftest import StartOrigin, StartProxy
from tests.proxy.origin import Asked, Origin, answer
from tests.proxy.visits import Front
from tests.suites.windows import Window

REQUESTS = 10_000 if os.environ.get("CI") else 1_000
POOL = tuple(PhoneNumber(f"+3120765430{n}") for n in range(5))
PLAN = make_plan(numbers=stock("amsterdam", POOL))
PAGE = b'<p><a href="tel:%s">Bel ons</a>' % AMSTERDAM_NUMBER.e164.encode()
PAGES = (b"/", b"/contact", b"/over-ons?x=1")
IMAGE = b"/logo.svg"
PUBLIC = (b"Cache-Control: public, max-age=600", b'ETag: "one"')

VARNISH = """\
vcl 4.1;
backend default {{ .host = "127.0.0.1"; .port = "{port}"; }}
sub vcl_recv {{ return (hash); }}
sub vcl_deliver {{ set resp.http.X-Hits = obj.hits; }}
"""
NGINX = """
    proxy_cache_path kept keys_zone=kept:1m;
    server {
        listen 127.0.0.1:PORT;
        location / {
            proxy_pass http://127.0.0.1:BEHIND;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $host;
            proxy_cache kept;
            proxy_cache_key $request_uri;
            add_header X-Hits $upstream_cache_status;
        }
    }
"""

InFront = Callable[[Path, int], AbstractContextManager[int]]


@contextmanager
def varnish(folder: Path, behind: int) -> Iterator[int]:
    """Run Varnish in front of a port; give its own."""
    daemon = program("varnishd", "varnish")
    (folder / "front.vcl").write_text(VARNISH.format(port=behind), encoding="ascii")
    port = free_port()
    command = [
        *(daemon, "-F", "-j", "none", "-n", str(folder / "varnish"), "-T", "none"),
        *("-a", f"127.0.0.1:{port}", "-f", str(folder / "front.vcl"), "-s", "malloc,16m"),
    ]
    with running(command, port, folder=folder):
        yield port


@contextmanager
def nginx(folder: Path, behind: int) -> Iterator[int]:
    """Run nginx with its cache in front of a port; give its own."""
    if nginx_servers.binary() is None:
        missing(nginx_servers.MISSING)
    with nginx_servers.running(folder / "nginx", NGINX.replace("BEHIND", str(behind))) as server:
        yield server.port


FRONTS = [pytest.param(varnish, id="Varnish"), pytest.param(nginx, id="nginx")]


def site(asked: Asked) -> bytes:
    """Say what a site says that wants everything to be kept."""
    kind = b"image/svg+xml" if asked.target == IMAGE else b"text/html; charset=utf-8"
    if b'"one"' in (first(asked.fields, b"if-none-match") or b""):
        return answer(b"", *PUBLIC, status=b"304 Not Modified", length=False)
    return answer(PAGE, b"Content-Type: " + kind, *PUBLIC)


def shown(got: Got) -> str:
    """Give the number on a page."""
    return got.body.partition(b'"tel:')[2].partition(b'"')[0].decode()


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("in_front", FRONTS)
async def test_through_a_shared_cache_nobody_ever_sees_the_others_number(
    in_front: InFront,
    start_origin: StartOrigin,
    start_proxy: StartProxy,
    front: Front,
    tmp_path: Path,
) -> None:
    await front.use(PLAN)
    proxy = await start_proxy(await start_origin(Origin(site)), front.desk)

    with in_front(tmp_path, proxy.port) as port:
        windows = Window(port), Window(port)
        mine = [shown(await window.open(b"/")) for window in windows]
        seen = await asyncio.gather(*(_look(windows, at, mine[at]) for at in (0, 1)))

    assert len(set(mine)) == 2
    assert set(mine) <= {number.e164 for number in POOL}
    assert sum(found["pages"] for found in seen) + sum(found["kept"] for found in seen) > 0
    assert [found["wrong"] for found in seen] == [0, 0]
    assert all(found["hits"] > REQUESTS // 10 for found in seen)


async def _look(windows: tuple[Window, Window], at: int, mine: str) -> dict[str, int]:
    """Ask half of all requests as one visitor: pages, files, with one's own ETag or the other's."""
    me, other = windows[at], windows[1 - at]
    found = {"pages": 0, "kept": 0, "hits": 0, "wrong": 0}
    for n in range(REQUESTS // 2):
        target = IMAGE if n % 4 == 3 else PAGES[n % 3]
        validator = (me.etags, other.etags, {})[n % 5 % 3].get(target)
        lines = [b"If-None-Match: " + validator] if validator is not None else []
        is_mine = validator is None or validator == me.etags.get(target)
        got = await me.open(target, *lines)
        if target == IMAGE:
            found["hits"] += (got.has(b"x-hits") or b"0") not in {b"0", b"MISS", b"EXPIRED"}
        elif got.status == 304:
            found["kept"] += 1
            found["wrong"] += not is_mine
        else:
            found["pages"] += 1
            found["wrong"] += got.status != 200 or shown(got) != mine
    me.close()
    return found


@pytest.mark.slow
@pytest.mark.parametrize("in_front", FRONTS)
async def test_when_a_lease_has_ended_the_old_page_is_not_good_any_more(
    in_front: InFront,
    start_origin: StartOrigin,
    start_proxy: StartProxy,
    front: Front,
    tmp_path: Path,
) -> None:
    await front.use(make_plan(numbers=stock("amsterdam", POOL[:2])))
    proxy = await start_proxy(await start_origin(Origin(site)), front.desk)

    with in_front(tmp_path, proxy.port) as port:
        me, passing, staying = Window(port), Window(port), Window(port)
        before = [shown(await me.open(b"/")) for _ in range(2)]
        etag = b"If-None-Match: " + me.etags[b"/"]
        alone = Window(proxy.port)
        alone.cookie = me.cookie
        unchanged = await alone.open(b"/", etag)
        front.clock.turn(days=2)
        await passing.open(b"/")
        taken = [shown(await staying.open(b"/")) for _ in range(2)]
        front.clock.turn(minutes=2)
        again = await me.open(b"/", etag)
        for window in (me, alone, passing, staying):
            window.close()

    assert taken == before  # who came later holds it now
    assert unchanged.status == 304
    assert again.status == 200
    assert shown(again) in {number.e164 for number in POOL[:2]} - set(taken)
