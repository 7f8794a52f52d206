"""What is content: the models and fields that visitors read.

Content are pages, registered snippets, images, documents, site settings, and all that hangs on one
of these by a ParentalKey. What visitors send by a form, users, comments and rows of the Plan are
not.

A site says otherwise where it must:

- on a model of its own: `calltrack_guard = False`, or `calltrack_guard_exempt = ("iban",)`
- in the settings, for models of others: `CALLTRACK_GUARD_EXEMPT = ["shop.Order", "shop.Shop.iban"]`
- and for what is content besides: `CALLTRACK_GUARD_MODELS = ["shop.Product"]`

Nothing is remembered: a snippet may be registered late, in the hooks of an app.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from modelcluster.fields import ParentalKey
from treebeard.mp_tree import MP_Node
from wagtail.fields import StreamField
from wagtail.models import AbstractPage

Model = type[models.Model]

UNWATCHED = ("django.", "wagtail_calltrack.")
"""Packages whose models cannot be content."""

_TEXTS = (models.CharField, models.TextField, models.JSONField, StreamField)
_NEVER = {"wagtail_calltrack", "wagtailcore"}
"""Apps whose rows are no content, but for pages: wagtailcore has the editors' comments."""


def is_text(field: Any) -> bool:
    """Say whether people write texts into a field. A choice from a list is none."""
    if field.name == "path" and issubclass(field.model, MP_Node):
        return False  # of a tree, in digits
    return isinstance(field, _TEXTS) and field.editable and not field.choices


def is_guarded(model: Model, field: Any) -> bool:
    """Say whether a field of a model is content."""
    if field.name in getattr(model, "calltrack_guard_exempt", ()):
        return False
    owners = {meta_of(model).label, meta_of(field.model).label}
    exempt = {name.lower() for name in _setting("EXEMPT")}
    if any(f"{owner}.{field.name}".lower() in exempt for owner in owners):
        return False
    return is_content(model)


def is_content(model: Model) -> bool:
    """Say whether a model's rows are content."""
    if not getattr(model, "calltrack_guard", True) or _is_named(model, "EXEMPT"):
        return False
    if issubclass(model, AbstractPage) or _is_named(model, "MODELS"):
        return True
    if meta_of(model).app_label in _NEVER:
        return False
    if model in _snippets() or model in _files() or model in _settings_of_sites():
        return True
    return any(is_content(parent) for parent in parents_of(model))


def content_models() -> list[Model]:
    """Give the models whose rows stand by themselves: what is found in children is their own."""
    found = [one for one in apps.get_models() if is_content(one) and not is_base_page(one)]
    return [one for one in found if not any(is_content(parent) for parent in parents_of(one))]


def is_base_page(model: Model) -> bool:
    """Say whether all kinds of pages build on this model: its rows are pages without content."""
    name = getattr(settings, "WAGTAIL_PAGE_MODEL", "wagtailcore.Page")
    return bool(meta_of(model).label_lower == name.lower())


def meta_of(model: Any) -> Any:
    """Give what Django knows of a model."""
    return model._meta  # noqa: SLF001 - Django documents it


def text_fields(model: Model) -> list[Any]:
    """Give a model's fields that are content."""
    return [
        one for one in meta_of(model).concrete_fields if is_text(one) and is_guarded(model, one)
    ]


def parents_of(model: Model) -> Iterator[Model]:
    """Give the models that a model's rows hang on."""
    for field in meta_of(model).concrete_fields:
        if isinstance(field, ParentalKey) and isinstance(field.related_model, type):
            yield field.related_model


def children_of(model: Model) -> Iterator[tuple[str, Model]]:
    """Give the content that hangs on a model's rows: the relation's name, and the model."""
    for relation in meta_of(model).related_objects:
        if isinstance(relation.field, ParentalKey) and is_content(relation.related_model):
            yield relation.get_accessor_name() or "", relation.related_model


def _snippets() -> list[Model]:
    if not apps.is_installed("wagtail.snippets"):
        return []
    from wagtail.snippets.models import get_snippet_models  # noqa: PLC0415 - a site may do without

    return list(get_snippet_models())


def _files() -> Iterator[Model]:
    if apps.is_installed("wagtail.images"):
        from wagtail.images import get_image_model  # noqa: PLC0415 - a site may do without

        yield get_image_model()
    if apps.is_installed("wagtail.documents"):
        from wagtail.documents import get_document_model  # noqa: PLC0415 - a site may do without

        yield get_document_model()


def _settings_of_sites() -> list[Model]:
    if not apps.is_installed("wagtail.contrib.settings"):
        return []
    from wagtail.contrib.settings.registry import registry  # noqa: PLC0415 - a site may do without

    return list(registry)


def _is_named(model: Model, setting: str) -> bool:
    return meta_of(model).label_lower in {name.lower() for name in _setting(setting)}


def _setting(name: str) -> list[str]:
    return list(getattr(settings, f"CALLTRACK_GUARD_{name}", ()))
