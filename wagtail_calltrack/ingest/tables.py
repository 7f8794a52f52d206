"""Rows written many at a time, where some may be there already.

Django's `bulk_create` comes near, but it does not tell how many rows were new; on SQLite it takes
a row that breaks a constraint for one that is there already, and loses it in silence; and it cannot
keep the later of two moments. So the INSERT is written here, for SQLite and PostgreSQL alike, from
the columns of the model. Values go in as parameters, as Django prepares them.

Rows are written in the order of their keys: two processes that write the same ones wait for one
another, and never each for the other.

A statement that fails for one row would hold up all: the rows are then halved, each half in a
savepoint of its own, until the bad one stands alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from django.db import DataError, IntegrityError, connections, models, router, transaction

MOST_PARAMETERS = 30_000
"""Of one statement, where the database itself sets no lower limit."""

BAD_ROW = (DataError, IntegrityError, OverflowError, ValueError)
"""What a database, or its driver, says of a value that it does not take."""


@dataclass(slots=True)
class Written:
    """How many rows were written, and the keys of those that the database does not take."""

    rows: int = 0
    bad: set[Any] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Insert:
    """The statement for rows of one model: what stands before and behind the values."""

    connection: Any
    fields: Sequence[Any]
    head: str
    tail: str

    @property
    def at_once(self) -> int:
        """How many rows one statement may have."""
        limit = self.connection.features.max_query_params or MOST_PARAMETERS
        return max(1, limit // len(self.fields))

    def execute(self, rows: Sequence[models.Model]) -> int:
        """Write rows, and count those that were not there."""
        places = f"({', '.join(['%s'] * len(self.fields))})"
        values = [
            column.get_db_prep_save(column.pre_save(row, add=True), self.connection)
            for row in rows
            for column in self.fields
        ]
        with self.connection.cursor() as cursor:
            cursor.execute(f"{self.head} {', '.join([places] * len(rows))} {self.tail}", values)
            return int(cursor.rowcount)


def insert(rows: Sequence[models.Model], *, merge: Mapping[str, str] | None = None) -> Written:
    """Write rows of one model, no key twice.

    `merge`: what becomes of a column of a row that is there, in SQL: `{old}` is the column there,
    `{new}` the one that comes. Without it, what is there stays as it is.
    """
    written = Written()
    if rows:
        statement = _statement(type(rows[0]), merge)
        ordered = sorted(rows, key=attrgetter("pk"))
        for begin in range(0, len(ordered), statement.at_once):
            _write(ordered[begin : begin + statement.at_once], statement, written)
    return written


def _write(rows: Sequence[models.Model], statement: _Insert, written: Written) -> None:
    """Write rows in one statement; where it fails, by halves."""
    try:
        with transaction.atomic(using=statement.connection.alias):
            written.rows += statement.execute(rows)
    except BAD_ROW:
        if len(rows) == 1:
            written.bad.add(rows[0].pk)
            return
        middle = len(rows) // 2
        _write(rows[:middle], statement, written)
        _write(rows[middle:], statement, written)


def _statement(model: type[models.Model], merge: Mapping[str, str] | None) -> _Insert:
    connection: Any = connections[router.db_for_write(model)]
    meta: Any = model._meta  # noqa: SLF001 (Django's own name for what is public)
    quote = connection.ops.quote_name
    table, key = quote(meta.db_table), quote(meta.pk.column)
    columns = ", ".join(quote(column.column) for column in meta.concrete_fields)
    changes = []
    for name, rule in (merge or {}).items():
        column = quote(meta.get_field(name).column)
        changes.append(
            f"{column} = {rule.format(old=f'{table}.{column}', new=f'EXCLUDED.{column}')}"
        )
    return _Insert(
        connection,
        meta.concrete_fields,
        head=f"INSERT INTO {table} ({columns}) VALUES",
        tail=f"ON CONFLICT ({key}) DO "
        + (f"UPDATE SET {', '.join(changes)}" if changes else "NOTHING"),
    )
