"""Screens of no model, with a place in the menu for those who may see them."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.functional import cached_property
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet


class Place(ViewSet):
    """A menu item and the screens it leads to. Each view checks by itself who may see it."""

    may_see: Callable[[Any], bool]
    """Says whether a user sees the item; a static method."""

    menu_item: type[MenuItem] = MenuItem

    @cached_property
    def menu_item_class(self) -> type[MenuItem]:
        """Give the item that knows who may see it."""
        may_see = self.may_see

        def is_shown(_item: MenuItem, request: HttpRequest) -> bool:
            return may_see(request.user)

        return type("PlaceItem", (self.menu_item,), {"is_shown": is_shown})
