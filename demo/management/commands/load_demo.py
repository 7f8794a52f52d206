"""Fill an empty Wagtail with the demo's pages and its Plan, and let editor and proxy in.

A second run changes nothing: what editors did stays. `--reset` takes the pages away first.
"""

import json
import re
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

from calltrack import planfile
from demo import content
from demo.models import ContactPage, HomePage
from wagtail_calltrack.models import EdgeToken, Organisation, Placeholder, Section, Vestiging
from wagtail_calltrack.plan_in import fill as fill_plan

USER = "demo"
EDGE = "the demo's proxy"
PLAN = Path(content.__file__).parents[1] / "plan.toml"


class Command(BaseCommand):
    """`python -m django load_demo [--reset] [--password-file PATH] [--token-file PATH]`."""

    help = "Load the pages and the Plan of the demo. A second run keeps what editors changed."

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
        parser.add_argument(
            "--token-file",
            type=Path,
            metavar="PATH",
            help="make a token with which the proxy asks for the Plan, kept in this file",
        )

    @transaction.atomic
    def handle(
        self, *, reset: bool, password_file: Path | None, token_file: Path | None, **_: object
    ) -> None:
        """Load what is missing, all or nothing."""
        if reset:
            remove_pages()
        made: dict[str, Page] = {}
        if HomePage.objects.exists():
            self.stdout.write("The demo's pages are there; they stay as they are.")
        else:
            made = make_pages()
            self.stdout.write(f"Loaded {len(content.FILES)} pages.")
        if not Organisation.objects.exists():
            fill_plan(planfile.load(PLAN))
            self.stdout.write("Loaded the Plan.")
        if made:
            fill_pages(made)
        if password_file:
            see_to_login(password_file)
        if token_file:
            see_to_token(token_file)


def make_pages() -> dict[str, Page]:
    """Make all pages, still without their bodies, and the front page the site's."""
    made: dict[str, Page] = {}
    for text in content.pages():
        page = new_page(text)
        if home := made.get("home"):
            parent = made[text.parent] if text.parent else home
        else:
            parent = empty_root()
        parent.add_child(instance=page)
        made["home" if home is None else page.slug] = page
    front = {"hostname": "localhost", "site_name": "Van Dam Plafonds", "root_page": made["home"]}
    Site.objects.update_or_create(is_default_site=True, defaults=front)
    return made


def remove_pages() -> None:
    """Take the demo's pages away. The site stays: call tracking knows it."""
    Section.objects.all().delete()
    Site.objects.filter(root_page__in=HomePage.objects.all()).update(
        root_page=Page.get_first_root_node()
    )
    for home in HomePage.objects.all():
        home.delete()


def fill_pages(made: dict[str, Page]) -> None:
    """Give the pages their bodies, and each vestiging the section of its page."""
    references = References(made)
    for page, text in zip(made.values(), content.pages(), strict=True):
        fill(page, text, references)
    for vestiging in Vestiging.objects.filter(key__in=made):
        Section.objects.create(page=made[vestiging.key].pk, vestiging=vestiging)


def new_page(text: content.PageText) -> Page:
    """Make a page without its body: that may point at pages which are not there yet."""
    model: Any = apps.get_model("demo", text.type)
    return model(**text.fields)


def fill(page: Page, text: content.PageText, references: "References") -> None:
    """Give a page its body and form, and publish it: the history starts with what was loaded."""
    if text.body:
        page.body = json.dumps([references.block(each) for each in text.body])
    if isinstance(page, ContactPage):
        for order, field in enumerate(text.form_fields):
            page.form_fields.add(page.form_fields.model(sort_order=order, **field))
    page.save()
    page.save_revision().publish()


class References:
    """Puts ids in the place of the names that a text has for pages, placeholders, vestigingen."""

    def __init__(self, made: dict[str, Page]) -> None:
        """Take the pages by their slugs."""
        self._pages = {slug: page.pk for slug, page in made.items()}
        self._placeholders = dict(Placeholder.objects.values_list("key", "pk"))
        self._vestigingen = dict(Vestiging.objects.values_list("key", "pk"))

    def block(self, found: dict[str, Any]) -> dict[str, Any]:
        """Give a block as Wagtail keeps it."""
        kind, value = found["type"], found["value"]
        if kind == "call":
            value = {**value, "vestiging": self._pages[value["vestiging"]]}
        elif kind == "number":
            value = {
                **value,
                "placeholder": self._placeholders.get(value.get("placeholder")),
                "vestiging": self._vestigingen.get(value.get("vestiging")),
            }
        elif kind == "paragraph":
            value = _EMBED.sub(lambda tag: _NAME.sub(self._id, tag[0]), value)
        return {"type": kind, "value": value}

    def _id(self, found: re.Match[str]) -> str:
        ids = self._placeholders if found["name"] == "id" else self._vestigingen
        return f'{found["name"]}="{ids.get(found["key"], "")}"'


_EMBED = re.compile(r'<embed embedtype="calltrack-number"[^>]*>')
_NAME = re.compile(r'\b(?P<name>id|vestiging)="(?P<key>[^"]*)"')


def empty_root() -> Page:
    """Give the root of the tree, without the welcome page of a new Wagtail."""
    root = Page.get_first_root_node()
    for page in root.get_children().filter(slug="home", content_type__model="page"):
        page.delete()
    return Page.get_first_root_node()


def see_to_login(password_file: Path) -> None:
    """Make the superuser, or give it a new password where the file with the old one is lost."""
    person = {"first_name": "Demo", "last_name": "van Dam", "email": "demo@vandamplafonds.example"}
    user, is_new = User.objects.get_or_create(
        username=USER, defaults={"is_staff": True, "is_superuser": True, **person}
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


def see_to_token(token_file: Path) -> None:
    """Make the proxy's token, unless the one in the file is still good."""
    row = EdgeToken.objects.filter(name=EDGE, is_revoked=False).first()
    if row and token_file.exists() and row.opens_with(token_file.read_text("ascii").strip()):
        return
    row = row or EdgeToken(name=EDGE)
    token_file.touch(mode=0o600)
    token_file.write_text(row.issue() + "\n", encoding="ascii")
    row.save()
