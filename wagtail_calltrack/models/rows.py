"""Rows that the Plan is made of, and the one way in which they change.

Rule 1: every change goes through `plan_change`. It makes the Plan that would follow, refuses what
would break it (PlanError, and the database is as before), and lets the serial grow in the same
transaction, if the Plan is another one.
Rule 2: saving and deleting do so by themselves, one by one or by a query. Whoever saves many rows,
or rows that are right only together, writes `with plan_change():` around them.
Rule 3: what goes round all this (SQL, fixtures) is noticed when an edge asks for the Plan.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import models, transaction

from wagtail_calltrack.models.serial import PlanSerial

Row = TypeVar("Row", bound=models.Model)

_changing: ContextVar[bool] = ContextVar("calltrack_changing", default=False)


@contextmanager
def plan_change() -> Iterator[None]:
    """Change the Plan: all that is done inside, or nothing. Errors: PlanError."""
    if _changing.get():
        yield
        return
    from wagtail_calltrack.plan_out import settle  # noqa: PLC0415 - it reads these models

    with transaction.atomic():
        serial = PlanSerial.locked()
        mark = _changing.set(True)
        try:
            yield
        finally:
            _changing.reset(mark)
        settle(serial)


class PlanQuerySet(models.QuerySet[Row, Row]):
    """Queries whose writes are changes of the Plan."""

    def update(self, **values: Any) -> int:
        """Change rows."""
        with plan_change():
            return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete rows."""
        with plan_change():
            return super().delete()

    def bulk_create(self, objs: Iterable[Row], *args: Any, **options: Any) -> list[Row]:
        """Add rows."""
        with plan_change():
            return super().bulk_create(objs, *args, **options)

    def bulk_update(self, objs: Iterable[Row], *args: Any, **options: Any) -> int:
        """Change rows."""
        with plan_change():
            return super().bulk_update(objs, *args, **options)


class PlanRow(models.Model):
    """A row of the Plan."""

    objects = PlanQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        """Save the row, if the Plan stays whole."""
        with plan_change():
            super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        """Delete the row, if the Plan stays whole."""
        with plan_change():
            return super().delete(*args, **options)


class OrderedRow(PlanRow):
    """A row of the Plan whose place among the others counts. A new one comes last."""

    sort_order = models.IntegerField(null=True, blank=True, editable=False, db_index=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        """Save the row, behind all others if it has no place yet."""
        with plan_change():
            if self.sort_order is None:
                rows = type(self).objects.aggregate(last=models.Max("sort_order"))
                self.sort_order = (rows["last"] or 0) + 1
            super().save(*args, **options)
