"""Import of calls from a phone system of the firm's own.

Rule 1: account and reference together name a call. One that is there is changed by the file; what
the file has no column for stays as it was.
Rule 2: rows that are wrong are left out, with the reason, and the others are stored: a call log
always has some, such as calls between two desks.
Rule 3: stored by `store_calls`, as the API does, a portion at a time. Whatever is cut off halfway
is finished by the same file: what is there already is left alone.
Rule 4: of an outgoing call phone systems write the numbers the other way round; the firm's own one
is told by the stock and the vestigingen.

Numbers are shown to those who may see callers; on the command line they are masked.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wagtail_calltrack import callers
from wagtail_calltrack.access.policies import POLICIES
from wagtail_calltrack.importing.call_columns import COLUMNS, TITLES
from wagtail_calltrack.importing.call_lines import Firm, read_call, unsaid
from wagtail_calltrack.importing.call_rows import CallRow, Comparing
from wagtail_calltrack.importing.columns import Reading
from wagtail_calltrack.importing.imports import Import, Result
from wagtail_calltrack.importing.preview import Fault, Kind, Outcome, Preview
from wagtail_calltrack.importing.reader import LineReader, told_doubts
from wagtail_calltrack.importing.texts import Limits, Line, Table
from wagtail_calltrack.ingest.own_calls import (
    FORGOTTEN_PROBLEMS,
    MOST_CALLS,
    Row,
    State,
    store_calls,
    told_before,
)
from wagtail_calltrack.models import Call
from wagtail_calltrack.records import IMPORTED, log_listing

LARGE = Limits(most_rows=100_000, most_bytes=20_000_000)
"""What the command takes: nobody waits for its page."""

_KINDS = {
    State.STORED: Kind.ADD,
    State.CHANGED: Kind.CHANGE,
    State.KNOWN: Kind.SAME,
    State.REFUSED: Kind.ERROR,
}


def may_import_calls(user: Any) -> bool:
    """Say whether somebody may change all calls of the firm, and see who called."""
    return POLICIES[Call].has_all(user, ["change"]) and callers.may_see(user)


class CallImport(Import):
    """Calls."""

    model = Call
    columns = COLUMNS
    by_command = LARGE

    def __init__(self, user: Any = None) -> None:
        """Show numbers as this user may see them; nobody sees them masked."""
        self._user = user

    @property
    def remarks(self) -> Sequence[str]:
        """Say whose clock is meant, and what to do with a file that is too large."""
        zone = timezone.get_current_timezone_name()
        return (
            _("Times without a zone are those of %(zone)s.") % {"zone": zone},
            _("Rows with errors are left out; all others are imported."),
            _(
                "A larger file: split it, or have it imported by command (calltrack_import calls), "
                "which takes %(most)s rows."
            )
            % {"most": number_format(LARGE.most_rows, force_grouping=True)},
        )

    @staticmethod
    @contextmanager
    def locked() -> Iterator[None]:
        """Wait for nobody: `store_calls` waits for its turn itself, for each portion."""
        yield

    def outcomes(self, lines: Sequence[Line], reading: Reading) -> Preview:
        """Say what would happen with each line."""
        firm = Firm()
        doubts: list[str] = []
        read = [read_call(LineReader(line, reading, COLUMNS), firm, doubts) for line in lines]
        once = _without_earlier(read)
        found = _looked_at(once, unsaid(reading), firm.own, Comparing(self._user))
        notes = (*told_doubts(doubts), *_strange_numbers(found, firm))
        return Preview(tuple(found), notes, leaves_out=True)

    def preview(self, table: Table) -> Preview:
        """Say what would happen. Errors: FileRefusedError."""
        return self._outcomes(table)

    def carry_out(self, table: Table, digest: str) -> Result:
        """Do what was previewed, if it is still what would happen. Errors: FileRefusedError."""
        found = self._outcomes(table)
        if found.digest != digest:
            return Result(found, is_done=False)
        if found.writes:
            self.save([one.instance for one in found.writes])
            counts = found.counts
            said = _("%(added)s new calls, %(changed)s changed") % {
                "added": counts[Kind.ADD],
                "changed": counts[Kind.CHANGE],
            }
            log_listing(Call, IMPORTED, said)
        return Result(found, is_done=True)

    def save(self, rows: Sequence[CallRow]) -> None:
        """Store them, and begin to settle them once all are there."""
        portions = list(_portions(rows))
        for at, (account, portion) in enumerate(portions, 1):
            said = [row.said for row in portion]
            store_calls(said, timezone.now(), account=account, settles=at == len(portions))

    def identity(self, row: CallRow) -> tuple[str, str]:
        """Give what names a call."""
        return row.name

    def afterword(self) -> str:
        """Say how many calls are still to be reckoned."""
        left = Call.objects.filter(is_settled=False).count()
        if not left:
            return ""
        return ngettext(
            "%(n)s call is still being reckoned: who called, and from where. This goes on by "
            "itself.",
            "%(n)s calls are still being reckoned: who called, and from where. This goes on by "
            "itself.",
            left,
        ) % {"n": left}


def _without_earlier(outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
    """Refuse rows whose call stands again further on: the last one counts."""
    last = {one.instance.name: one.row for one in outcomes if one.instance is not None}
    return [
        replace(one, instance=None).refused(
            [
                Fault(
                    TITLES["reference"].title,
                    _("stands again in row %(row)s: that one counts")
                    % {"row": last[one.instance.name]},
                )
            ]
        )
        if one.instance is not None and last[one.instance.name] != one.row
        else one
        for one in outcomes
    ]


def _looked_at(
    outcomes: Sequence[Outcome], missing: frozenset[str], own: frozenset[str], comparing: Comparing
) -> Sequence[Outcome]:
    """Say of each row what `store_calls` would do with it."""
    rows = [one.instance for one in outcomes if one.instance is not None]
    found: dict[tuple[str, str], tuple[Row, Any]] = {}
    for account, portion in _portions(rows):
        before = told_before([row.reference for row in portion], account)
        for row in portion:
            row.keep(before.get(row.reference), missing)
            row.turn(own)
        said = [row.said for row in portion]
        looks = store_calls(said, timezone.now(), account=account, only_look=True)
        for row, look in zip(portion, looks, strict=True):
            found[row.name] = look, before.get(row.reference)
    return [
        _told(one, *found[one.instance.name], comparing) if one.instance else one
        for one in outcomes
    ]


def _told(one: Outcome, look: Row, before: Any, comparing: Comparing) -> Outcome:
    if look.state is State.REFUSED:
        return replace(one, instance=None).refused([_fault(look.problem)])
    kind = _KINDS[look.state]
    changes = () if kind is Kind.SAME else comparing.changes(one.instance.said, before)
    return replace(one, kind=kind, changes=tuple(changes))


def _fault(problem: str) -> Fault:
    """Put what `store_calls` says at its column."""
    name, _colon, text = problem.partition(": ")
    if problem in FORGOTTEN_PROBLEMS:
        text = _("the caller is forgotten here by now, and is not stored again")
    column = TITLES.get(name)
    return Fault(column.title if column else "", text)


def _portions(rows: Iterable[CallRow]) -> Iterator[tuple[str, Sequence[CallRow]]]:
    """Give rows of one phone system, so many as `store_calls` takes at once."""
    by_account: dict[str, list[CallRow]] = defaultdict(list)
    for row in rows:
        by_account[row.account].append(row)
    for account, every in by_account.items():
        for begin in range(0, len(every), MOST_CALLS):
            yield account, every[begin : begin + MOST_CALLS]


def _strange_numbers(outcomes: Iterable[Outcome], firm: Firm) -> Sequence[str]:
    """Say how many calls came in on numbers that are none of ours."""
    count = sum(
        one.instance is not None and one.instance.said["number"] not in firm.own for one in outcomes
    )
    if not count:
        return ()
    return (
        ngettext(
            "%(n)s call is on a number that is neither in the stock nor a vestiging's: it counts "
            "for no campaign.",
            "%(n)s calls are on numbers that are neither in the stock nor a vestiging's: they "
            "count for no campaign.",
            count,
        )
        % {"n": count},
    )
