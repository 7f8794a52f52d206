"""Fill the demo with a month of visitors, calls, leads and spend, so that it opens on figures."""

from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from calltrack.calls import CallReport
from calltrack.errors import PlanError
from calltrack.leases import VestigingKey
from calltrack.plan import CampaignKey, Plan
from demo.month import worked
from demo.month.firm import OFF_SITE, Phones, Ring
from demo.month.played import played
from demo.month.told import tell
from demo.month.visits import happenings
from wagtail_calltrack.models import VisitorSession
from wagtail_calltrack.plan_out import published

PER_DAY = 95.0
LEAD = timedelta(hours=2)
"""It ends so long ago: none of its numbers is still held, for the proxy knows nothing of it."""


class Command(BaseCommand):
    """`python -m django load_month [--days N] [--visits-per-day N] [--seed N]`."""

    help = (
        "Play out a month of visitors and callers by the proxy's own code, and store what came of "
        "it. Where visitors are stored already, nothing is changed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the options."""
        add = parser.add_argument
        add("--days", type=int, default=30, metavar="N", help="how many days (default: 30)")
        add(
            "--visits-per-day",
            type=float,
            default=PER_DAY,
            metavar="N",
            help=f"how many visits on average (default: {PER_DAY:g})",
        )
        add("--seed", type=int, default=1, metavar="N", help="another one is another month")

    def handle(self, *, days: int, visits_per_day: float, seed: int, **_: Any) -> None:
        """Make the month."""
        if not 1 <= days <= 365 or not 1 <= visits_per_day <= 5000:
            raise CommandError("--days is 1 to 365, --visits-per-day 1 to 5,000")
        if VisitorSession.objects.exists():
            self.stdout.write("There are visitors already; nothing is changed.")
            return
        try:
            plan = published().plan
        except PlanError as error:
            raise CommandError(f"there is no Plan yet: {error}; run load_demo first") from error
        end = timezone.now().replace(microsecond=0) - LEAD
        start = (timezone.localtime(end) - timedelta(days=days)).replace(hour=0, minute=0, second=0)
        self._make(plan, start, end, visits_per_day, seed)

    def _make(self, plan: Plan, start: datetime, end: datetime, per_day: float, seed: int) -> None:
        zone = timezone.get_current_timezone()
        worked.set_rules()
        what = happenings(start, end, per_day=per_day, zone=zone, seed=seed)
        phones = Phones(zone, seed=seed, end=end)
        self.stdout.write(f"Playing out {(end - start).days} days ...")
        events, reports = played(plan, what, phones, lambda _at: None)
        reports += beside_the_site(plan, phones, start, end)
        tell(events, reports, self._progress())
        worked.spend(start.date(), timezone.localtime(end).date())
        worked.work(seed)
        visits = VisitorSession.objects.count()
        self.stdout.write(f"Stored {visits:,} visits and {len({r.call for r in reports}):,} calls.")

    def _progress(self) -> Callable[[str], None]:
        def say(sentence: str) -> None:
            if self.stdout.isatty():
                self.stdout.write(f"\r  {sentence:<40}", ending="")
                self.stdout.flush()

        return say


def beside_the_site(plan: Plan, phones: Phones, start: datetime, end: datetime) -> list[CallReport]:
    """Let people call who never saw the site: by the flyer, the radio, and to sell something."""
    found: list[CallReport] = []
    shown = [(number.e164, *_own(plan, pool)) for number, pool in plan.pool_of.items()]
    for day in range((end - start).days + 1):
        midnight = start + timedelta(days=day)
        for campaign, vestiging, per_day in OFF_SITE:
            number = plan.static_number(CampaignKey(campaign), VestigingKey(vestiging))
            if number is None:
                continue
            to = plan.vestigingen[VestigingKey(vestiging)].forwarding_number.e164
            for _ in range(phones.times(per_day, midnight - start)):
                ring = Ring(phones.moment(midnight), phones.stranger(), number.e164, vestiging, to)
                found += phones.take(ring)
        found += phones.sellers(midnight, shown)
    return found


def _own(plan: Plan, pool: str) -> tuple[str, str]:
    """Give the vestiging that a pool belongs to, and its own number."""
    row = next(row for row in plan.vestigingen.values() if row.pool == pool)
    return row.key, row.forwarding_number.e164
