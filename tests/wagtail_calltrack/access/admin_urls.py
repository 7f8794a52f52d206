"""Every address of the plugin in the admin, as the resolver has it, and rows to ask it for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, get_resolver, reverse
from wagtail import hooks

BULK = "wagtail_bulk_action"
FOR_EDGES = {"calltrack:plan", "calltrack:events", "calltrack:calls"}
"""Not in the admin: edges and phone systems ask there, by token."""


@dataclass(frozen=True, slots=True)
class Address:
    """A view's name, and what its address is made of."""

    name: str
    arguments: tuple[str, ...]
    view: Any

    @property
    def space(self) -> str:
        """Give the name's first part, which all views of a module share."""
        return self.name.partition(":")[0]

    @property
    def takes_posts(self) -> bool:
        """Say whether something can be posted to it."""
        return not isinstance(self.view, type) or hasattr(self.view, "post")

    @property
    def is_shown(self) -> bool:
        """Say whether it can be asked for, and not only posted to."""
        if not isinstance(self.view, type):
            return True
        return hasattr(self.view, "get") and "get" in self.view.http_method_names  # type: ignore[attr-defined] # a view

    def url(self, row: Any = None) -> str:
        """Give the address, of a row."""
        if self.space == BULK:
            return f"{reverse(BULK, args=self.arguments)}?id={row}&next=/cms/calltrack_health/"
        url = reverse(self.name, args=(row,) if self.arguments else ())
        return f"{url}?position=0" if self.name.endswith(":reorder") else url


def addresses() -> list[Address]:
    """Give all of them, in the resolver's order, and those of bulk actions behind."""
    found = [one for one in _walk(get_resolver(), ()) if one.name not in FOR_EDGES]
    return [*found, *_bulk()]


def _walk(resolver: Any, spaces: tuple[str, ...]) -> Iterator[Address]:
    for one in resolver.url_patterns:
        if not isinstance(one, URLPattern):
            yield from _walk(one, (*spaces, one.namespace) if one.namespace else spaces)
            continue
        view: Any = getattr(one.callback, "view_class", one.callback)
        name = ":".join([*spaces, one.name or ""])
        if "calltrack" in name or view.__module__.startswith("wagtail_calltrack"):
            arguments = tuple(one.pattern.converters)
            yield Address(name, arguments, view)


def _bulk() -> Iterator[Address]:
    for action in hooks.get_hooks("register_bulk_action"):
        for model in action.models if "calltrack" in action.__module__ else ():
            meta = model._meta
            arguments = (meta.app_label, meta.model_name, action.action_type)
            yield Address(f"{BULK}:{action.action_type}", arguments, action)
