"""Rows of a firm at work in a demo's folder: a category, spend, and somebody who sees no callers.

python -m tests.e2e.office [--month]

Run as a process of its own: the demo's database is no database of the tests.
"""

import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

from tests.demo_site import environment
from tests.e2e.edges import ROOT

CATEGORY = "=2+2 New ceiling"
"""As somebody writes it who wants a spreadsheet to reckon."""
COLLEAGUE, PASSWORD = "colleague", "sees-no-callers"
SPEND = Decimal("90.00")
MONTH = {"days": 5, "visits_per_day": 40}


def furnish(folder: Path, *options: str) -> None:
    """Write the rows into a folder in which no demo runs."""
    subprocess.run(
        [sys.executable, "-m", "tests.e2e.office", *options],
        cwd=ROOT,
        env={**os.environ, **environment(folder)},
        check=True,
    )


def main(options: list[str]) -> None:
    """Write them."""
    import django  # noqa: PLC0415 - Django is set up here, and not where the tests import this

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    hire()
    if "--month" in options:
        call_command("load_month", **MONTH)
    else:
        run_up(timezone.localdate())


def run_up(today: date) -> None:
    """Spend on the ads, and name what calls are about."""
    from wagtail_calltrack.models import Campaign, Category, SpendEntry  # noqa: PLC0415

    Category.objects.create(name=CATEGORY)
    ads = Campaign.objects.get(key="google-ads")
    SpendEntry.objects.create(campaign=ads, starts_on=today, ends_on=today, amount=SPEND)


def hire() -> None:
    """Let somebody look at calls and leads, who may not see whose they are."""
    from django.contrib.auth.models import Permission, User  # noqa: PLC0415
    from wagtail.users.models import UserProfile  # noqa: PLC0415

    user = User.objects.create_user(COLLEAGUE, password=PASSWORD)
    codes = ("access_admin", "view_call", "change_call", "view_lead", "change_lead")
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    UserProfile.objects.create(user=user, preferred_language="en")


if __name__ == "__main__":
    main(sys.argv[1:])
