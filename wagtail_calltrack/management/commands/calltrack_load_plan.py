"""Take a Plan file over into the database."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from calltrack.errors import ConfigError
from calltrack.planfile import load
from wagtail_calltrack.plan_in import fill


class Command(BaseCommand):
    """Read, check and write; all of it or nothing."""

    help = "Takes a Plan file (TOML or JSON) over into an empty call tracking database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the file."""
        parser.add_argument("file", help="the Plan: plan.toml")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do so."""
        try:
            fill(load(options["file"]))
        except ConfigError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("The Plan is in the database; edit it in Wagtail from now on.")
