"""How long it takes from an editor's save until the proxy's pages show it.

The demo with its proxy, as `make demo` starts it, each a program of its own. The newsletter's form
is saved in Wagtail's admin, over HTTP and with all its fields, with another number for Amsterdam
each time; then new visitors of the newsletter come to the proxy one after another until one sees
it. The clock starts when the save has been answered. A save comes at any moment between two polls.

Checked: each page shows one number of the newsletter, the one before or the new one, and once the
new one was seen never again the one before.

There is no peer: nothing else here takes a setting from Wagtail to a proxy. What a poll can reach
at best is printed beside it: half its interval at the median, and all of it at worst.
"""

import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from lxml import html

from calltrack.link.pace import EVERY
from calltrack.numbers import PhoneNumber, national_text
from demo.folder import Folder
from tests.bench.report import ChildError, check, progress, table
from tests.demo.running import running
from tests.demo.visiting import Answer, Visitor

SAVES = 20
GOAL_SECONDS = 5.0
PATIENCE_SECONDS = 30.0
LOOK_SECONDS = 0.02
AFTERWARDS = 5
"""Visitors after the first who sees it."""

NUMBERS = ("+31200199711", "+31200199701")  # the newsletter's, and one that lies in stock
CAMPAIGNS, NAME = "/cms/calltrack_campaigns/", "Newsletter"
PAGE = "/contact/?utm_source=nieuwsbrief&utm_medium=email"
BROWSER = {
    "User_Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Accept": "text/html",
}


@dataclass(frozen=True, slots=True)
class Save:
    """One save: how long it took, and how long the pages took after it."""

    seconds: float
    live_seconds: float


@dataclass(frozen=True, slots=True)
class Demo:
    """Where the site answers, with its proxy and without."""

    proxy: str
    site: str
    password: str

    def shown(self) -> str:
        """Come as a new visitor of the newsletter; give the number that Amsterdam has."""
        page = Visitor(self.proxy).get(PAGE, **BROWSER).text
        found = [number for number in NUMBERS if f'"tel:{number}"' in page]
        check(len(found) == 1, f"live: a page with {len(found)} of the newsletter's numbers")
        return found[0]


class Editor:
    """Somebody logged in, who knows the newsletter's form."""

    def __init__(self, found: Demo) -> None:
        self._visitor = let_in(found)
        listing = html.document_fromstring(self._visitor.get(CAMPAIGNS).body)
        (self._form,) = {
            str(one.get("href")) for one in listing.iter("a") if one.text_content().strip() == NAME
        }

    def ready(self, number: str) -> Callable[[], Answer]:
        """Fill the form in with this number for Amsterdam; give what sends it."""
        page = html.document_fromstring(self._visitor.get(self._form).body)
        form = next(one for one in page.forms if "name" in one.fields and "method" in one.fields)
        wanted = national_text(PhoneNumber(number))
        (chosen,) = {
            (str(select.get("name")), str(option.get("value")))
            for select in form.iter("select")
            if "Amsterdam" in str(select.get("aria-label"))
            for option in select.iter("option")
            if option.text_content().strip() == wanted
        }
        fields = {str(name): str(value) for name, value in form.form_values()}
        return lambda: post(self._visitor, self._form, {**fields, chosen[0]: chosen[1]})


def let_in(found: Demo) -> Visitor:
    """Log in to the demo's Wagtail."""
    visitor = Visitor(found.site.rstrip("/"))
    visitor.get("/cms/login/")
    entered = post(visitor, "/cms/login/", {"username": "demo", "password": found.password})
    check(entered.status == 302, "the editor is not let in")
    return visitor


def post(visitor: Visitor, path: str, fields: dict[str, str]) -> Answer:
    """Send a form of Wagtail's."""
    sent = {**fields, "csrfmiddlewaretoken": visitor.cookies["csrftoken"]}
    origin = f"http://localhost:{urlsplit(visitor.site).port}"
    return visitor.post(path, sent, Origin=origin)


def run(*, quick: bool) -> None:
    """Measure and print."""
    with TemporaryDirectory() as folder, demo(Path(folder)) as found:
        editor = Editor(found)
        saves = list(_measured(found, editor, 2 if quick else SAVES))
    print(f"From a save to the proxy's pages; the proxy polls every {EVERY.total_seconds():g} s\n")
    head = ("saves", "save ms", "median s", "worst s", "goal s", "at best: median s", "worst s")
    table(head, [row(saves)], texts=0)


def row(saves: Sequence[Save]) -> list[str]:
    """Write what was measured."""
    live = [one.live_seconds for one in saves]
    every = EVERY.total_seconds()
    return [
        str(len(saves)),
        f"{statistics.median(one.seconds for one in saves) * 1000:.0f}",
        *(f"{one:.2f}" for one in (statistics.median(live), max(live))),
        f"{GOAL_SECONDS:g}",
        *(f"{one:g}" for one in (every / 2, every)),
    ]


@contextmanager
def demo(folder: Path, part: str = "live") -> Iterator[Demo]:
    """Run the demo until the block ends."""
    progress(f"{part}: the demo starts")
    with running(Folder(folder), "--port", "0") as process:
        try:
            process.read_until("Ctrl-C stops it.")
        except AssertionError as error:
            raise ChildError(str(error)) from error
        (site,) = (line.split()[-1] for line in process.said if "without proxy" in line)
        yield Demo(process.address, site, Folder(folder).password())
        process.end()


def _measured(found: Demo, editor: Editor, count: int) -> Iterator[Save]:
    chance = random.Random("live")  # noqa: S311 - the same moments every time
    for at in range(count):
        progress(f"live: save {at + 1} of {count}")
        before, new = found.shown(), NUMBERS[(at + 1) % 2]
        check(before != new, f"live: the number is {new} before it is saved")
        time.sleep(chance.uniform(0, EVERY.total_seconds()))  # any moment between two polls
        yield _save(found, editor, new)
    progress("")


def _save(found: Demo, editor: Editor, new: str) -> Save:
    send = editor.ready(new)
    begun = time.monotonic()
    check(send().status == 302, "live: the campaign was not saved")
    saved = time.monotonic()
    while found.shown() != new:
        late = time.monotonic() - saved > PATIENCE_SECONDS
        check(not late, f"live: no page shows it after {PATIENCE_SECONDS:g} s")
        time.sleep(LOOK_SECONDS)
    live = time.monotonic()
    check(all(found.shown() == new for _ in range(AFTERWARDS)), "live: the old number came back")
    return Save(saved - begun, live - saved)
