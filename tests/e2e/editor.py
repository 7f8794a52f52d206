"""An editor's day at a running demo: the steps a person takes, by the words on the screen.

- `stage`: the demo with its proxy as a process, and who comes to it
- `Editor`: somebody logged in; each step ends when the screen says that it is done
- `Guest`: a visitor in a private window, who comes back as the same one

Rule 1: a step waits for what a person would see, and never for a time.
Rule 2: the admin is served with a policy that forbids inline scripts, but for those of Wagtail's own
widgets; each error of a script and each refusal of the policy is noted in `problems`, and fails the
test that had it (`no_problems`).
"""

import base64
import hashlib
import json
import re
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    FrameLocator,
    Locator,
    Page,
    Route,
    expect,
)

from demo.folder import Folder
from tests.demo.running import running
from tests.e2e.edges import FIREFOX
from tests.e2e.reading import link_numbers, text_numbers

PATIENCE_MS = 60_000
"""Of a screen, on a machine that others use, too."""
LIVE_MS = 30_000
"""From a save to the proxy's pages, at the most. The goal is five: `make bench`."""
LOOK_MS = 250

POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src * data:; script-src 'self'"
WAGTAIL_S = re.compile(
    rb"<script>(\s*(?:init(?:Date|Time|DateTime)Chooser\("
    rb"|\(function\(\) \{\s+var panel = new InlinePanel\().*?)</script>",
    re.DOTALL,
)
"""Dates, times and rows in a form: Wagtail 7.4 writes their scripts into the page."""
IS_SANDBOXED = "because the document's frame is sandboxed"


@dataclass
class Stage:
    """A demo that runs. `problems`: what browsers complained of."""

    browser: Browser
    address: str
    status_url: str
    password: str
    problems: list[str] = field(default_factory=list)

    @contextmanager
    def guest(self) -> Iterator["Guest"]:
        """Open a private window: headless Chromium names itself, and would count as a bot."""
        context = self.browser.new_context(base_url=self.address, user_agent=FIREFOX)
        try:
            yield Guest(self._page(context))
        finally:
            context.close()

    @contextmanager
    def editor(self) -> Iterator["Editor"]:
        """Log in through the proxy."""
        context = self.browser.new_context(base_url=self.address)
        context.route("**/cms/**", _strictly)
        try:
            editor = Editor(self._page(context))
            editor.log_in(self.password)
            yield editor
        finally:
            context.unroute_all(behavior="ignoreErrors")
            context.close()

    def shows(self, path: str, numbers: Sequence[str]) -> None:
        """Send one new visitor after another until a page shows one of these.

        Who has a number keeps it, whatever an editor changes.
        """

        def sees() -> bool:
            with self.guest() as guest:
                return not guest.numbers(path).isdisjoint(numbers)

        with self.guest() as watch:
            until(
                watch.page, sees, f"{path} never showed a new visitor any of {numbers}", every=1000
            )

    def leased(self) -> set[str]:
        """Ask the proxy which numbers somebody holds: the status page knows at once."""
        with urllib.request.urlopen(f"{self.status_url}status.json") as answer:  # noqa: S310 - ours
            return {lease["number"] for lease in json.load(answer)["leases"]}

    def _page(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        page.on("console", self._note)
        return page

    def _note(self, message: ConsoleMessage) -> None:
        # A preview shows the page of the site without its scripts: that is what it is for.
        if message.type == "error" and IS_SANDBOXED not in message.text:
            self.problems.append(f"{message.location.get('url')}: {message.text}")


@contextmanager
def stage(browser: Browser, folder: Path) -> Iterator[Stage]:
    """Run the demo until the block ends."""
    expect.set_options(timeout=PATIENCE_MS)
    with running(Folder(folder), "--port", "0") as demo:
        demo.read_until("Ctrl-C stops it.")
        (status_url,) = (line.split()[-1] for line in demo.said if "who holds what" in line)
        address = demo.address.rstrip("/")
        yield Stage(browser, address, status_url, Folder(folder).password())
        assert demo.end() == 0


def _strictly(route: Route) -> None:
    """Send a page of the admin with the policy; one of the site, in a preview, has its own."""
    is_upload = route.request.method == "POST" and "/import/" in route.request.url
    if route.request.resource_type != "document" or is_upload:  # a file would be lost here
        route.continue_()
        return
    answer = route.fetch(max_redirects=0)
    digests = (hashlib.sha256(one).digest() for one in WAGTAIL_S.findall(answer.body()))
    allowed = "".join(f" 'sha256-{base64.b64encode(one).decode()}'" for one in digests)
    policy = answer.headers.get("content-security-policy", POLICY + allowed)
    route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": policy})


def until(page: Page, is_so: Callable[[], bool], complaint: str, every: int = LOOK_MS) -> None:
    """Look again and again: of what a proxy shows next, nobody tells a browser."""
    for _ in range(LIVE_MS // every):
        if is_so():
            return
        page.wait_for_timeout(every)  # between two looks; there is a last one
    raise AssertionError(complaint)


class Guest:
    """A visitor of the site, always the same."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def numbers(self, path: str) -> set[str]:
        """Open a page; say which numbers stand in it, to read and to dial."""
        self.page.goto(path)
        body = self.page.content().encode()
        return {*link_numbers(body), *text_numbers(body)}

    def waits_for(self, path: str, numbers: Sequence[str]) -> str:
        """Come back until the page shows one of these; give it."""
        found: set[str] = set()

        def sees() -> bool:
            found.update(self.numbers(path) & set(numbers))
            return bool(found)

        until(self.page, sees, f"{path} never showed any of {numbers}")
        (number,) = found
        return number


class Editor:
    """Somebody who edits the site, and does what the screens say."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def log_in(self, password: str) -> None:
        self.page.goto("/cms/")
        self.page.fill("input[name=username]", "demo")  # this one screen is in the site's language
        self.page.fill("input[name=password]", password)
        self.page.click("button[type=submit]")
        expect(self.page.get_by_role("button", name="Call tracking")).to_be_visible()

    def opens(self, screen: str) -> None:
        """Open a screen of call tracking by the menu."""
        sidebar = self.page.locator("#wagtail-sidebar")
        menu = sidebar.get_by_role("button", name="Call tracking")
        if menu.get_attribute("aria-expanded") != "true":
            menu.click()
        sidebar.get_by_role("link", name=screen, exact=True).click()
        expect(self.page.get_by_role("heading", level=1, name=screen)).to_be_visible()

    def adds(self, screen: str, button: str, filled: dict[str, str], **chosen: str) -> None:
        """Fill a form in, by its labels, and save it. `chosen`: what is picked from a list."""
        self.opens(screen)
        self.page.get_by_role("link", name=button, exact=True).click()
        self.fills(filled, **chosen)
        self.saves("Create")

    def fills(self, filled: dict[str, str], **chosen: str) -> None:
        for label, text in filled.items():
            self.field(label).fill(text)
        for name, option in chosen.items():
            self.field(name.capitalize()).select_option(label=option)

    def field(self, label: str) -> Locator:
        """Find a field of the form by its label."""
        found = self.page.get_by_role("textbox", name=label)
        choice = self.page.get_by_role("combobox", name=label)
        return self.page.locator("main form").get_by_label(label).and_(found.or_(choice)).first

    def saves(self, button: str) -> None:
        self.page.get_by_role("button", name=button, exact=True).click()
        self.is_told_it_went_well()

    def is_told_it_went_well(self) -> None:
        expect(self.page.locator(".messages .success").first).to_be_visible()

    def limits(self, campaign: str, vestigingen: Sequence[str]) -> None:
        """Let a campaign speak for some vestigingen alone."""
        self.opens("Campaigns")
        self.page.get_by_role("link", name=campaign, exact=True).click()
        self.ticks(*vestigingen)
        self.saves("Save")

    def ticks(self, *labels: str) -> None:
        for label in labels:
            self.page.get_by_role("checkbox", name=label, exact=True).check()

    def imports_numbers(self, file: Path, promise: str) -> None:
        """Import a list of numbers, after reading what it would do."""
        self.opens("Numbers")
        self.page.get_by_role("link", name="Import").click()
        self.page.get_by_label("File").set_input_files(file)
        self.page.get_by_role("button", name="Show what would happen").click()
        expect(self.page.locator(".ct-sum")).to_contain_text(promise)
        self.saves("Import all of it")

    def begins_campaign(self, name: str, key: str, tag: str) -> None:
        """Fill the form in for a dynamic campaign with one rule; it is not saved."""
        self.opens("Campaigns")
        self.page.get_by_role("link", name="Add campaign", exact=True).click()
        self.fills({"Name": name, "Key": key})
        self.page.get_by_role("button", name="Add Rule").click()
        self.page.get_by_label("Campaign tag").fill(tag)
        self.field("Method").select_option(index=1)
        self.field("When no number is free").select_option(index=1)

    def tests_arrival(self, url: str) -> Locator:
        """Ask the test box of the form; give its answer."""
        self.page.get_by_label("Address of the page").fill(url)
        self.page.get_by_role("button", name="Test", exact=True).click()
        answer = self.page.locator("[data-calltrack-trial-answer]")
        expect(answer.get_by_role("heading").first).to_be_visible()
        return answer

    def row(self, name: str) -> Locator:
        """Find a row of a listing by the link in it."""
        link = self.page.get_by_role("link", name=name, exact=True)
        return self.page.locator("main tbody tr").filter(has=link)

    def names(self) -> list[str]:
        """Give the names in the list of campaigns, from above."""
        return self.page.locator("main tbody tr td .title-wrapper").all_inner_texts()

    def moves_up(self, name: str, rows: int) -> None:
        """Move a campaign by the keyboard."""
        handle = self.row(name).get_by_role("button", name="Drag")
        handle.focus()
        for _ in range(rows):
            handle.press("ArrowUp")
        with self.page.expect_response(lambda one: "/reorder/" in one.url) as answer:
            handle.press("Enter")
        assert answer.value.ok

    def drags(self, name: str, above: str) -> None:
        """Drag a campaign with the mouse."""
        handle = self.row(name).get_by_role("button", name="Drag")
        with self.page.expect_response(lambda one: "/reorder/" in one.url) as answer:
            handle.drag_to(self.row(above), target_position={"x": 30, "y": 2})
        assert answer.value.ok

    def opens_page(self, title: str) -> None:
        """Open a page's editor, found by Wagtail's search."""
        self.page.goto("/cms/pages/search/?q=" + title)
        self.page.get_by_role("link", name=title, exact=True).first.click()
        expect(self.page.get_by_role("button", name="Save draft")).to_be_visible()

    def text(self) -> Locator:
        """Find the introduction of a page, where one types."""
        field = self.page.locator(
            "#panel-child-content-intro-content .public-DraftEditor-content"
        ).first
        expect(field).to_be_visible()
        return field

    def types(self, text: str) -> None:
        """Write the introduction anew; the cursor stays at its end."""
        self.text().click()
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.type(text)
        self._is_kept(re.escape(text.strip()))

    def inserts_number(self, placeholder: str, *, for_last: str) -> None:
        """Put a tracked number in the place of the last word, by the toolbar's modal."""
        for _ in for_last:
            self.page.keyboard.press("Shift+ArrowLeft")
        self.page.locator("button[name=CALLTRACK_NUMBER]").first.click()
        modal = self.page.locator(".modal-body form")
        modal.get_by_label("Placeholder").select_option(label=placeholder)
        modal.get_by_role("button", name="Insert number").click()
        expect(modal).to_have_count(0)
        self._is_kept("CALLTRACK_NUMBER")

    def _is_kept(self, pattern: str) -> None:
        """Wait until the form has what was typed: the editor hands it over after a moment."""
        expect(self.page.locator("input[name=intro]")).to_have_value(re.compile(pattern))

    def saves_draft(self) -> None:
        self.page.get_by_role("button", name="Save draft").click()

    def publishes(self) -> None:
        self.page.locator("footer [data-w-dropdown-target=toggle]").click()
        self.page.get_by_role("button", name="Publish").click()
        self.is_told_it_went_well()

    def previews(self, campaign: str) -> FrameLocator:
        """Look at the page that is open as a visitor of a campaign does; give the page shown."""
        self.page.get_by_role("navigation", name="Actions").get_by_role("button").first.click()
        self.page.get_by_role("link", name="Preview as a visitor").click()
        self.page.get_by_label("Campaign", exact=True).select_option(label=campaign)
        self.page.get_by_role("button", name="Show the page").click()
        return self.page.frame_locator("iframe.calltrack-visitor__page")

    def live_numbers(self) -> list[str]:
        """Read the live list as it is now."""
        return self.page.locator("[data-rows] tr > th").all_inner_texts()


def no_problems(stage: Stage, but: str = "") -> None:
    """Say that no browser complained since this was asked last, but of what is named."""
    found = [one for one in stage.problems if not but or but not in one]
    stage.problems.clear()
    assert found == []
