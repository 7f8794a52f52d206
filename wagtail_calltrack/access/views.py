"""Views that show and find only what their user may see; the rest is as if it were not there."""

from collections.abc import Collection
from typing import Any, TypeVar

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.functional import cached_property
from wagtail.admin.views import generic

from wagtail_calltrack.access.policies import POLICIES, SEE, SitePolicy

Views = TypeVar("Views", bound=type)


class _Scoped:
    """Leaves out the rows with which the user may do nothing of what the view is for."""

    def get_base_queryset(self: Any) -> Any:
        """List what the user may see."""
        return self._visible(super().get_base_queryset())  # type: ignore[misc]

    @cached_property
    def filters(self: Any) -> Any:
        """Offer only what the user may see to filter by."""
        found = super().filters  # type: ignore[misc]
        if found is None or self._is_unlimited():
            return found
        for field in found.form.fields.values():
            policy = POLICIES.get(field.queryset.model) if hasattr(field, "queryset") else None
            if policy is not None:
                field.queryset = policy.instances_user_has_any_permission_for(
                    self.request.user, SEE
                )
        return found

    def dispatch(self: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find what the user may see; Wagtail's views look their row up in ways of their own."""
        if "pk" in kwargs and not self._is_theirs(kwargs["pk"]):
            raise Http404
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def get_reorder_url(self: Any) -> Any:
        """Let those alone drag rows who may change all of them."""
        may = self.permission_policy.has_all(self.request.user, ["change"])
        return super().get_reorder_url() if may else None  # type: ignore[misc]

    def _visible(self: Any, rows: QuerySet[Any]) -> QuerySet[Any]:
        if self._is_unlimited():
            return rows
        policy, user = self.permission_policy, self.request.user
        mine = policy.instances_user_has_any_permission_for(user, self._actions())
        return rows.filter(pk__in=mine.values("pk"))

    def _is_theirs(self: Any, pk: Any) -> bool:
        rows = self.model.objects.filter(pk=unquote(str(pk)))
        return self._is_unlimited() or bool(self._visible(rows).exists())

    def _is_unlimited(self: Any) -> bool:
        """Say whether all rows are theirs; or none, and then the view itself refuses them."""
        policy, user, actions = self.permission_policy, self.request.user, self._actions()
        return policy.has_all(user, actions) or not policy.user_has_any_permission(user, actions)

    def _actions(self: Any) -> Collection[str]:
        if self.permission_required:
            return [self.permission_required]
        return self.any_permission_required or SEE


class _ForAllRows:
    """Is for those who may change every row."""

    def dispatch(self: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Refuse all others."""
        if not self.permission_policy.has_all(request.user, ["change"]):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


def scoped(view: Views, policy: Any) -> Views:
    """Make a view one that shows what its user may see, if the rows may belong to sites."""
    if not isinstance(policy, SitePolicy):
        return view
    limit = _ForAllRows if issubclass(view, generic.ReorderView) else _Scoped
    return type(view.__name__, (limit, view), {"__module__": view.__module__})  # type: ignore[return-value]
