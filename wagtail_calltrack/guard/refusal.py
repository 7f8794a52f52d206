"""What an editor is told of a tracking number in content, and what to write instead.

The sentence names the number as it stands there, says why it is not saved, and offers the vestiging
that the number is for. Asked only when there is something to refuse: it makes a few queries.
"""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from wagtail_calltrack.guard.reading import Read
from wagtail_calltrack.models import Placeholder, TrackingNumber, Vestiging
from wagtail_calltrack.phones import at_home

CODE = "calltrack_number"
MOST_SAID = 3
"""Numbers of one text that a sentence each is written about."""


def refuse(found: Sequence[Read]) -> ValidationError:
    """Write the error for numbers that stand in one text."""
    numbers: dict[str, Read] = {}
    for one in found:
        numbers.setdefault(str(one.number), one)
    rows = TrackingNumber.objects.select_related("pool", "campaign", "vestiging")
    held = {row.number: row for row in rows.filter(number__in=list(numbers)[:MOST_SAID])}
    sentences = [_sentence(numbers[text].written, row) for text, row in held.items()]
    return ValidationError([ValidationError(one, code=CODE) for one in sentences])


def _sentence(written: str, row: TrackingNumber) -> str:
    if row.campaign is not None and row.campaign.off_site:
        why = _(
            "«%(number)s» is the tracking number of the off-site campaign «%(campaign)s»: it "
            "belongs on that material only. Whoever reads it here and calls is counted as if they "
            "had seen that material. Leave the number out, also where you describe a picture of it."
        ) % {"number": written, "campaign": row.campaign}
    else:
        why = _(
            "«%(number)s» is a tracking number: it is shown to one visitor at a time. Whoever "
            "reads it here and calls is counted as somebody else."
        ) % {"number": written}
    return " ".join((why, _instead(vestiging_of(row))))


def _instead(vestiging: Vestiging | None) -> str:
    if vestiging is None:
        return _("Put the number of a vestiging here instead, as a placeholder.")
    own = at_home(vestiging.forwarding_number)
    unbound = Placeholder.objects.filter(vestiging=vestiging, campaigns=None)
    placeholder = unbound.order_by("pk").first()
    if placeholder is None:
        return _(
            "Put the tracked number of vestiging «%(vestiging)s» here instead. Where only plain "
            "text fits, write its own number: %(own)s."
        ) % {"vestiging": vestiging, "own": own}
    return _(
        "Put the tracked number of vestiging «%(vestiging)s» here instead (placeholder "
        "«%(placeholder)s»). Where only plain text fits, write its own number: %(own)s."
    ) % {"vestiging": vestiging, "placeholder": placeholder, "own": own}


def vestiging_of(row: TrackingNumber) -> Vestiging | None:
    """Give the vestiging whose calls a number takes; in doubt the first of those it may be."""
    if row.vestiging is not None:
        return row.vestiging
    if row.pool is not None:
        own = row.pool.vestigingen.order_by("sort_order", "pk").first()
        campaign = row.pool.campaigns.order_by("sort_order", "pk").first()
        if own is not None:
            return own
    else:
        campaign = row.campaign
    covered = campaign and campaign.vestigingen.order_by("sort_order", "pk").first()
    return covered or Vestiging.objects.order_by("sort_order", "pk").first()
