"""The rows of a Plan: which fields each has, and reading them.

The tables are the schema: the loader, the writer, the JSON Schema and the tables in docs/plan.md
come all from them.

Rule 1: a row that is wrong is still read as far as it goes, so that one look finds all problems.
Rule 2: a field that is null counts as left out.
Rule 3: every problem names its row, as "vestigingen[2] «rotterdam»"; rows count from 1.
"""

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from calltrack import planvalues as values
from calltrack.plan import (
    Campaign,
    Consent,
    Exhaustion,
    Method,
    Mode,
    NumberState,
    Organisation,
    Placeholder,
    Pool,
    Site,
    StockNumber,
    Vestiging,
)
from calltrack.planvalues import Kind, RefusedError, many, minutes, shown

SHORTEST_HOLD, LONGEST_HOLD = 5, 60 * 24 * 30
LONGEST_REST = 60 * 24 * 365


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a row."""

    name: str
    kind: Kind
    doc: str
    required: bool = False
    attribute: str = ""  # of the dataclass, where it has another name


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of row."""

    name: str
    build: Callable[..., Any]
    fields: tuple[Field, ...]


@dataclass(slots=True)
class Row:
    """One row as read: what was good in it."""

    label: str
    table: Table
    fields: dict[str, Any] = field(default_factory=dict)
    is_good: bool = True

    def value(self) -> Any:
        """Make the row's dataclass."""
        names = {f.name: f.attribute or f.name for f in self.table.fields}
        return self.table.build(**{names[name]: value for name, value in self.fields.items()})


def read_row(
    table: Table, data: object, label: str, problems: list[str], *, others: Sequence[str] = ()
) -> Row:
    """Read one row, adding a sentence to `problems` for all that is wrong with it.

    Fields named in `others` are somebody else's.
    """
    before = len(problems)
    row = Row(label, table)
    if not isinstance(data, Mapping):
        problems.append(f"{label}: must be a table of fields")
        return Row(label, table, is_good=False)
    known = [*(f.name for f in table.fields), *others]
    problems += [_unknown(label, name, known) for name in data if name not in known]
    for one in table.fields:
        value = data.get(one.name)
        if value is not None:
            try:
                row.fields[one.name] = one.kind.read(value)
            except RefusedError as error:
                words = (one.name, shown(value), str(error))
                problems.append(f"{label}: {' '.join(word for word in words if word)}")
        elif one.required:
            problems.append(f"{label}: {one.name} is missing: {one.kind.words.replace('`', '')}")
    row.is_good = len(problems) == before
    return row


def read_rows(table: Table, data: object, problems: list[str]) -> list[Row]:
    """Read a list of rows."""
    if not isinstance(data, list):
        problems.append(f"{table.name}: must be a list of rows, each headed [[{table.name}]]")
        return []
    return [
        read_row(table, one, f"{table.name}[{at}]{_title(table, one)}", problems)
        for at, one in enumerate(data, 1)
    ]


def write_row(table: Table, value: Any) -> dict[str, object]:
    """Write a row as JSON knows it; what is None is left out."""
    written = {}
    for one in table.fields:
        found = getattr(value, one.attribute or one.name)
        if found is not None:
            written[one.name] = one.kind.write(found)
    return written


def closest(word: str, known: Sequence[str]) -> str:
    """Say which of the known words may have been meant: "; did you mean hosts?", or nothing."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""


def _unknown(label: str, name: object, known: Sequence[str]) -> str:
    hint = closest(str(name)[:100], known) or f"; there are {', '.join(known)}"
    return f"{label}: {shown(name)} is no field here{hint}"


def _title(table: Table, data: object) -> str:
    name = table.fields[0].name
    title = data.get(name) if isinstance(data, Mapping) else None
    return f" {shown(title)}" if isinstance(title, str) and title else ""


PLAN_FIELDS = (
    Field("serial", values.SERIAL, "Grows with each change; a lower one is refused", required=True),
    Field("region", values.REGION, "Whose national numbers are meant", required=True),
)

ORGANISATION = Table(
    "organisation",
    Organisation,
    (
        Field("name", values.NAME, "The firm", required=True),
        Field("kvk", values.digits(8), "Its number in the trade register", required=True),
    ),
)

SITES = Table(
    "sites",
    Site,
    (
        Field("key", values.KEY, "Names the site in reports", required=True),
        Field(
            "hosts",
            many(values.HOST, "a list of host names", into=tuple, least=1),
            "What stands between `https://` and the path; no two sites share one",
            required=True,
        ),
        Field("mode", values.choice(Mode), "What is looked for in its pages", required=True),
        Field(
            "consent",
            values.choice(Consent),
            "Whether a visitor must agree before anything is stored",
            required=True,
        ),
        Field(
            "hold_minutes",
            minutes(SHORTEST_HOLD, LONGEST_HOLD),
            "How long a number stays with a visitor after the last page",
            required=True,
            attribute="hold",
        ),
        Field(
            "cookie_domain",
            values.COOKIE_DOMAIN,
            "Makes one visit of several subdomains; without it a cookie is for one host",
        ),
        Field(
            "attributes",
            many(values.ATTRIBUTE, "a list of `title`, `alt`, `aria-…`", into=frozenset),
            "Attributes in which numbers are replaced; without it `aria-label` and `title`",
        ),
        Field(
            "never_rewrite",
            many(values.PATH, "a list of paths", into=tuple),
            "Pages whose paths begin so are left alone",
        ),
    ),
)

POOLS = Table(
    "pools",
    Pool,
    (
        Field("key", values.KEY, "Names the pool", required=True),
        Field(
            "rest_minutes",
            minutes(0, LONGEST_REST),
            "How long a number rests before it goes to somebody else; without it 0",
            attribute="rest",
        ),
    ),
)

CAMPAIGNS = Table(
    "campaigns",
    Campaign,
    (
        Field("key", values.KEY, "Names the campaign in reports", required=True),
        Field("name", values.NAME, "What people call it", required=True),
        Field("method", values.choice(Method), "What its visitors see", required=True),
        Field(
            "exhaustion",
            values.choice(Exhaustion),
            "What they see when no number is free",
            required=True,
        ),
        Field(
            "vestigingen",
            many(values.KEY, "a list of keys", into=frozenset),
            "Whose numbers it speaks for; without it all vestigingen",
        ),
        Field("starts_at", values.MOMENT, "Its first moment"),
        Field("ends_at", values.MOMENT, "The moment it is over"),
        Field("paused", values.BOOL, "Its visitors see the original number; without it false"),
    ),
)

PLACEHOLDERS = Table(
    "placeholders",
    Placeholder,
    (
        Field("key", values.PLACEHOLDER_KEY, 'As in `data-calltrack="KEY"`', required=True),
        Field("css_class", values.CLASS, "Elements with this class are placeholders too"),
        Field("vestiging", values.KEY, "Whose number they show; without it the page decides"),
    ),
)


@cache
def tables(region: str | None) -> Mapping[str, Table]:
    """Give the tables of a Plan by name; numbers without a country code are numbers of `region`."""
    number = values.phone(region)
    vestigingen = Table(
        "vestigingen",
        Vestiging,
        (
            Field(
                "key", values.KEY, 'Names the branch, as in `data-vestiging="KEY"`', required=True
            ),
            Field("name", values.NAME, "What people call it", required=True),
            Field(
                "forwarding_number",
                number,
                "The branch's own number: it stands in the pages, and rings in the end",
                required=True,
            ),
            Field("pool", values.KEY, "Where its visitors' numbers come from"),
            Field("vestigingsnummer", values.digits(12), "Its number in the trade register"),
        ),
    )
    numbers = Table(
        "numbers",
        StockNumber,
        (
            Field("number", number, "A tracking number you rent", required=True),
            Field("pool", values.KEY, "The pool it is in; without it none"),
            Field(
                "state",
                values.choice(NumberState),
                "A disabled number is shown to nobody; without it `active`",
            ),
        ),
    )
    found = (SITES, vestigingen, POOLS, numbers, CAMPAIGNS, PLACEHOLDERS)
    return {table.name: table for table in found}
