"""A firm with two sites, "alpha" and "bravo": all that belongs to the second says so in its name.

`leaks` finds what of it, or of the firm's own campaigns, stands in an answer.
"""

import io
import re
import uuid
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.timezone import localdate
from wagtail.log_actions import log
from wagtail.models import GroupPagePermission, GroupSitePermission, Page, Site

from calltrack.attribution import Model
from demo.models import TextPage
from tests.wagtail_calltrack.calls_made import call
from tests.wagtail_calltrack.facts import given
from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.access.policies import permission
from wagtail_calltrack.leads import gather
from wagtail_calltrack.models import (
    Call,
    CallCredit,
    Campaign,
    ContentFinding,
    DailyShown,
    DailyVisitor,
    Lead,
    NumberShown,
    Origin,
    Placeholder,
    SessionTouch,
    SpendEntry,
    TrackedSite,
    TrackingNumber,
    Vestiging,
    VisitorSession,
    plan_change,
)

ALPHA, BRAVO = "alpha", "bravo"
STATIC = {ALPHA: "+31851110001", BRAVO: "+31852220002"}
LEASED = {ALPHA: "+31207654301", BRAVO: "+31107654301"}
CALLERS = {ALPHA: "+31611111101", BRAVO: "+31622222202"}
FIRMS = ("foxtrot", "flyer", "letter boxes")
"""Words of campaigns that belong to no site."""


@dataclass(frozen=True, slots=True)
class Side:
    """A site's rows."""

    page: Any
    site: TrackedSite
    campaign: Campaign
    placeholder: Placeholder
    number: TrackingNumber
    leased: TrackingNumber
    spend: SpendEntry
    finding: ContentFinding
    call: Call
    lead: Lead


def make_two_sites() -> dict[str, Side]:
    """Fill the database."""
    make_firm()
    old = TrackedSite.objects.get()
    with plan_change():
        Campaign.objects.filter(sites=old).delete()
        old.delete()
        letter = Campaign.objects.get(key="newsletter")
        letter.key, letter.name = "foxtrot", "Foxtrot"
        letter.save()
    Site.objects.all().delete()
    sides = {name: _side(name) for name in (ALPHA, BRAVO)}
    for name in sides:
        _visitor(name, timezone.now() - timedelta(minutes=1))
    return sides


def _side(name: str) -> Side:
    page = TextPage(title=f"Page of {name}", slug=name, intro="Bel 020 123 45 67")
    Page.objects.get(depth=1).add_child(instance=page)
    site = Site.objects.create(
        hostname=f"{name}.example", root_page=page, is_default_site=name == ALPHA
    )
    with plan_change():
        tracked = TrackedSite.objects.create(
            site=site,
            key=name,
            hosts=(f"{name}.example",),
            mode="both",
            consent="not_required",
            hold_minutes=30,
        )
        campaign = Campaign.objects.create(
            key=f"sale-{name}", name=f"Sale {name}", method="static", exhaustion="original"
        )
        campaign.sites.set([tracked])
        campaign.vestigingen.set([Vestiging.objects.get(key="amsterdam")])
        number = TrackingNumber.objects.create(number=STATIC[name], campaign=campaign)
        placeholder = Placeholder.objects.create(key=f"place-{name}")
        placeholder.campaigns.set([campaign])
    spend = SpendEntry.objects.create(
        campaign=campaign,
        keyword=f"ceilings {name}",
        starts_on="2026-11-01",
        ends_on="2026-11-30",
        amount=10,
    )
    finding = ContentFinding.objects.create(
        content_type=ContentType.objects.get_for_model(page),
        object_id=str(page.pk),
        title=page.title,
        kind="forwarding",
        number="+31201234567",
        found_at=timezone.now(),
    )
    for row in (tracked, campaign, placeholder, spend):
        log(row, "wagtail.edit", content_changed=True)
    leased = TrackingNumber.objects.get(number=LEASED[name])
    made = call(caller=CALLERS[name], visitor=f"visitor-{name}", site=tracked, campaign="foxtrot")
    _reported(name, made)
    gather([made])
    lead = Lead.objects.get(calls=made)
    return Side(page, tracked, campaign, placeholder, number, leased, spend, finding, made, lead)


def _reported(name: str, made: Call) -> None:
    """Save what reports count: a visitor of a campaign of the firm's, who called."""
    origin = Origin.objects.create(
        digest=name, site=name, channel="paid_search", source=f"ads-{name}", medium="cpc",
        campaign="foxtrot", keyword=f"plafond-{name}", landing_path=f"/{name}/",
    )  # fmt: skip
    day, visitor = localdate(made.started_at), made.visitor
    DailyVisitor.objects.create(day=day, origin=origin, visitor=visitor)
    DailyShown.objects.create(
        day=day, site=name, vestiging="amsterdam", number=LEASED[name], campaign="foxtrot",
        visitor=visitor,
    )  # fmt: skip
    for model in Model:
        CallCredit.objects.create(call=made, model=model, origin=origin, weight=1)


def _visitor(name: str, at: datetime) -> None:
    """Save a visit to a site, by a campaign of the firm's."""
    VisitorSession.objects.create(id=f"s-{name}", site=name, started_at=at, seen_at=at)
    SessionTouch.objects.create(
        id=uuid.uuid4(), at=at, session=f"s-{name}", is_first=True, source=f"ads-{name}"
    )
    given(at, f"s-{name}", number=LEASED[name])
    NumberShown.objects.create(
        id=uuid.uuid4(),
        at=at,
        session=f"s-{name}",
        number=LEASED[name],
        vestiging="amsterdam",
        campaign="foxtrot",
    )


def editor_of(side: Side, *codes: str, more: tuple[str, ...] = ()) -> User:
    """Make an editor of a site and of its pages; `more` are permissions for the whole firm."""
    group = Group.objects.create(name=f"Editors {Group.objects.count()}")
    group.permissions.set(Permission.objects.filter(codename__in=("access_admin", *more)))
    for code in codes:
        GroupSitePermission.objects.create(
            group=group, site=side.site.site, permission=permission(code)
        )
    change = Permission.objects.get(codename="change_page", content_type__app_label="wagtailcore")
    GroupPagePermission.objects.create(group=group, page=side.page, permission=change)
    user = User.objects.create_user(f"editor {User.objects.count()}")
    user.groups.add(group)
    return user


def leaks(response: Any, *, asked: Iterable[str] = (), leased: bool = True) -> list[str]:
    """Give what an answer tells of bravo and the firm's campaigns; `asked` is left out."""
    text = _text(response)
    for word in asked:
        text = text.replace(word.lower(), "")
    found = [word for word in (BRAVO, *FIRMS) if word in text]
    digits = re.sub(r"[\s()\u00a0-]", "", text)
    numbers = (STATIC[BRAVO], CALLERS[BRAVO], *((LEASED[BRAVO],) if leased else ()))
    return found + [number for number in numbers if number.removeprefix("+31") in digits]


def _text(response: Any) -> str:
    body = b"".join(response) if response.streaming else response.content
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b" ".join(book.read(name) for name in book.namelist())
    return str(body.decode("utf-8", "replace").lower())
