"""What an engine made of a page: looked at before a time is printed, and counted.

Ours must be exact to the byte. A peer must show the new number wherever it says that it finds one,
and leave the old one in the other places; what it changes besides is counted.
"""

import re
from dataclasses import dataclass

from lxml import html

from calltrack.numbers import PhoneNumber
from tests.bench.finding import RAW, SPOKEN
from tests.bench.pages import NEW, Page, Where
from tests.bench.report import check
from tests.bench.rewriting_engines import Engine

LONGEST_WRITTEN = 250
"""Bytes that a number and its tags may take."""

_PARSER = html.HTMLParser(encoding="utf-8")
_SPLITTING = re.compile(rb"</?(?:b|span(?: class=\"nr\")?)>")
_NO_DIGITS = re.compile(r"[^0-9]+")


@dataclass(slots=True)
class Tally:
    """What an engine did on all pages."""

    engine: Engine
    asked: int = 0
    shown: int = 0
    pages: int = 0
    kept: int = 0
    """Pages on which all around the numbers is as it was."""
    errors: int = 0

    @property
    def missed(self) -> str:
        """Name the places in which numbers are not found."""
        return ", ".join(place.value for place in Where if place not in self.engine.finds)


def look(page: Page, tally: Tally) -> None:
    """Look at what an engine makes of a page, and count. Errors: WrongOutputError."""
    tally.asked += page.hits
    tally.pages += 1
    try:
        after = tally.engine.way(page.before, NEW)
    except (ValueError, RuntimeError):  # a peer's own; the others are ours to mend
        check(not tally.engine.is_ours, f"{tally.engine.name}, page {page.name}: an error")
        tally.errors += 1
        return
    tally.shown += judge(tally.engine, page, after, NEW)
    tally.kept += is_rest_kept(page, after)


def judge(engine: Engine, page: Page, after: bytes, new: PhoneNumber) -> int:
    """Say how many numbers are shown; a wrong page ends the run."""
    where = f"{engine.name}, page {page.name} with {page.hits} numbers"
    if engine.is_ours:
        check(after == page.after, f"{where}: not what it must be")
        return page.hits
    if not engine.finds:
        check(after == page.before, f"{where}: not what it was")
        return 0
    shown = count(after, new)
    left = count(after, *page.olds)
    check(shown >= page.count(engine.finds), f"{where}: only {shown} are shown")
    check(shown + left == page.hits, f"{where}: {left} old numbers stand beside {shown} new ones")
    return shown


def is_rest_kept(page: Page, after: bytes) -> bool:
    """Say whether all that stands around the numbers is as it was."""
    at = 0
    for part in page.rest:
        found = after.find(part, at, at + len(part) + LONGEST_WRITTEN)
        if found < 0:
            return False
        at = found + len(part)
    return at == len(after)


def count(page: bytes, *numbers: PhoneNumber) -> int:
    """Count the places where a page shows numbers, in text, links and spoken attributes."""
    tree = html.document_fromstring(_SPLITTING.sub(b"", page), parser=_PARSER)
    texts = [e.get(name, "") for e in tree.iter("*") for name in ("href", *SPOKEN)]
    for element in tree.iter():
        is_read = isinstance(element.tag, str) and element.tag not in RAW
        texts += [element.text or "" if is_read else "", element.tail or ""]
    digits = [_NO_DIGITS.sub("", text) for text in texts]
    return sum(text.count(number.national) for text in digits if text for number in numbers)
