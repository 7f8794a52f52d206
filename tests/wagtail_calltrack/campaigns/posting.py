"""What a browser sends for a campaign's form."""

from typing import Any

from wagtail_calltrack.models import Campaign, TrackingNumber, Vestiging

FREE = "+31850199999"
NEW: dict[str, Any] = {
    "key": "new",
    "name": "New",
    "method": "static",
    "exhaustion": "original",
    "rules-TOTAL_FORMS": "0",
    "rules-INITIAL_FORMS": "0",
    "rules-MIN_NUM_FORMS": "0",
    "rules-MAX_NUM_FORMS": "1000",
}


def vestiging(key: str) -> int:
    return Vestiging.objects.get(key=key).pk


def row(key: str, number: str | None) -> dict[str, str]:
    """Choose a number for a vestiging; None is none."""
    chosen = str(TrackingNumber.objects.get(number=number).pk) if number else ""
    return {f"numbers-for_{vestiging(key)}": chosen}


def rule(at: int, **fields: Any) -> dict[str, Any]:
    named = {f"rules-{at}-{name}": value for name, value in fields.items()}
    ids = {f"rules-{at}-ORDER": str(at + 1), f"rules-{at}-id": ""}
    return {"rules-TOTAL_FORMS": str(at + 1), **ids, **named}


def fields_of(campaign: Campaign, **changes: Any) -> dict[str, Any]:
    """Send a campaign as it is, with some fields changed; its rules and numbers are left alone."""
    fields = {name: getattr(campaign, name) for name in ("key", "name", "method", "exhaustion")}
    fields["vestigingen"] = [one.pk for one in campaign.vestigingen.all()]
    kept = list(campaign.rules.all())
    for at, one in enumerate(kept):
        fields |= {f"rules-{at}-ORDER": str(at + 1), f"rules-{at}-id": str(one.pk)}
        fields |= {f"rules-{at}-medium": "\n".join(one.medium)}
        fields |= {f"rules-{at}-source": "\n".join(one.source)}
        fields |= {f"rules-{at}-click_id": "\n".join(one.click_id)}
    count = str(len(kept))
    counts = {"rules-TOTAL_FORMS": count, "rules-INITIAL_FORMS": count}
    return {**NEW, **fields, **counts, **changes}
