"""An editor's day: the steps a person takes in the admin, by the words on the screen.

Each step waits for what a person would see, never for a time, and ends when it is there.
"""

import re
from pathlib import Path

from playwright.sync_api import FrameLocator, Locator, Page, expect


class Editor:
    """Somebody who edits the site, and does what the screens say."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def log_in(self, password: str, name: str = "demo") -> None:
        self.page.goto("/cms/")
        self.page.fill("input[name=username]", name)  # this one screen is in the site's language
        self.page.fill("input[name=password]", password)
        self.page.click("button[type=submit]")
        menu = self.page.get_by_role("button", name=re.compile("^Call"))
        expect(menu.first).to_be_visible()

    def opens(self, screen: str, menu: str = "Call tracking") -> None:
        """Open a screen of the plugin by the menu."""
        sidebar = self.page.locator("#wagtail-sidebar")
        opener = sidebar.get_by_role("button", name=menu, exact=True)
        if opener.get_attribute("aria-expanded") != "true":
            opener.click()
        items = sidebar.get_by_role("list", name=menu, exact=True)
        items.get_by_role("link", name=screen, exact=True).click()
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
        self.adds_rule(tag)
        self.field("Method").select_option(index=1)
        self.field("When no number is free").select_option(index=1)

    def adds_rule(self, tag: str) -> None:
        """Give the campaign's form one more rule: a campaign tag."""
        self.page.get_by_role("button", name="Add Rule").click()
        self.page.get_by_label("Campaign tag").last.fill(tag)

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

    def live_numbers(self) -> set[str]:
        """Read the live list as it is now."""
        expect(self.page.locator("[data-heading]")).to_be_visible()
        rows = self.page.locator("[data-rows] tr").evaluate_all("rows => rows.map(row => row.id)")
        return {f"+{row.removeprefix('number-')}" for row in rows}

    def makes_off_site(self, name: str) -> Locator:
        """Go through the wizard; give the number that it shows."""
        self.opens("Campaigns")
        self.page.get_by_role("link", name="Add off-site campaign").click()
        self.field("Name").fill(name)
        self.page.get_by_role("button", name="Make it, and show its number").click()
        number = self.page.locator(".calltrack-number__large [data-calltrack-copy-text]")
        expect(number).to_be_visible()
        return number

    def opens_campaign(self, name: str) -> None:
        self.opens("Campaigns")
        self.page.get_by_role("link", name=name, exact=True).click()
        expect(self.page.get_by_role("button", name="Save", exact=True)).to_be_visible()
