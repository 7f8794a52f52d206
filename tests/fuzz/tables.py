"""What fuzzing looks for in pages: tables that differ in numbers, marks and charset.

An input names one by its place here: add at the end only.
"""

from typing import NamedTuple

from calltrack.numbers import PhoneNumber
from proxy.rewrite import Bindings
from tests.proxy.rewrite.oracle import BINDINGS


class Table(NamedTuple):
    """What is looked for, and the charset that the page's header names."""

    bindings: Bindings
    charset: str | None = None


WORLD = Bindings(
    numbers=frozenset(
        map(
            PhoneNumber,
            (
                "+31850199999",
                "+31207654301",
                "+74951234567",  # behind an 8
                "+390669812345",  # the 0 is part of it
                "+4722225555",  # nothing stands before it
                "+12025550123",
                "+37052123456",
                "+3726001234",  # seven digits
            ),
        )
    ),
    classes={"phone": "main", "x:tel-1": "other", "é": "accent"},
    keys=frozenset({"main"}),
    attributes=frozenset({"alt", "title", "aria-label", "data-x"}),
)
MANY = Bindings(numbers=frozenset(PhoneNumber(f"+31201{at:06d}") for at in range(0, 999_999, 4999)))

TABLES = (
    Table(BINDINGS, "utf-8"),
    Table(BINDINGS),
    Table(WORLD, "utf-8"),
    Table(WORLD, "windows-1252"),
    Table(Bindings(classes={"phone": "main"}), "utf-8"),
    Table(Bindings(keys=frozenset({"main"})), "utf-8"),
    Table(MANY, "utf-8"),
    Table(WORLD, "shift_jis"),
    Table(WORLD, "utf-16le"),
    Table(BINDINGS, "iso-8859-5"),
)
