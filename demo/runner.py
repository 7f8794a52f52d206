"""Start the Wagtail site and the proxy in front of it, watch both, stop both.

Rule 1: whatever happens to the runner, no process is left behind (`leash`).
Rule 2: whatever happens to a process, the runner says so and shows the end of its log.
Rule 3: everything listens on the loopback.

Errors: ConfigError for an option that cannot be used; TheirError for a process that does not start,
or ends by itself.
"""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from calltrack import planfile
from calltrack.errors import ConfigError, TheirError
from demo import child, ports, readiness
from demo.folder import Folder, sign

SITE_WAIT_SECONDS = 180.0  # the first start makes the database, perhaps on a busy machine
PROXY_WAIT_SECONDS = 30.0
POLL_SECONDS = 0.1
PROGRESS_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says. `port` is where the site opens; the others follow it.

    `plan` is a file; None: the proxy takes its Plan from Wagtail.
    """

    port: int
    plan: Path | None
    folder: Folder
    reset: bool = False
    empty: bool = False


class Stopped(Exception):
    """Somebody wants the demo to end while it starts."""


@dataclass(slots=True)
class StopRequest:
    """Whether somebody wants the demo to end: Ctrl-C, a signal, or a terminal that is closed."""

    is_made: bool = False

    def listen(self) -> None:
        """Take the signals from now on."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        """Only note it: a signal comes in the middle of anything."""
        self.is_made = True


@dataclass(slots=True)
class Demo:
    """The processes of one run."""

    options: Options
    site_port: int
    proxy_port: int
    status_port: int
    lock: int
    stop: StopRequest
    children: list[child.Child] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where a visitor opens the site."""
        return f"http://localhost:{self.proxy_port}/"

    def start_site(self) -> None:
        """Start Wagtail and wait until it answers."""
        folder = self.options.folder
        is_first = not (folder.path / "site.sqlite3").exists()
        made = "the database" if self.options.empty else "the database and a month of visitors"
        first = f" (the first start makes {made}, which takes a moment)" if is_first else ""
        say(f"  starting the site{first} ...")
        self._start(
            "site",
            "demo.serve",
            *("--port", str(self.site_port)),
            *("--login", str(folder.login)),
            *("--token", str(folder.token)),
            *(() if self.options.empty else ("--month",)),
        )
        self._wait("the site", lambda: readiness.answers(self.site_port), SITE_WAIT_SECONDS)

    def start_proxy(self) -> None:
        """Start the proxy and wait until it and its status page answer."""
        say("  starting the proxy ...")
        file, folder = self.options.plan, self.options.folder
        plan = str(file) if file else f"http://127.0.0.1:{self.site_port}/calltrack/api/plan/"
        # A store refuses a Plan that is older than its own: one of a file has a store of its own.
        store = folder.store("proxy-with-file") if file else folder.store()
        self._start(
            "proxy",
            "proxy",
            "run",
            *("--workers", "1"),
            *("--upstream", f"http://127.0.0.1:{self.site_port}"),
            *("--plan", plan),
            *("--store", store),
            *("--listen", f"127.0.0.1:{self.proxy_port}"),
            *("--admin", f"127.0.0.1:{self.status_port}"),
            *("--public-url", self.address.rstrip("/")),
            # On a busy laptop: here a late page is better than one with the firm's own numbers.
            *("--store-wait-ms", "1000"),
        )
        self._wait("the proxy", self._proxy_answers, PROXY_WAIT_SECONDS)

    def watch(self) -> None:
        """Wait until somebody wants the demo to end, or a process ends by itself."""
        while not self.stop.is_made:
            self._see_that_all_run()
            time.sleep(POLL_SECONDS)

    def _start(self, name: str, *command: str) -> None:
        folder = self.options.folder
        environment = {
            "DJANGO_SETTINGS_MODULE": "settings.dev",
            "CALLTRACK_DEMO_VAR": str(folder.path),
            "CALLTRACK_BASE_URL": self.address.rstrip("/"),
            "CALLTRACK_UPSTREAM": f"http://127.0.0.1:{self.site_port}",
            "CALLTRACK_PLAN_TOKEN": "",  # one of the terminal's is for another site
            "CALLTRACK_PLAN_TOKEN_FILE": str(folder.token) if name == "proxy" else "",
            "CALLTRACK_SECRET_DEMO_FILE": str(folder.secret) if name == "proxy" else "",
        }
        self.children.append(
            child.start(
                name,
                command,
                log=folder.log(name),
                environment=environment,
                keep_open=self.lock,
            )
        )

    def _proxy_answers(self) -> int | None:
        if readiness.answers(self.status_port, "/healthz") is None:
            return None
        return readiness.answers(self.proxy_port, host="localhost")

    def _wait(self, who: str, ask: Callable[[], int | None], seconds: float) -> None:
        """Wait until a process serves; say how long it takes where it takes long."""
        started = told = time.monotonic()
        while (status := ask()) != 200:
            now = time.monotonic()
            if self.stop.is_made:
                raise Stopped
            self._see_that_all_run()
            if now > started + seconds:
                said = "does not answer" if status is None else f"answers with status {status}"
                raise TheirError(
                    f"{who} {said} after {seconds:.0f} s. {self._end_of_log(self.children[-1])}"
                )
            if now > told + PROGRESS_SECONDS:
                told = now
                say(f"  waiting for {who}, {now - started:.0f} s ...")
            time.sleep(POLL_SECONDS)
        self._see_that_all_run()  # else it was another program that answered on the port
        say(f"  {who} answers after {time.monotonic() - started:.1f} s")

    def _see_that_all_run(self) -> None:
        for one in self.children:
            status = one.status
            if status is not None:
                raise TheirError(
                    f"the {one.name} ended with {ending(status)}. {self._end_of_log(one)}"
                )

    def _end_of_log(self, one: child.Child) -> str:
        return f"The end of {shown(one.log)}:\n{one.last_lines()}"


def run(options: Options) -> None:
    """Run the demo until it is stopped. Returns when everything has ended."""
    if options.plan is not None:
        check_plan(options.plan)
    stop = StopRequest()
    stop.listen()
    with options.folder.locked() as lock:
        say("Van Dam Plafonds, the demo. Ctrl-C stops it.")
        chosen = choose_ports(options.port)
        demo = Demo(options, *chosen, lock, stop)
        sign(lock, f"open {demo.address}")
        if options.reset:
            options.folder.clear()
            say("  all pages, users and leases of the last run are removed")
        try:
            options.folder.make_secret()
            with contextlib.suppress(Stopped):
                with ports.hold(chosen):
                    demo.start_site()
                    demo.start_proxy()
                say_addresses(demo)
                demo.watch()
            say("\nstopping ...")
        finally:
            child.stop_all(demo.children)
    say("stopped")


def choose_ports(first: int) -> tuple[int, int, int]:
    """Give the ports of site, proxy and status page; say where one is not as wanted."""
    wanted = [first + step if first else 0 for step in range(3)]
    given = ports.choose(wanted)
    for port, other in zip(wanted, given, strict=True):
        if port not in (0, other):
            say(f"  port {port} is taken; {other} is used instead")
    proxy, site, status = given
    return site, proxy, status


def check_plan(path: Path) -> None:
    """Refuse a Plan that would make a demo without numbers of one's own."""
    if planfile.load(path).site_for("localhost") is None:
        raise ConfigError(
            f"{path}: no site of this Plan answers to «localhost», where the demo opens; "
            'add it: hosts = [..., "localhost"]'
        )


def say_addresses(demo: Demo) -> None:
    """Tell what can be opened."""
    folder = demo.options.folder
    say(f"\nopen {demo.address}\n")
    say("  The phone numbers you see are yours alone: open a private window to see other numbers.")
    if demo.options.plan is None:
        say(f"  an advertisement {demo.address}?gclid=demo")
        say(f"  the newsletter   {demo.address}?utm_source=nieuwsbrief&utm_medium=email")
        say(f"  by the snippet   http://localhost:{demo.site_port}/actie/  (no proxy before it)")
        say('  call a number    make call TO="020 019 94 17" (one that you see; nothing rings)')
    say(f"  who holds what   http://127.0.0.1:{demo.status_port}/")
    say(f"  Wagtail admin    {demo.address}cms/  (name: demo, password: {folder.password()})")
    say(f"  without proxy    http://127.0.0.1:{demo.site_port}/")
    say(f"  logs             {shown(folder.log('site'))}, {shown(folder.log('proxy'))}")
    say("\nCtrl-C stops it.")


def shown(path: Path) -> str:
    """Write a path as a person would type it here."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def ending(status: int) -> str:
    """Say how a process ended."""
    return f"signal {-status}" if status < 0 else f"status {status}"


def say(sentence: str) -> None:
    """Print a line at once. Nobody there to read it (`| head`) is no reason to stop serving."""
    try:
        print(sentence, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
