"""A table as the C core gets it: what `strides` tells the extension, as text that C reads.

A line is a letter, a blank and a value; `fuzz_stride.c` makes a call of each.
"""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any
from unittest import mock

from proxy.rewrite import strides
from proxy.rewrite.alphabet import UNDECLARED
from proxy.rewrite.charset import detect
from proxy.rewrite.known import Known
from tests.fuzz.tables import Table


def text(table: Table) -> bytes:
    """Write a table."""
    said = _said(table)
    lines = [
        *_each(b"n", said["numbers"]),
        *_each(b"c", said["classes"]),
        *_each(b"a", said["attributes"]),
        *_each(b"e", said["entities"]),
        *_each(b"E", said["bare_entities"]),
        *_each(b"s", (b"%d" % ord(character) for character in said["separators"])),
        *_each(b"l", (b"%d" % byte for word in said["lone"] for byte in word)),
        *_each(b"u", [b"%d" % said["utf8"]]),
        *_each(b"f", [b"%d" % said["shortest"]]),
    ]
    return b"".join(line + b"\n" for line in lines)


def _each(letter: bytes, values: Iterable[bytes]) -> list[bytes]:
    return [letter + b" " + value for value in values]


def _said(table: Table) -> dict[str, Any]:
    """Listen to what the extension would be told. Masked pages never come to it: any charset."""
    bindings = table.bindings
    charset = detect(b"", table.charset, last=True)
    alphabet = charset.alphabet if charset is not None and charset.mask is None else UNDECLARED
    assert alphabet is not None
    finder: Any = SimpleNamespace(ours={}, ask=None)
    with mock.patch.object(strides, "_compiled") as extension:
        strides.CompiledPath(
            Known(bindings.numbers, bindings.region),
            alphabet,
            frozenset(bindings.classes),
            bindings.attributes,
            (finder, finder),
        )
    said: dict[str, Any] = extension.Path.call_args.kwargs
    return said
