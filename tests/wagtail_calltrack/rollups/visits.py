"""Sessions, touches and numbers shown, as events make them, and what is rolled up of them."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from wagtail_calltrack.models import (
    DailyShown,
    DailyVisitor,
    NumberShown,
    SessionTouch,
    VisitorSession,
)
from wagtail_calltrack.rollups import in_rollups

START = datetime(2027, 1, 15, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
NUMBER = "+31207654301"


def session(name: str = "s1", *, visitor: str = "v1", site: str = "main") -> VisitorSession:
    """Save a session, or what is known of it by now."""
    row, _ = VisitorSession.objects.update_or_create(
        id=name, defaults={"visitor": visitor, "site": site, "seen_at": START}
    )
    return row


def touch(name: str = "s1", at: datetime = START, **more: Any) -> SessionTouch:
    """Save a touch."""
    fields = {"channel": "paid_search", "source": "google", "medium": "cpc", "landing_path": "/"}
    row = SessionTouch(id=uuid.uuid4(), at=at, session=name, is_first=True, **(fields | more))
    row.save()
    return row


def shown(name: str = "s1", at: datetime = START, **more: Any) -> NumberShown:
    """Save that a number was shown."""
    fields = {"vestiging": "amsterdam", "number": NUMBER, "campaign": "ads", "path": "/"}
    row = NumberShown(id=uuid.uuid4(), at=at, session=name, **(fields | more))
    row.save()
    return row


def known() -> dict[str, str]:
    """Give the visitor, or session, of each word that stands in the roll-ups."""
    told = {one for row in VisitorSession.objects.values_list("visitor", "id") for one in row}
    for facts in (SessionTouch, NumberShown):
        told |= set(facts._default_manager.values_list("session", flat=True))
    name = in_rollups()
    return {name(one): one for one in told}


def visitors() -> list[tuple[str, str, str, str]]:
    """Give day, source, campaign and visitor of each row."""
    rows, who = DailyVisitor.objects.select_related("origin"), known()
    return sorted(
        (f"{row.day}", row.origin.source, row.origin.campaign, who.get(row.visitor, row.visitor))
        for row in rows
    )


def seen() -> list[tuple[str, str, str, str]]:
    """Give day, site, number's last digits and visitor of each row."""
    rows, who = DailyShown.objects.all(), known()
    return sorted(
        (f"{row.day}", row.site, row.number[-2:], who.get(row.visitor, row.visitor)) for row in rows
    )
