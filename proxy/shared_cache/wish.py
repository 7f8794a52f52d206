"""A request for what may be a page, the way the site would hear it. Pure."""

from proxy.conditional import Conditions
from proxy.rewrite import Bindings
from proxy.shared_cache import validation
from proxy.shared_cache.freshness import Wanted, wanted
from proxy.shared_cache.variants import Asked, asked

Key = tuple[str, str, str]
"""Scheme, authority, and path with query: what a visitor's address bar shows."""


class Wish:
    """What is asked for. What the cache wants to know of the fields is read once."""

    __slots__ = ("asked", "bindings", "conditions", "key", "wanted")

    def __init__(self, key: Key, conditions: Conditions, bindings: Bindings) -> None:
        """Take what the site would be asked."""
        self.key = key
        self.conditions = conditions
        self.bindings = bindings
        self.asked: Asked = asked(conditions.fields)
        self.wanted: Wanted = wanted(self.asked.said)

    def plain(self) -> "Wish":
        """Wish for the same, whatever the visitor has of it."""
        return Wish(
            self.key, Conditions(validation.plain(self.conditions.fields), None), self.bindings
        )
