"""A request for what may be a page, the way the site would hear it. Pure."""

from dataclasses import dataclass, field

from proxy.conditional import Conditions
from proxy.rewrite import Bindings
from proxy.shared_cache import validation, variants
from proxy.shared_cache.freshness import Wanted, wanted

Key = tuple[str, str, str]
"""Scheme, authority, and path with query: what a visitor's address bar shows."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for. `destination` is Sec-Fetch-Dest."""

    key: Key
    conditions: Conditions
    bindings: Bindings
    destination: str | None = None
    asked: variants.Asked = field(init=False)
    wanted: Wanted = field(init=False)

    def __post_init__(self) -> None:
        """Read the fields once."""
        object.__setattr__(self, "asked", variants.asked(self.conditions.fields))
        object.__setattr__(self, "wanted", wanted(self.conditions.fields))

    def plain(self) -> "Wish":
        """Wish for the same, whatever the visitor has of it."""
        return Wish(
            self.key, Conditions(validation.plain(self.conditions.fields), None), self.bindings
        )
