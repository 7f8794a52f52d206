"""What Wagtail records when a row is saved, for many rows in a few queries: history and usage.

Bulk writes send no signals and write no log. Whoever makes them calls this, in the same
transaction. The user is the one at work in Wagtail's admin; on the command line there is none.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogFormatter, get_active_log_context
from wagtail.models import ModelLogEntry, ReferenceIndex

IMPORTED = "calltrack.import"
BULK = "calltrack.bulk"
EXPORTED = "calltrack.export"
RESTATED = "calltrack.restate"
ERASED, HANDED_OUT, PRIVACY = "calltrack.erase", "calltrack.hand_out", "calltrack.privacy"
GATHERED = "calltrack.gather"

BATCH = 1000

NO_ROW = "0"
"""What an entry about a whole listing says in the place of a row's id."""


def log_many(rows: Sequence[models.Model], action: str, said: str) -> None:
    """Write an entry of the history for each row; `said` is what happened, for editors."""
    context = get_active_log_context()
    at = timezone.now()
    ModelLogEntry.objects.bulk_create(
        (
            ModelLogEntry(
                content_type=_type_of(type(row)),
                object_id=str(row.pk),
                label=str(row),
                action=action,
                timestamp=at,
                uuid=context.uuid,
                user=context.user,
                data={"said": said},
                content_changed=True,
            )
            for row in rows
        ),
        batch_size=BATCH,
    )


def log_listing(model: type[models.Model], action: str, said: str) -> None:
    """Write one entry about a model's listing as a whole."""
    context = get_active_log_context()
    ModelLogEntry.objects.create(
        content_type=_type_of(model),
        object_id=NO_ROW,
        label=str(model._meta.verbose_name_plural),  # noqa: SLF001 - Django's public API
        action=action,
        timestamp=timezone.now(),
        uuid=context.uuid,
        user=context.user,
        data={"said": said},
    )


def index_many(rows: Sequence[models.Model]) -> None:
    """Let Wagtail's usage know what the rows name now."""
    if not rows or not ReferenceIndex.is_indexed(type(rows[0])):
        return
    kind = _type_of(type(rows[0]))
    ids = [str(row.pk) for row in rows]
    for start in range(0, len(ids), BATCH):
        known = ReferenceIndex.objects.filter(base_content_type=kind)
        known.filter(object_id__in=ids[start : start + BATCH]).delete()
    ReferenceIndex.objects.bulk_create(
        (one for row in rows for one in _references(row, kind)), batch_size=BATCH
    )


def _references(row: models.Model, kind: ContentType) -> Iterable[Any]:
    """Write what one row names, as Wagtail does when it is saved."""
    for to_kind, to_id, model_path, path in ReferenceIndex._extract_references_from_object(row):  # noqa: SLF001 - Wagtail has no public way for many rows
        yield ReferenceIndex(
            content_type=kind,
            base_content_type=kind,
            object_id=str(row.pk),
            to_content_type_id=to_kind,
            to_object_id=to_id,
            model_path=model_path,
            content_path=path,
            content_path_hash=ReferenceIndex._get_content_path_hash(path),  # noqa: SLF001 - as above
        )


def _type_of(model: type[models.Model]) -> ContentType:
    return ContentType.objects.get_for_model(model, for_concrete_model=False)


class _Said(LogFormatter):
    """An action that says itself what happened."""

    def format_message(self, log_entry: Any) -> str:
        """Give the sentence."""
        return str(log_entry.data.get("said") or self.label)


def register_actions(registry: Any) -> None:
    """Tell Wagtail's history of these actions."""
    for action, label in (
        (IMPORTED, _("Import")),
        (BULK, _("Bulk action")),
        (EXPORTED, _("Export")),
        (RESTATED, _("Restating")),
        (ERASED, _("Person erased")),
        (HANDED_OUT, _("Person exported")),
        (PRIVACY, _("How long people are remembered")),
        (GATHERED, _("Brought together")),
    ):
        registry.register_action(action)(type("_Formatter", (_Said,), {"label": label}))
