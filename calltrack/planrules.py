"""What must hold between the rows of a Plan.

- A key, a host and a phone number stand in one place only. Tracking numbers and forwarding numbers
  are one space: a tracking number that forwards to a tracking number never rings. A class may stand
  in several placeholders when their paths differ.
- What is referred to exists.
- A window ends after it starts; a cookie's domain holds its site's hosts; where consent is required
  and told, it is told in one place with one value.
- Who has telephony accounts has a vestiging: a call that comes in is connected to one.
- What holds between campaigns and numbers is in `plannumbers`.

The rules see rows as far as they could be read, so that one look finds all problems.
"""

from collections.abc import Iterator, Sequence

from calltrack.plan import Consent
from calltrack.plannumbers import Rows, problems_of_numbers
from calltrack.planrows import Row, closest
from calltrack.planvalues import shown

UNIQUE: tuple[tuple[tuple[str, str], ...], ...] = (
    (("sites", "key"),),
    (("sites", "hosts"),),
    (("vestigingen", "key"),),
    (("vestigingen", "vestigingsnummer"),),
    (("pools", "key"),),
    (("campaigns", "key"),),
    (("placeholders", "key"),),
    (("telephony", "key"),),
    (("vestigingen", "forwarding_number"), ("numbers", "number")),
)
"""Each line one space: no value stands twice in the fields it names."""

REFERENCES: tuple[tuple[str, str, str], ...] = (
    ("vestigingen", "pool", "pools"),
    ("numbers", "pool", "pools"),
    ("numbers", "campaign", "campaigns"),
    ("numbers", "vestiging", "vestigingen"),
    ("campaigns", "sites", "sites"),
    ("campaigns", "vestigingen", "vestigingen"),
    ("campaigns", "pool", "pools"),
    ("placeholders", "vestiging", "vestigingen"),
    ("placeholders", "campaigns", "campaigns"),
)
"""The rows and field that refer, and the rows whose keys they name."""

MOST_HINTS = 100
"""Words that a hint is looked for, which takes milliseconds: nobody reads more."""


def problems_between(rows: Rows) -> list[str]:
    """Name everything that does not hold, one sentence for each."""
    found: list[str] = []
    for space in UNIQUE:
        found += _twice(rows, space)
    for name, field, target in REFERENCES:
        found += _unknown(rows, name, field, target)
    found += _windows(rows)
    found += _cookie_domains(rows)
    found += _consent(rows)
    found += _placeholders(rows)
    found += _telephony(rows)
    found += problems_of_numbers(rows)
    return found


def _twice(rows: Rows, space: Sequence[tuple[str, str]]) -> Iterator[str]:
    seen: dict[object, tuple[Row, str]] = {}
    for name, field in space:
        for row in rows[name]:
            for value in _values(row, field):
                if value not in seen:
                    seen[value] = row, field
                    continue
                first, where = seen[value]
                place = "the same list" if first is row else f"{first.label} as {where}"
                yield f"{row.label}: {field} {shown(str(value))} stands already in {place}"


def _unknown(rows: Rows, name: str, field: str, target: str) -> Iterator[str]:
    known = [key for row in rows[target] for key in _values(row, "key")]
    keys, hints = frozenset(known), dict[str, str]()
    for row in rows[name]:
        for value in sorted(_values(row, field)):
            if value in keys:
                continue
            if value not in hints and len(hints) < MOST_HINTS:
                hints[value] = closest(value, known)
            hint = hints.get(value, "")
            yield f"{row.label}: {field} {shown(value)} is not among the {target}{hint}"


def _windows(rows: Rows) -> Iterator[str]:
    for row in rows["campaigns"]:
        start, end = row.fields.get("starts_at"), row.fields.get("ends_at")
        if start and end and end <= start:
            yield (
                f"{row.label}: ends_at {shown(end)} is not after starts_at {shown(start)}: "
                "it would never run"
            )


def _cookie_domains(rows: Rows) -> Iterator[str]:
    for row in rows["sites"]:
        domain = row.fields.get("cookie_domain")
        for host in row.fields.get("hosts", ()):
            if domain and host != domain and not host.endswith("." + domain):
                yield (
                    f"{row.label}: cookie_domain {shown(domain)} does not hold the host "
                    f"{shown(host)}: browsers would refuse its cookies"
                )


def _consent(rows: Rows) -> Iterator[str]:
    for row in rows["sites"]:
        places = [name for name in ("consent_cookie", "consent_header") if name in row.fields]
        has_value = "consent_value" in row.fields
        if len(places) > 1:
            yield (
                f"{row.label}: consent_cookie and consent_header: consent is told in one place; "
                "leave one of them out"
            )
        if (places or has_value) and row.fields.get("consent") is Consent.NOT_REQUIRED:
            name = (*places, "consent_value")[0]
            yield (
                f"{row.label}: {name} is for a site whose consent is required: leave it out, "
                "or write consent = required"
            )
        if row.is_good and places and not has_value:
            yield (
                f"{row.label}: consent_value is missing: what {places[0]} holds when the visitor "
                "agreed"
            )
        if row.is_good and has_value and not places:
            yield (
                f"{row.label}: consent_value has no place: name the consent_cookie or the "
                "consent_header that holds it"
            )


def _placeholders(rows: Rows) -> Iterator[str]:
    seen: dict[tuple[str, str], Row] = {}
    for row in rows["placeholders"]:
        name, paths = row.fields.get("css_class"), row.fields.get("paths") or ("",)
        for path in paths if name and row.is_good else ():
            first = seen.setdefault((str(name), path), row)
            if first is not row:
                where = f" for the path {shown(path)}" if path else ""
                yield (
                    f"{row.label}: css_class {shown(name)} stands already in {first.label} as "
                    f"css_class{where}"
                )
        if row.fields.get("priority") and "vestiging" in row.fields:
            yield (
                f"{row.label}: priority lets the campaign name the vestiging, and vestiging "
                f"{shown(row.fields['vestiging'])} names one: leave one of them out"
            )


def _telephony(rows: Rows) -> Iterator[str]:
    for row in rows["telephony"][:1]:
        if not rows["vestigingen"]:
            yield f"{row.label}: there is no vestiging, and its calls could be connected to nobody"


def _values(row: Row, field: str) -> Sequence[str]:
    value = row.fields.get(field, ())
    return tuple(value) if isinstance(value, tuple | frozenset) else (value,)
