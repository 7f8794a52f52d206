"""Do once at the start what the first visitor would have to wait for, some 100 ms.

The rewriter compiles its patterns for a site when it meets the first page, the phone number library
reads a country's rules when it meets the first number, and the list of crawlers is long: so a page
is scanned and filled before there is anybody to see it.
"""

from collections.abc import Iterable, Sequence

from calltrack.numbers import PhoneNumber, Spelling, usual
from calltrack.plan import Plan
from proxy.rewrite import Bindings, Piece, fill, scan
from proxy.visitor import is_bot

CHARSETS = ("utf-8", None)
"""Pages in other charsets are rare: their first one waits."""


def warm_up(plan: Plan, sites: Iterable[Bindings]) -> None:
    """Scan and fill a sample page of each site, and of each of its paths that differ."""
    is_bot("")
    new = _one_of_each_country(plan.shown_numbers)
    page = "".join(map(_sample, _one_of_each_country(plan.by_forwarding_number))).encode()
    for bindings in sites:
        for charset in CHARSETS:
            pieces = scan(page, bindings, charset=charset)
            for number in new:
                _fill(pieces, number)


def _fill(pieces: Sequence[Piece], number: PhoneNumber) -> None:
    fill(pieces, lambda _slot: number)


def _one_of_each_country(numbers: Iterable[PhoneNumber]) -> Sequence[PhoneNumber]:
    return list({number.country_code: number for number in numbers}.values())


def _sample(number: PhoneNumber) -> str:
    national, abroad = (usual(number, s) for s in (Spelling.NATIONAL, Spelling.INTERNATIONAL))
    return f'<p><a href="tel:{number}">{national}</a> {abroad}</p>'
