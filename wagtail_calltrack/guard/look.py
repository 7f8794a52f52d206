"""A look at all content, slice by slice, so that it may stop anywhere and go on later.

The slices go through the models one after another, in the order of their rows' keys. What is saved
meanwhile renews its own findings. At the end all findings go that were not met again: their rows
are gone, or are content no more. When the numbers change halfway, the look begins anew.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from wagtail_calltrack.guard.findings import Sought, find_in, keep
from wagtail_calltrack.guard.scope import Model, children_of, content_models, meta_of
from wagtail_calltrack.models import ContentFinding, ContentLook

SLICE = 100
"""Rows that are read at once."""


def begin(sought: Sought, *, now: datetime) -> ContentLook:
    """Begin at the beginning."""
    total = sum(meta_of(model).base_manager.count() for model in content_models())
    look, _ = ContentLook.objects.update_or_create(
        pk=1,
        defaults={
            "started_at": now,
            "finished_at": None,
            "model": "",
            "after": "",
            "done": 0,
            "total": total,
            "fingerprint": sought.fingerprint,
        },
    )
    return look


def begin_or_go_on(sought: Sought, *, now: datetime) -> ContentLook:
    """Give the look that was not finished, if the numbers are still the same; else a new one."""
    look = ContentLook.objects.filter(finished_at=None, fingerprint=sought.fingerprint).first()
    return look or begin(sought, now=now)


def is_stale(look: ContentLook, sought: Sought) -> bool:
    """Say whether there are other numbers now than those that were looked for."""
    return look.fingerprint != sought.fingerprint


def take_slice(look: ContentLook, sought: Sought, *, now: datetime) -> bool:
    """Look at the next rows. Gives whether there may be more."""
    for model in _models_from(look.model):
        label = meta_of(model).label_lower
        rows = list(_rows(model, look.after if label == look.model else "")[:SLICE])
        if not rows:
            continue
        found = [one for row in rows for one in find_in(row, sought, now=now)]
        keep(rows, found)
        look.model, look.after = label, str(rows[-1].pk)
        look.done += len(rows)
        look.total = max(look.total, look.done)
        look.save()
        return True
    ContentFinding.objects.filter(found_at__lt=look.started_at).delete()
    look.finished_at, look.total = now, look.done
    look.save()
    return False


def _models_from(label: str) -> Iterator[Model]:
    for model in sorted(content_models(), key=lambda one: str(meta_of(one).label_lower)):
        if meta_of(model).label_lower >= label:
            yield model


def _rows(model: Model, after: str) -> Any:
    rows = meta_of(model).base_manager.order_by("pk")
    if after:
        rows = rows.filter(pk__gt=meta_of(model).pk.to_python(after))
    if hasattr(model, "latest_revision"):
        rows = rows.select_related("latest_revision")
    return rows.prefetch_related(*(name for name, _ in children_of(model)))
