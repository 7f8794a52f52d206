"""What stands before the site in the proxy's benchmark, each with one worker, and the site itself.

nginx is Debian's, set up as a careful operator does: connections to the site are kept, nothing is
logged. The plain proxy is `servers`. Ours run as `calltrack-proxy run --quiet`: without a Plan (all
passes), and with one. What is not installed is left out, and the run says so in a line.
"""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

from calltrack import planfile
from calltrack.leases import PoolKey, VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import Vestiging
from tests import nginx_servers
from tests.bench.child import Child, started
from tests.bench.pages import OLD
from tests.bench.proxying_page import packed, page, spellings
from tests.calltrack.plans import make_plan, stock

NUMBER = PhoneNumber("+31207000001")
"""The only one of the pool: the visitor whom ours know has it, and sub_filter writes it."""

SITE, PLAIN = "the site itself", "plain aiohttp"
PROXY_PASS, SUB_FILTER, SUB_FILTER_GZIP = "nginx", "nginx sub_filter", "nginx sub_filter, gzip 1"
OURS, OURS_PLAN, OURS_CACHE = "ours, no Plan", "ours", "ours, own cache"

_SITE = """
    server {
        listen 127.0.0.1:PORT;
        root FOLDER;
        types {}
        default_type "text/html; charset=utf-8";
        location = /page { try_files /page.html =404; }
        location = /public {
            add_header Cache-Control "public, max-age=3600";
            try_files /page.html =404;
        }
        location = /gzip {
            add_header Content-Encoding gzip;
            add_header Vary Accept-Encoding;
            try_files /page.html.gz =404;
        }
        location /files/ { default_type application/octet-stream; }
    }
"""
_PROXY = """
    upstream site { server 127.0.0.1:SITE; keepalive 64; }
    server {
        listen 127.0.0.1:PORT;
        location / {
            proxy_pass http://site;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-For $remote_addr;
            MORE
        }
    }
"""
_GZIP = "gzip on; gzip_comp_level 1; gzip_proxied any;"


@dataclass(frozen=True, slots=True)
class Engine:
    """A server that is ready. Its children, if it has any, are its workers."""

    name: str
    pid: int
    port: int


@dataclass(slots=True)
class Engines:
    """All that run, by name, and what is missing, a line each."""

    folder: Path
    found: dict[str, Engine] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def add(self, name: str, server: Child | nginx_servers.Nginx) -> None:
        """Take one that is ready."""
        self.found[name] = Engine(name, server.pid, server.port)


@contextmanager
def engines() -> Iterator[Engines]:
    """Start all; stop them in the end."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="calltrack-bench-")))
        on = Engines(folder)
        has_nginx = nginx_servers.binary() is not None
        site: Child | nginx_servers.Nginx
        if has_nginx:
            site = stack.enter_context(site_in_nginx(folder))
        else:
            site = stack.enter_context(started("tests.bench.servers", "site"))
            on.missing.append(f"{nginx_servers.MISSING}: the site is one in Python")
        on.add(SITE, site)
        url = f"http://127.0.0.1:{site.port}"
        on.add(PLAIN, stack.enter_context(started("tests.bench.servers", "plain", url)))
        on.add(OURS, stack.enter_context(ours(url)))
        on.add(OURS_PLAN, stack.enter_context(ours(url, *with_plan(folder))))
        on.add(OURS_CACHE, stack.enter_context(ours(url, *with_plan(folder), cache_mb=64)))
        for name, more in _settings().items() if has_nginx else ():
            at = folder / name.replace(" ", "-").replace(",", "")
            on.add(name, stack.enter_context(nginx_in_front(at, site.port, more)))
        yield on


def ours(url: str, *more: str, cache_mb: int = 0) -> AbstractContextManager[Child]:
    """Run our proxy."""
    listen = ("--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--quiet")
    alike = ("--workers", "1", "--cache-mb", str(cache_mb))
    return started("calltrack", "run", "--upstream", url, *listen, *alike, *more)


def with_plan(at: Path) -> tuple[str, ...]:
    """Write a Plan into a folder of its own, and say how it is named."""
    folder = Path(mkdtemp(dir=at))
    key = VestigingKey("amsterdam")
    plan = make_plan(
        vestigingen={key: Vestiging(key, "Amsterdam", OLD, PoolKey("amsterdam"))},
        numbers=stock("amsterdam", (NUMBER,)),
    )
    path = folder / "plan.json"
    path.write_text(json.dumps(planfile.to_mapping(plan)), encoding="utf-8")
    store = f"sqlite:///{folder}/leases.sqlite3"
    # a slow moment must not show as an original number
    return ("--plan", str(path), "--store", store, "--store-wait-ms", "5000")


@contextmanager
def site_in_nginx(folder: Path) -> Iterator[nginx_servers.Nginx]:
    """Serve the pages from files; what is put into `files` besides, too."""
    root = folder / "root"
    (root / "files").mkdir(parents=True)
    (root / "page.html").write_bytes(page())
    (root / "page.html.gz").write_bytes(packed())
    with nginx_servers.running(folder / "site", _SITE.replace("FOLDER", str(root))) as site:
        yield site


def nginx_in_front(
    folder: Path, site: int, more: str
) -> AbstractContextManager[nginx_servers.Nginx]:
    """Run an nginx that asks the site."""
    blocks = _PROXY.replace("SITE", str(site)).replace("MORE", more)
    return nginx_servers.running(folder, blocks)


def _settings() -> dict[str, str]:
    """Say what each nginx does besides passing on."""
    written = zip(spellings(OLD), spellings(NUMBER), strict=True)
    filters = " ".join(f"sub_filter '{old}' '{new}';" for old, new in written)
    replacing = f'proxy_set_header Accept-Encoding ""; sub_filter_once off; {filters}'
    return {PROXY_PASS: "", SUB_FILTER: replacing, SUB_FILTER_GZIP: f"{replacing} {_GZIP}"}
