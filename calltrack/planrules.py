"""What must hold between the rows of a Plan.

- A key, a host, a class and a phone number stand in one place only. Tracking numbers and forwarding
  numbers are one space: a tracking number that forwards to a tracking number never rings.
- What is referred to exists.
- A window ends after it starts; a cookie's domain holds its site's hosts; a vestiging whose
  visitors are to get numbers of their own has a pool.

The rules see rows as far as they could be read, so that one look finds all problems.
"""

from collections.abc import Iterator, Mapping, Sequence

from calltrack.plan import Method
from calltrack.planrows import Row, closest
from calltrack.planvalues import shown

Rows = Mapping[str, Sequence[Row]]

UNIQUE: tuple[tuple[tuple[str, str], ...], ...] = (
    (("sites", "key"),),
    (("sites", "hosts"),),
    (("vestigingen", "key"),),
    (("vestigingen", "vestigingsnummer"),),
    (("pools", "key"),),
    (("campaigns", "key"),),
    (("placeholders", "key"),),
    (("placeholders", "css_class"),),
    (("vestigingen", "forwarding_number"), ("numbers", "number")),
)
"""Each line one space: no value stands twice in the fields it names."""

REFERENCES: tuple[tuple[str, str, str], ...] = (
    ("vestigingen", "pool", "pools"),
    ("numbers", "pool", "pools"),
    ("campaigns", "vestigingen", "vestigingen"),
    ("placeholders", "vestiging", "vestigingen"),
)
"""The rows and field that refer, and the rows whose keys they name."""


def problems_between(rows: Rows) -> list[str]:
    """Name everything that does not hold, one sentence for each."""
    found: list[str] = []
    for space in UNIQUE:
        found += _twice(rows, space)
    for name, field, target in REFERENCES:
        found += _unknown(rows, name, field, target)
    found += _windows(rows)
    found += _cookie_domains(rows)
    found += _without_pool(rows)
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
    for row in rows[name]:
        for value in sorted(_values(row, field)):
            if value not in known:
                hint = closest(value, known)
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


def _without_pool(rows: Rows) -> Iterator[str]:
    dynamic = [row for row in rows["campaigns"] if row.fields.get("method") is Method.DYNAMIC]
    for row in rows["vestigingen"]:
        key = row.fields.get("key")
        covering = (c for c in dynamic if key in c.fields.get("vestigingen", ()) or _covers_all(c))
        campaign = next(covering, None)
        if campaign and key and row.is_good and "pool" not in row.fields:
            yield (
                f"{row.label}: pool is missing: {campaign.label} gives its visitors numbers "
                "of their own"
            )


def _covers_all(campaign: Row) -> bool:
    return campaign.is_good and not campaign.fields.get("vestigingen")


def _values(row: Row, field: str) -> Sequence[str]:
    value = row.fields.get(field, ())
    return tuple(value) if isinstance(value, tuple | frozenset) else (value,)
