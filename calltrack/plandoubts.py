"""What is allowed in a Plan and still looks like a mistake.

A doubt stops nothing: a phone number out of a range that phonenumbers does not know may have been
handed out last week. Whoever checks a Plan by hand wants to read it.
"""

from collections import defaultdict
from collections.abc import Iterator

from calltrack import dialling
from calltrack.numbers import PhoneNumber, spellings
from calltrack.plan import Consent, Method, Plan

EXAMPLE_KVK = "00000000"
"""Stands in a Plan that nobody has filled in yet."""


def doubts(plan: Plan) -> tuple[str, ...]:
    """Name what a person should look at, one sentence each."""
    return (
        *_empty_plan(plan),
        *_consent(plan),
        *_numbers_not_in_use(plan),
        *_same_digits(plan),
        *_pools(plan),
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
        if site.consent is Consent.REQUIRED:
            yield (
                f"sites «{site.key}»: consent is required, and there is no way yet to learn that "
                "a visitor agreed: everybody sees the original numbers"
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


def _pools(plan: Plan) -> Iterator[str]:
    users = defaultdict(list)
    for vestiging in plan.vestigingen.values():
        users[vestiging.pool].append(vestiging)
    dynamic = [c for c in plan.campaigns if c.method is Method.DYNAMIC]
    for key, numbers in plan.stock().pools.items():
        if not users[key]:
            yield f"pools «{key}»: no vestiging uses it"
        elif not numbers and any(c.covers(v.key) for c in dynamic for v in users[key]):
            yield f"pools «{key}»: it has no number to show, so its visitors see the original"
