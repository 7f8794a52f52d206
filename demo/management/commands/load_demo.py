"""Fill an empty Wagtail with the demo's pages, and see to it that somebody can log in.

A second run changes nothing: what editors did stays. `--reset` takes the pages away first.
"""

import json
import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand
from django.db import transaction
from wagtail.models import Page, Site
from wagtail.users.models import UserProfile

from demo import content
from demo.models import ContactPage, HomePage

USER = "demo"


class Command(BaseCommand):
    """`python -m django load_demo [--reset] [--password-file PATH]`."""

    help = "Load the pages of the demo site. A second run keeps what editors changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the options."""
        parser.add_argument(
            "--reset", action="store_true", help="remove the demo's pages, and load them anew"
        )
        parser.add_argument(
            "--password-file",
            type=Path,
            metavar="PATH",
            help=f"make the superuser «{USER}» with a random password, kept in this file",
        )

    @transaction.atomic
    def handle(self, *, reset: bool, password_file: Path | None, **_: object) -> None:
        """Load what is missing, all or nothing."""
        if reset:
            for home in HomePage.objects.all():
                home.delete()
        if HomePage.objects.exists():
            self.stdout.write("The demo's pages are there; they stay as they are.")
        else:
            load_pages()
            self.stdout.write(f"Loaded {len(content.FILES)} pages.")
        if password_file:
            see_to_login(password_file)


def load_pages() -> None:
    """Make all pages, and the front page the site's."""
    made: dict[str, Page] = {}
    texts = list(content.pages())
    for text in texts:
        page = new_page(text)
        if home := made.get("home"):
            parent = made[text.parent] if text.parent else home
        else:
            parent = empty_root()
        parent.add_child(instance=page)
        made["home" if home is None else page.slug] = page
    for page, text in zip(made.values(), texts, strict=True):
        fill(page, text, made)
    Site.objects.filter(is_default_site=True).delete()
    Site.objects.create(
        hostname="localhost",
        site_name="Van Dam Plafonds",
        root_page=made["home"],
        is_default_site=True,
    )


def new_page(text: content.PageText) -> Page:
    """Make a page without its body: that may point at pages which are not there yet."""
    model: Any = apps.get_model("demo", text.type)
    return model(**text.fields)


def fill(page: Page, text: content.PageText, made: dict[str, Page]) -> None:
    """Give a page its body and form, and publish it: the history starts with what was loaded."""
    if text.body:
        page.body = json.dumps([block(each, made) for each in text.body])
    if isinstance(page, ContactPage):
        for order, field in enumerate(text.form_fields):
            page.form_fields.add(page.form_fields.model(sort_order=order, **field))
    page.save()
    page.save_revision().publish()


def block(found: dict[str, Any], made: dict[str, Page]) -> dict[str, Any]:
    """Put page ids where the text names a vestiging."""
    value = found["value"]
    if found["type"] == "call":
        value = {**value, "vestiging": made[value["vestiging"]].pk}
    return {"type": found["type"], "value": value}


def empty_root() -> Page:
    """Give the root of the tree, without the welcome page of a new Wagtail."""
    root = Page.get_first_root_node()
    for page in root.get_children().filter(slug="home", content_type__model="page"):
        page.delete()
    return Page.get_first_root_node()


def see_to_login(password_file: Path) -> None:
    """Make the superuser, or give it a new password where the file with the old one is lost."""
    user, is_new = User.objects.get_or_create(
        username=USER, defaults={"is_staff": True, "is_superuser": True, "first_name": "Demo"}
    )
    if not is_new and password_file.exists():
        return
    password = secrets.token_urlsafe(9)
    password_file.touch(mode=0o600)
    password_file.write_text(password + "\n", encoding="ascii")
    user.set_password(password)
    user.save()
    profile = UserProfile.get_for_user(user)
    profile.preferred_language = "en"  # The site is Dutch; who tries the demo may not be.
    profile.save()
