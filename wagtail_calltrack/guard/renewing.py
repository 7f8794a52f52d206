"""Keep what was found in a row up to date: looked at again when the row is saved.

It is read from the database after the transaction, so all that belongs to it is there; and what
goes wrong here is logged by Django, and never fails the save.
"""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from wagtail_calltrack.guard.findings import Sought, find_in, forget, keep
from wagtail_calltrack.guard.scope import (
    UNWATCHED,
    Model,
    is_base_page,
    is_content,
    meta_of,
    parents_of,
    text_fields,
)

_STATES = {"live", "latest_revision", "has_unpublished_changes"}
"""Fields that say which version counts."""


def listen() -> None:
    """Hear of each row that is saved or deleted."""
    post_save.connect(_saved, dispatch_uid="calltrack_guard")
    post_delete.connect(_deleted, dispatch_uid="calltrack_guard")


def _saved(
    sender: Model, instance: Any, raw: bool = False, update_fields: Any = None, **_sent: Any
) -> None:
    if raw or not _stands_by_itself(sender):
        return
    if update_fields is not None:
        counting = _STATES | {field.name for field in text_fields(sender)}
        if counting.isdisjoint(update_fields):
            return
    key = instance.pk

    def renew() -> None:
        _renew(sender, key)

    transaction.on_commit(renew, robust=True)


def _deleted(sender: Model, instance: Any, **_sent: Any) -> None:
    if not _stands_by_itself(sender):
        return
    key = str(instance.pk)  # Django takes it from the instance afterwards

    def forget_it() -> None:
        forget(sender, [key])

    transaction.on_commit(forget_it, robust=True)


def _stands_by_itself(model: Model) -> bool:
    if model.__module__.startswith(UNWATCHED) or is_base_page(model) or not is_content(model):
        return False
    return not any(is_content(parent) for parent in parents_of(model))


def _renew(model: Model, key: Any) -> None:
    row = meta_of(model).base_manager.filter(pk=key).first()
    if row is not None:
        keep([row], find_in(row, Sought(), now=timezone.now()))
