"""Have every save of content refuse tracking numbers.

`watch` gives the text fields of the site's models one more thing that they validate, when Django is
ready. So forms, `Page.save()`, `save_revision()` and `full_clean()` in scripts all refuse, at the
field; the fields' own definitions, and with them migrations, stay as they are.

What holds a number since before, because it became a tracking number later, can still be moved,
copied and unpublished. It also goes live when its moment has come, or when a moderator agrees: a
refusal there would be an error page, or stop what else is to be published. The report names it. In
a form it is refused like any other.

The numbers are asked for at most once in a request, and outside of requests once in a save.
"""

import weakref
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.signals import request_finished, request_started
from django.utils import timezone
from wagtail.models import AbstractPage

from wagtail_calltrack.guard.reading import numbers_in
from wagtail_calltrack.guard.refusal import refuse
from wagtail_calltrack.guard.scope import (
    UNWATCHED,
    is_base_page,
    is_guarded,
    is_text,
    meta_of,
)
from wagtail_calltrack.guard.stock import Stock, runs_in, stock_of
from wagtail_calltrack.guard.texts import look_into
from wagtail_calltrack.models import TrackingNumber

_JUST_NOW = timedelta(seconds=30)

_request: ContextVar[list[Stock] | None] = ContextVar("calltrack_guard_request", default=None)
_save: ContextVar[tuple[Any, set[str], Stock] | None] = ContextVar(
    "calltrack_guard_save", default=None
)


def watch() -> None:
    """Watch the models that there are."""
    for model in apps.get_models():
        if not model.__module__.startswith(UNWATCHED):
            for field in meta_of(model).local_concrete_fields:
                if is_text(field):
                    _watch_field(field)
    request_started.connect(_begin, dispatch_uid="calltrack_guard")
    request_finished.connect(_end, dispatch_uid="calltrack_guard")


def _watch_field(field: Any) -> None:
    validate = field.validate

    def validate_and_guard(value: Any, instance: Any) -> None:
        validate(value, instance)
        guard(field, value, instance)

    field.validate = validate_and_guard


def guard(field: Any, value: Any, instance: Any) -> None:
    """Refuse a value that holds tracking numbers. Errors: ValidationError."""

    asked: list[Stock] = []

    def look(text: str) -> ValidationError | None:
        runs = runs_in(text)
        if not runs or not is_guarded(type(instance), field):
            return None
        if not asked:
            asked.append(_stock(field, instance))
        near = asked[0].near(runs)
        found = list(numbers_in(text, near)) if near else []
        return refuse(found) if found else None

    error = look_into(field, value, look)
    if error is not None and not _stays(field, value, instance):
        raise error


def _stays(field: Any, value: Any, instance: Any) -> bool:
    """Say whether this is no edit: a move or a copy, or what was saved before goes live."""
    if not isinstance(instance, AbstractPage):
        return False
    rows = meta_of(field.model).base_manager.filter(**{field.attname: value})
    if instance.pk is None:  # copied, with the title that its original has
        return is_base_page(field.model) and bool(rows.exists())
    if type(instance) is not instance.specific_class:  # moved: without its content
        return bool(rows.filter(pk=instance.pk).exists())
    state = instance._state  # noqa: SLF001 - Django documents it
    revision = state.fields_cache.get("live_revision")
    published_at = instance.last_published_at
    if revision is None or published_at is None or timezone.now() - published_at > _JUST_NOW:
        return False
    return bool(revision.content.get(field.name) == field.value_to_string(instance))


def _stock(field: Any, instance: Any) -> Stock:
    """Give the tracking numbers: those asked for in this request, or in this save, if any."""
    asked = _request.get()
    if asked is not None:
        if not asked:
            asked.append(_load())
        return asked[0]
    kept = _save.get()
    if kept is not None and kept[0]() is instance and field.name not in kept[1]:
        kept[1].add(field.name)
        return kept[2]
    stock = _load()
    _save.set((weakref.ref(instance), {field.name}, stock))
    return stock


def _load() -> Stock:
    return stock_of(TrackingNumber.objects.values_list("number", flat=True))


def _begin(**_sent: Any) -> None:
    _request.set([])


def _end(**_sent: Any) -> None:
    _request.set(None)
