"""`load_demo`: an empty Wagtail becomes the demo; a second run keeps what editors did."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from wagtail.models import Page, Site

from calltrack import planfile
from demo import content
from demo.management.commands.load_demo import PLAN
from demo.models import BlogPostPage, ContactPage, HomePage, VestigingPage
from wagtail_calltrack.models import Campaign, EdgeToken, Placeholder, Section, Vestiging
from wagtail_calltrack.plan_out import published

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
        "eindhoven": "+31400199900",
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
    assert not EdgeToken.objects.exists()


def test_the_plan_is_in_the_database_as_the_file_has_it() -> None:
    call_command("load_demo", verbosity=0)

    found, written = published().plan, planfile.load(PLAN)
    assert replace(found, serial=1) == replace(written, serial=1)
    assert len(found.vestigingen) == 4
    assert [one.off_site for one in found.campaigns].count(True) == 2


def test_pages_name_the_rows_of_the_plan() -> None:
    call_command("load_demo", verbosity=0)

    page = VestigingPage.objects.get(slug="eindhoven")
    eindhoven = Vestiging.objects.get(key="eindhoven")
    text, number = (
        next(b for b in page.body if b.block_type == t) for t in ("paragraph", "number")
    )
    assert f'vestiging="{eindhoven.pk}"' in text.value.source
    assert f'id="{Placeholder.objects.get(key="head-office").pk}"' in text.value.source
    assert number.value["vestiging"] == eindhoven
    assert Section.objects.get(page=page.pk).vestiging == eindhoven
    assert Section.objects.count() == 4


def test_what_editors_changed_in_the_plan_stays() -> None:
    call_command("load_demo", verbosity=0)
    Campaign.objects.filter(key="flyer").update(name="Folder")

    call_command("load_demo", verbosity=0)

    assert Campaign.objects.get(key="flyer").name == "Folder"


def test_the_proxys_token_is_made_once_and_again_where_it_is_lost(tmp_path: Path) -> None:
    file = tmp_path / "token"
    call_command("load_demo", token_file=file, verbosity=0)
    first = file.read_text().strip()
    call_command("load_demo", token_file=file, verbosity=0)
    assert file.read_text().strip() == first
    assert file.stat().st_mode & 0o777 == 0o600

    file.unlink()
    call_command("load_demo", token_file=file, verbosity=0)

    row = EdgeToken.objects.get()
    assert row.opens_with(file.read_text().strip())
    assert not row.opens_with(first)
