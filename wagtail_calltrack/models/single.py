"""Tables of one row."""

from django.db import models


def only_row(name: str) -> models.CheckConstraint:
    """Let the database hold a table to one row, the one with id 1."""
    return models.CheckConstraint(condition=models.Q(id=1), name=name)
