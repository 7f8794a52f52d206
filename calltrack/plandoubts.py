"""What is allowed in a Plan and still looks like a mistake.

A doubt stops nothing: a phone number out of a range that phonenumbers does not know may have been
handed out last week. Whoever checks a Plan by hand wants to read it.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from calltrack import dialling
from calltrack.campaigndoubts import campaign_doubts
from calltrack.leases import PoolKey
from calltrack.numbers import PhoneNumber, spellings
from calltrack.plan import PRIORITY_PLACEHOLDER_CLASS, Consent, Method, Placeholder, Plan, Provider

EXAMPLE_KVK = "00000000"
"""Stands in a Plan that nobody has filled in yet."""

HANDFUL = 5
"""A pool of fewer numbers is empty as soon as a few visitors come at once."""


def doubts(plan: Plan, *, now: datetime) -> tuple[str, ...]:
    """Name what a person should look at, one sentence each."""
    return (
        *_empty_plan(plan),
        *_consent(plan),
        *_numbers_not_in_use(plan),
        *_same_digits(plan),
        *_released_later(plan, now),
        *_pools(plan),
        *campaign_doubts(plan),
        *_placeholders(plan),
        *_telephony(plan),
    )


def _empty_plan(plan: Plan) -> Iterator[str]:
    if plan.organisation.kvk == EXAMPLE_KVK:
        yield f"organisation: kvk «{EXAMPLE_KVK}» is an example; write the firm's own"
    for name, nothing in (
        ("sites", "no page is changed"),
        ("vestigingen", "there is no number to replace"),
        ("campaigns", "everybody sees the original numbers"),
    ):
        if not getattr(plan, name):
            yield f"{name}: there are none, so {nothing}"


def _consent(plan: Plan) -> Iterator[str]:
    for site in plan.sites:
        told = site.consent_cookie or site.consent_header
        if site.consent is Consent.REQUIRED and not told:
            yield (
                f"sites «{site.key}»: consent is required, and no consent_cookie or consent_header "
                "tells who agreed: without the snippet in its pages, which may hear it, everybody "
                "sees the static number of their source, else the original"
            )


def _numbers_not_in_use(plan: Plan) -> Iterator[str]:
    for vestiging in plan.vestigingen.values():
        if not _is_in_use(vestiging.forwarding_number):
            yield (
                f"vestigingen «{vestiging.key}»: «{vestiging.forwarding_number}» is in no range "
                "known to be in use; is it typed right?"
            )
    odd = [row.number for row in plan.numbers if not _is_in_use(row.number)]
    if odd:
        others = f" (and {len(odd) - 1} more)" if len(odd) > 1 else ""
        yield f"numbers: «{odd[0]}»{others} is in no range known to be in use; is it typed right?"


def _is_in_use(number: PhoneNumber) -> bool:
    return dialling.is_in_use(number.country_code, number.national)


def _same_digits(plan: Plan) -> Iterator[str]:
    """Find numbers of two countries that are written with the same digits."""
    written: dict[str, list[PhoneNumber]] = defaultdict(list)
    for number in plan.by_forwarding_number:
        for text in spellings(number):
            written[text].append(number)
    pairs = {tuple(numbers) for numbers in written.values() if len(numbers) > 1}
    for first, second, *_ in sorted(pairs):
        one, other = plan.by_forwarding_number[first], plan.by_forwarding_number[second]
        both = f"vestigingen «{one}» and «{other}»"
        yield f"{both}: their numbers may be written with the same digits"


def _released_later(plan: Plan, now: datetime) -> Iterator[str]:
    for number, moment in plan.released_at.items():
        if moment > now:
            yield (
                f"numbers «{number}»: released_at «{moment}» is still to come: whoever gets the "
                "number before then loses it at that moment"
            )


def _pools(plan: Plan) -> Iterator[str]:
    named = {v.pool for v in plan.vestigingen.values()} | {c.pool for c in plan.campaigns}
    for key, numbers in plan.stock().pools.items():
        if key not in named:
            yield f"pools «{key}»: no vestiging and no campaign uses it"
        elif not numbers and _is_leased_from(plan, key):
            yield f"pools «{key}»: it has no number to show, so nobody gets one of their own"
        elif len(numbers) < HANDFUL and _is_leased_from(plan, key):
            yield (
                f"pools «{key}»: it has numbers for {len(numbers)} visitors at a time; "
                "`calltrack-proxy pool plan` says how many it needs"
            )


def _is_leased_from(plan: Plan, pool: PoolKey) -> bool:
    return any(
        (campaign.pool or vestiging.pool) == pool
        for campaign in plan.campaigns
        if campaign.method is Method.DYNAMIC
        for vestiging in plan.vestigingen.values()
        if campaign.covers(vestiging.key)
    )


def _placeholders(plan: Plan) -> Iterator[str]:
    for row in plan.placeholders:
        for problem in _placeholder(plan, row):
            yield f"placeholders «{row.key}»: {problem}"


def _placeholder(plan: Plan, row: Placeholder) -> Iterator[str]:
    deciding = [c for c in plan.campaigns if c.key in row.campaigns and not c.off_site]
    if row.css_class == PRIORITY_PLACEHOLDER_CLASS and not (row.priority or row.vestiging):
        yield f"without priority = true the class {row.css_class} is one like any other"
    if row.campaigns and not deciding:
        yield "it always shows the original: its campaigns are off-site and have no visitors"
    elif deciding and row.vestiging and not any(c.covers(row.vestiging) for c in deciding):
        yield (
            "it always shows the original: none of its campaigns covers its vestiging "
            f"«{row.vestiging}»"
        )


def _telephony(plan: Plan) -> Iterator[str]:
    seen: dict[str, str] = {}
    for account in plan.telephony.values():
        first = seen.setdefault(account.secret, account.key)
        if first != account.key:
            yield (
                f"telephony «{first}» and «{account.key}»: they have one secret "
                f"«{account.secret}»; each account has its own"
            )
        if account.recorded and account.provider is Provider.MANGO:
            yield (
                f"telephony «{account.key}»: recorded does nothing here: what MANGO OFFICE records "
                "is set there"
            )
