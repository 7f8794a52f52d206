"""A firm with vestigingen and placeholders, and a small tree of pages."""

from typing import cast

import pytest
from wagtail.models import Page, Site

from demo.models import TextPage
from tests.wagtail_calltrack.firm import make_firm


@pytest.fixture
def firm(db: None) -> None:
    make_firm()


@pytest.fixture
def home(db: None) -> Page:
    return Site.objects.get().root_page


@pytest.fixture
def area(home: Page) -> TextPage:
    """A page with one below it."""
    page = home.add_child(instance=TextPage(title="Rotterdam", slug="rotterdam"))
    page.add_child(instance=TextPage(title="Plafonds", slug="plafonds"))
    return cast(TextPage, page)


@pytest.fixture
def below(area: TextPage) -> TextPage:
    return cast(TextPage, area.get_children().get().specific)
