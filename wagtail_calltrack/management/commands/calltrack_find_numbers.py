"""Look for phone numbers that were typed into content by hand."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from wagtail_calltrack.guard.findings import Sought
from wagtail_calltrack.guard.look import begin, take_slice
from wagtail_calltrack.models import ContentFinding
from wagtail_calltrack.models.finding import FORWARDING, TRACKING


class Command(BaseCommand):
    """Look at all content; ends with 1 when a tracking number stands there."""

    help = "Looks for tracking numbers, and forwarding numbers without a placeholder, in content."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the switch."""
        parser.add_argument("--list", action="store_true", help="write a line for each number")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do so."""
        sought = Sought()
        look = begin(sought, now=timezone.now())
        while take_slice(look, sought, now=timezone.now()):
            if options["verbosity"] > 0:
                self.stderr.write(f"{look.done} of {look.total} rows looked at")
        rows = ContentFinding.objects.order_by("-kind", "content_type", "object_id", "pk")
        if options["list"]:
            for row in rows.select_related("content_type").iterator():
                where = f"{row.content_type.app_label}.{row.content_type.model} {row.object_id}"
                told = (row.kind, row.number, row.stage, where, row.title, row.field)
                self.stdout.write("\t".join(told))
        bad = rows.filter(kind=TRACKING).count()
        hints = rows.filter(kind=FORWARDING).count()
        self.stdout.write(
            f"{look.done} rows: {bad} tracking numbers, {hints} forwarding numbers without a "
            "placeholder."
        )
        if bad:
            raise CommandError("Tracking numbers stand in content.", returncode=1)
