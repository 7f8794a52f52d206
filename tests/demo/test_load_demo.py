"""`load_demo`: an empty Wagtail becomes the demo; a second run keeps what editors did."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from wagtail.models import Page, Site

from demo import content
from demo.models import BlogPostPage, ContactPage, HomePage, VestigingPage

pytestmark = pytest.mark.django_db


def test_all_pages_are_published_with_a_first_revision() -> None:
    call_command("load_demo", verbosity=0)

    pages = Page.objects.exclude(depth=1)
    assert pages.count() == len(content.FILES)
    assert all(page.live and page.latest_revision for page in pages)
    assert Site.objects.get().root_page.specific == HomePage.objects.get()
    assert BlogPostPage.objects.count() == 5
    assert ContactPage.objects.get().form_fields.count() == 5
    assert not any(Page.find_problems())


def test_the_vestigingen_have_the_numbers_that_the_plan_replaces() -> None:
    call_command("load_demo", verbosity=0)

    phones = {page.slug: page.phone for page in VestigingPage.objects.all()}
    assert phones == {
        "amsterdam": "+31200199100",
        "rotterdam": "+31100199200",
        "utrecht": "+31300199300",
    }


def test_a_second_run_keeps_what_editors_changed() -> None:
    call_command("load_demo", verbosity=0)
    home = HomePage.objects.get()
    home.tagline = "Wij maken alles nieuw"
    home.save()
    VestigingPage.objects.get(slug="utrecht").delete()

    call_command("load_demo", verbosity=0)

    assert HomePage.objects.get().tagline == "Wij maken alles nieuw"
    assert not VestigingPage.objects.filter(slug="utrecht").exists()


def test_reset_brings_the_pages_back_as_they_were() -> None:
    call_command("load_demo", verbosity=0)
    VestigingPage.objects.get(slug="utrecht").delete()

    call_command("load_demo", reset=True, verbosity=0)

    assert VestigingPage.objects.filter(slug="utrecht").exists()
    assert Page.objects.exclude(depth=1).count() == len(content.FILES)
    assert Site.objects.get().root_page.specific == HomePage.objects.get()


def test_the_password_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    file = tmp_path / "login"
    call_command("load_demo", password_file=file, verbosity=0)
    first = file.read_text().strip()

    call_command("load_demo", password_file=file, verbosity=0)

    assert file.read_text().strip() == first
    assert file.stat().st_mode & 0o777 == 0o600
    user = User.objects.get(username="demo")
    assert user.is_superuser
    assert user.check_password(first)


def test_a_lost_password_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "login"
    call_command("load_demo", password_file=file, verbosity=0)
    lost = file.read_text().strip()
    file.unlink()

    call_command("load_demo", password_file=file, verbosity=0)

    assert file.read_text().strip() != lost
    assert User.objects.get(username="demo").check_password(file.read_text().strip())


def test_without_a_password_file_nobody_can_log_in() -> None:
    call_command("load_demo", verbosity=0)

    assert not User.objects.exists()
