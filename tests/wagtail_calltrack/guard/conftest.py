"""The firm of docs/plan.md, with a small site: its numbers are looked for in content."""

import pytest
from wagtail.models import Page, Site

from demo.models import HomePage
from tests.wagtail_calltrack.firm import make_firm


@pytest.fixture
def firm(db: None) -> None:
    make_firm()


@pytest.fixture
def number(firm: None) -> str:
    """Give a number of a pool, as an editor would write it."""
    return "020 765 43 01"


@pytest.fixture
def home(firm: None) -> HomePage:
    page = HomePage(title="Home", slug="home-of-guard", tagline="Plafonds", intro="<p>Welkom</p>")
    Page.objects.get(depth=1).add_child(instance=page)
    Site.objects.update(root_page=page)
    return page
