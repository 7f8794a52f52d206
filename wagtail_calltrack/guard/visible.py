"""Which findings a user may see: those in content that they may open in the admin.

Shape: one more condition on the listing's query for each kind of content that something was found
in, however many rows there are.
"""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from wagtail.admin.admin_url_finder import finder_classes
from wagtail.models import AbstractPage
from wagtail.permission_policies.pages import PagePermissionPolicy

from wagtail_calltrack.guard.scope import Model, meta_of
from wagtail_calltrack.models import ContentFinding

_ANY = {"add", "change", "delete", "publish", "view"}


def kinds_found() -> "QuerySet[ContentType]":
    """Give the kinds of content that something was found in."""
    found = ContentFinding.objects.values("content_type").distinct()
    return ContentType.objects.filter(pk__in=found)


def visible_to(user: Any) -> "QuerySet[ContentFinding]":
    """Give the findings."""
    rows = ContentFinding.objects.select_related("content_type")
    if user.is_superuser:
        return rows
    condition = Q(pk__in=())
    pages: list[ContentType] = []
    for kind in kinds_found():
        model = kind.model_class()
        if model is None:
            continue
        if issubclass(model, AbstractPage):
            pages.append(kind)
        else:
            condition |= _in(kind, _rows_of(model, user))
    if pages:
        seen = PagePermissionPolicy().explorable_instances(user)
        condition |= Q(content_type__in=pages, object_id__in=_keys(seen))
    return rows.filter(condition)


def _rows_of(model: Model, user: Any) -> Any:
    """Give the rows of a model that a user has to do with, as their own screens say."""
    finder = finder_classes.get_by_type(model)
    policy = getattr(finder, "permission_policy", None)
    rows = meta_of(model).default_manager
    if policy is not None:
        return policy.instances_user_has_any_permission_for(user, _ANY)
    names = (f"{meta_of(model).app_label}.{one}_{meta_of(model).model_name}" for one in _ANY)
    return rows.all() if any(user.has_perm(name) for name in names) else rows.none()


def _in(kind: ContentType, rows: Any) -> Q:
    return Q(content_type=kind, object_id__in=_keys(rows))


def _keys(rows: Any) -> Any:
    """Give the rows' keys as findings keep them."""
    return rows.order_by().annotate(calltrack_key=Cast("pk", CharField())).values("calltrack_key")
