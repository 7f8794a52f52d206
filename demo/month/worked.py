"""What people of the firm did with the month: leads, categories, and amounts written down."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.contrib.auth.models import User
from django.utils import timezone

from demo.month.firm import ONCE, SPEND, weeks
from wagtail_calltrack.judging import put
from wagtail_calltrack.models import (
    BlockedCaller,
    Call,
    CallSettings,
    Campaign,
    Category,
    CategoryRule,
    Lead,
    LeadNote,
    SpendEntry,
    TargetRule,
    TrackingNumber,
)

CATEGORIES = (
    ("New ceiling", "A whole ceiling: ask for the size and the height."),
    ("Repair", "Cracks, leaks, loose plaster."),
    ("Existing customer", "Work that is under way, invoices."),
    ("No customer", "Suppliers, applicants, sellers."),
)
TALK_SECONDS, SHORT_SECONDS = 45, 5
ADS_SECONDS = 90
RENT = Decimal("1.10")

NAMES = (
    "Fam. de Wit",
    "J. Bakker",
    "Mw. Yilmaz",
    "P. van Loon",
    "S. Jansen",
    "Fam. Mulder",
    "R. Smit",
)
NOTES: Mapping[str, Sequence[str]] = {
    "open": (
        "Wants a quote for the living room, 34 m². Call back on Thursday.",
        "Crack along the beam; photographs are coming by mail.",
        "Quote sent.",
    ),
    "won": ("Accepted the quote; we begin in week 4.", "Two rooms, agreed on the phone."),
    "lost": ("Too far away for us.", "Found somebody cheaper.", "Does it himself after all."),
}
"""By what became of the lead."""


def set_rules() -> None:
    """Say which calls count; before there are any, so that nothing is reckoned twice."""
    CallSettings.objects.update_or_create(
        pk=1, defaults={"talk_seconds": TALK_SECONDS, "shortest_seconds": SHORT_SECONDS}
    )
    ads = Campaign.objects.filter(key="google-ads").first()
    if ads is not None:
        TargetRule.objects.get_or_create(
            campaign=ads, site=None, defaults={"talk_seconds": ADS_SECONDS}
        )
    made = {
        name: Category.objects.get_or_create(name=name, defaults={"note": note})[0]
        for name, note in CATEGORIES
    }
    CategoryRule.objects.get_or_create(category=made["New ceiling"], least_talk_seconds=420)
    BlockedCaller.objects.get_or_create(number="+31600000099", defaults={"note": "Sells energy."})
    TrackingNumber.objects.update(monthly_cost=RENT, carrier="Voorbeeld Telecom")


def spend(start: date, end: date) -> None:
    """Write down what the campaigns cost."""
    SpendEntry.objects.bulk_create(_entries(start, end), ignore_conflicts=True)


def _entries(start: date, end: date) -> Iterator[SpendEntry]:
    campaigns = {row.key: row for row in Campaign.objects.all()}
    for first, last, share in weeks(start, end):
        for key, keyword, euros in SPEND:
            if key in campaigns:
                amount = Decimal(euros * share).quantize(Decimal("0.01"))
                yield SpendEntry(
                    campaign=campaigns[key],
                    keyword=keyword,
                    starts_on=first,
                    ends_on=last,
                    amount=amount,
                )
    for key, euros in ONCE:
        if key in campaigns:
            yield SpendEntry(campaign=campaigns[key], starts_on=start, ends_on=end, amount=euros)


def work(seed: int) -> None:
    """Let the firm's people work on their leads, the oldest first: the newest are still new."""
    rng = random.Random(f"work {seed}")  # noqa: S311 - the same month each time
    user = User.objects.filter(is_superuser=True).first()
    leads = list(Lead.objects.filter(state="new").order_by("began_at"))
    fresh = timezone.now() - timedelta(days=2)
    for lead in leads:
        if lead.began_at > fresh or rng.random() < 0.15:
            continue
        talk = max((call.talk_seconds for call in lead.calls.all()), default=0)
        lead.state = _outcome(rng, talk)
        lead.assignee = user if rng.random() < 0.8 else None
        if rng.random() < 0.55:
            lead.name = rng.choice(NAMES)
        if lead.state == "won":
            lead.value = Decimal(rng.randrange(8, 60) * 50)
        lead.save()
        if rng.random() < 0.4:
            note = LeadNote.objects.create(lead=lead, user=user, text=rng.choice(NOTES[lead.state]))
            written_at = min(lead.last_at + timedelta(minutes=20), timezone.now())
            LeadNote.objects.filter(pk=note.pk).update(at=written_at)
    _sort(rng, user)


def _outcome(rng: random.Random, talk_seconds: int) -> str:
    if talk_seconds > 240:
        return rng.choices(("won", "lost", "open"), (5, 3, 3))[0]
    if talk_seconds > 60:
        return rng.choices(("won", "lost", "open"), (1, 4, 3))[0]
    return rng.choices(("lost", "open"), (3, 1))[0]


def _sort(rng: random.Random, user: User | None) -> None:
    """Put calls into categories by hand, as far as anybody found the time."""
    found = {row.name: row for row in Category.objects.all()}
    spoken = Call.objects.filter(is_spam=False, talk_seconds__gt=20).order_by("pk")
    for call in spoken:
        if rng.random() < 0.5:
            name = rng.choices(("Repair", "Existing customer", "No customer"), (5, 2, 1))[0]
            put(call, found[name], user)
