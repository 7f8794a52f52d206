"""The numbers that stand in one row of content: a page, a snippet, an image, with its children.

What is live and what is a draft are told apart: of a page with unpublished changes both are read.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils.text import capfirst

from calltrack.plan import PLACEHOLDER_CLASS, PRIORITY_PLACEHOLDER_CLASS
from wagtail_calltrack.guard.reading import Marks, Read, as_read, numbers_in
from wagtail_calltrack.guard.scope import children_of, meta_of, text_fields
from wagtail_calltrack.guard.stock import Stock, runs_in, stock_of
from wagtail_calltrack.guard.texts import texts_in
from wagtail_calltrack.models import ContentFinding, Placeholder, TrackingNumber, Vestiging
from wagtail_calltrack.models.finding import DRAFT, FORWARDING, LIVE, TRACKING

IN_THE_HEAD = frozenset({"search_description", "seo_title"})
"""Fields of a page that search engines read: the proxy leaves a page's head as it is."""

_BEFORE = 60
"""Characters of a text that are kept before its number."""


class Sought:
    """What is looked for: asked of the database when it is first needed, in three queries."""

    @cached_property
    def tracking(self) -> frozenset[str]:
        """Give the stock."""
        return frozenset(TrackingNumber.objects.values_list("number", flat=True))

    @cached_property
    def forwarding(self) -> frozenset[str]:
        """Give the vestigingen's own numbers."""
        return frozenset(Vestiging.objects.values_list("forwarding_number", flat=True))

    @cached_property
    def stock(self) -> Stock:
        """Give both, to be looked for."""
        return stock_of(self.tracking | self.forwarding)

    @cached_property
    def marks(self) -> Marks:
        """Give what makes an element a placeholder."""
        rows = list(Placeholder.objects.values_list("key", "css_class"))
        classes = {css_class: key for key, css_class in rows if css_class}
        if not rows:
            classes = {name: name for name in (PLACEHOLDER_CLASS, PRIORITY_PLACEHOLDER_CLASS)}
        return Marks(frozenset(key for key, _ in rows), classes)

    @cached_property
    def fingerprint(self) -> str:
        """Name these very numbers."""
        parts = (" ".join(sorted(numbers)) for numbers in (self.tracking, self.forwarding))
        return hashlib.sha256("|".join(parts).encode()).hexdigest()

    def kind_of(self, read: Read) -> str | None:
        """Say what a number is; None when it stands there as it should."""
        if str(read.number) in self.tracking:
            return TRACKING
        return None if read.is_marked else FORWARDING


@dataclass(frozen=True, slots=True)
class _Text:
    """A text with digits enough to hold a number."""

    field: str
    text: str
    runs: list[str]
    is_in_head: bool


def find_in(row: models.Model, sought: Sought, *, now: datetime) -> list[ContentFinding]:
    """Give the numbers in a row of content, as it is live and as it is drafted."""
    found: list[ContentFinding] = []
    for stage, version in _versions(row):
        found += _find_in_version(row, version, stage, sought, now)
    return found


def keep(rows: Iterable[models.Model], found: list[ContentFinding]) -> None:
    """Keep what was found in rows of one model, in the place of what was before."""
    rows = list(rows)
    if not rows:
        return
    keys = [str(row.pk) for row in rows]
    with transaction.atomic():
        forget(type(rows[0]), keys)
        if found:
            ContentFinding.objects.bulk_create(found)


def forget(model: type[models.Model], keys: list[str]) -> None:
    """Forget what was found in rows of one model."""
    kind = ContentType.objects.get_for_model(model)
    ContentFinding.objects.filter(content_type=kind, object_id__in=keys).delete()


def _versions(row: Any) -> Iterator[tuple[str, Any]]:
    """Give what visitors read, and what they will when the draft is published."""
    has_drafts = hasattr(row, "has_unpublished_changes") and hasattr(row, "latest_revision_id")
    if not has_drafts or row.live:
        yield LIVE, row
    if has_drafts and (row.has_unpublished_changes or not row.live):
        revision = row.latest_revision
        drafted = row if revision is None else row.with_content_json(revision.content)
        yield DRAFT, drafted


def _find_in_version(
    row: models.Model, version: models.Model, stage: str, sought: Sought, now: datetime
) -> Iterator[ContentFinding]:
    seen: set[tuple[str, str, str]] = set()
    for text in _texts(version):
        near = sought.stock.near(text.runs)
        for read in numbers_in(text.text, near, sought.marks) if near else ():
            kind = sought.kind_of(read)
            known = (text.field, str(read.number), str(kind))
            if kind is None or known in seen:
                continue
            seen.add(known)
            yield ContentFinding(
                content_type=ContentType.objects.get_for_model(row),
                object_id=str(row.pk),
                title=str(version)[:255],
                field=text.field[:100],
                stage=stage,
                kind=kind,
                number=str(read.number),
                excerpt=_excerpt(text.text, read.written),
                is_in_reach=read.is_replaced and not text.is_in_head,
                found_at=now,
            )


def _texts(row: models.Model, at: str = "") -> Iterator[_Text]:
    for field in text_fields(type(row)):
        for text in texts_in(field, field.value_from_object(row)):
            runs = runs_in(text)
            if runs:
                name = at + capfirst(str(field.verbose_name))
                yield _Text(name, text, runs, field.name in IN_THE_HEAD)
    for relation, model in children_of(type(row)):
        name = capfirst(str(meta_of(model).verbose_name))
        for child in getattr(row, relation).all():
            yield from _texts(child, f"{at}{name} › ")


def _excerpt(text: str, written: str) -> str:
    plain = as_read(text)
    at = plain.find(written)
    if at < 0:  # in an attribute, or cut by signs that nobody sees
        return written[:200]
    start = max(0, at - _BEFORE)
    return plain[start : start + 200]
