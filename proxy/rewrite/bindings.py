"""What is looked for in pages: the numbers, and the marks that editors put on elements.

A Bindings value says nothing of visitors: which number a place shows is decided later, per slot.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from calltrack.numbers import PhoneNumber

OPT_OUT = "off"
"""The value of data-calltrack that keeps an element and all in it as it is; never a key."""

_NO_CLASSES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Bindings:
    """What a site's pages are searched for. Without anything in it a page passes untouched."""

    numbers: frozenset[PhoneNumber] = frozenset()
    """Forwarding numbers, found wherever they are written."""
    classes: Mapping[str, str] = field(default_factory=lambda: _NO_CLASSES)
    """Class token of a placeholder (exact, case-sensitive) -> the placeholder's key."""
    keys: frozenset[str] = frozenset()
    """Placeholder keys that data-calltrack="KEY" may name."""
    region: str = "NL"
    """Whose national numbers may stand inside a placeholder."""
    attributes: frozenset[str] = frozenset({"aria-label", "title"})
    """Attributes, lower case, whose text counts as text."""
    kept: dict[Any, Any] = field(default_factory=dict, init=False, compare=False, repr=False)
    """What scans have made of all this (`patterns`), for the next pages."""

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to look for."""
        return not (self.numbers or self.classes or self.keys)
