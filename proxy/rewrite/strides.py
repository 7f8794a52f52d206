"""Which build of the stride walks over a page: the compiled one, or its twin in pure Python.

    walk (shared) → stride: compiled (`_compiled`, C) | pure (`pure`, expressions)

A stride walks over what cannot hold a slot, and stops where something must be decided. All that is
decided is decided by shared code. So both builds find the same; the compiled one is faster. It may
also take numbers by itself of which the shared code has said before what they are.

The pure one is used where the extension is not there (the package was installed without a C
compiler), where the environment says CALLTRACK_REWRITER=pure, and for pages that are read through a
mask (`charset`).
"""

import importlib
import os
from typing import Any, Protocol

from proxy.rewrite.alphabet import ENTITIES, SEPARATORS, Alphabet
from proxy.rewrite.finder import Finder
from proxy.rewrite.known import Known
from proxy.rewrite.pure import PurePath
from proxy.rewrite.slots import Place, Slot

INTERFACE = 3
"""Of the extension: one of another number was compiled from other sources."""

COMPILED, PURE = "compiled", "pure"


class Stride(Protocol):
    """Walks over one page. Units: places in `data`, which begins at `base` in the page."""

    def walk(
        self, data: bytes, at: int, floor: int, base: int, last: bool, found: list[Slot], /
    ) -> tuple[int, int, bool]:
        """Walk on from `at` to where something must be decided, or to the end.

        Gives that place, the new floor (no run of digits reaches back across it), and whether
        nothing is to be decided before more bytes come. `last`: no more will come. Numbers that it
        takes by itself are added to `found`.
        """
        ...


def _load() -> tuple[Any, str | None]:
    """Give the extension; None, and why, where it is not used."""
    if os.environ.get("CALLTRACK_REWRITER", "").lower() == PURE:
        return None, "CALLTRACK_REWRITER=pure"
    try:
        module = importlib.import_module("proxy.rewrite._compiled")
    except ImportError:
        return None, "installed without a C compiler"
    if module.INTERFACE != INTERFACE:
        return None, "the extension was compiled from other sources; install the package again"
    return module, None


_compiled, why_pure = _load()
"""`why_pure`: a phrase; None where the compiled build is used."""

BUILD = COMPILED if _compiled is not None else PURE
"""The build in use."""


def extension() -> Any:
    """Give the extension; where BUILD says that it is used."""
    return _compiled


class CompiledPath:
    """What the compiled strides over the pages of one site share."""

    def __init__(
        self,
        known: Known,
        alphabet: Alphabet,
        classes: frozenset[str],
        attributes: frozenset[str],
        finders: tuple[Finder, Finder],
    ) -> None:
        in_text, in_link = finders
        self._path: Stride = _compiled.Path(
            numbers=[digits.encode() for digits in known.digits()],
            shortest=known.shortest,
            classes=[name.encode("utf-8", "surrogatepass") for name in classes],
            attributes=[name.encode() for name in attributes],
            separators=SEPARATORS,
            entities=[name for name, is_bare in ENTITIES.items() if not is_bare],
            bare_entities=[name for name, is_bare in ENTITIES.items() if is_bare],
            lone=[alphabet.lone],
            utf8=alphabet.is_utf8,
            slot=Slot,
            runs=in_text.ours,
            links=in_link.ours,
            ask_run=in_text.ask,
            ask_link=in_link.ask,
            in_text=Place.TEXT,
            in_link=Place.LINK,
            in_value=Place.ATTRIBUTE,
            encoding="ascii",
        )

    def stride(self) -> Stride:
        """Begin a page: there is nothing to remember of one."""
        return self._path


def path_for(
    known: Known,
    alphabet: Alphabet,
    classes: frozenset[str],
    attributes: frozenset[str],
    finders: tuple[Finder, Finder],
    *,
    build: str,
) -> CompiledPath | PurePath:
    """Make what the strides over the pages of one site share. `finders`: of text, of links."""
    if build == COMPILED and not alphabet.is_mask:
        return CompiledPath(known, alphabet, classes, attributes, finders)
    return PurePath(known, alphabet, classes, attributes)
