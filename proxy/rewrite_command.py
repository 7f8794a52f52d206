"""`calltrack-proxy rewrite`: pages in, the same pages with other numbers out; a filter for files.

What a place shows, first match wins:

============================================  ==================================================
place                                         shows
============================================  ==================================================
--map alone: a number of the map              its NEW
--map alone: a placeholder without such one   the first NEW, as if it were the only vestiging
--plan and --map: a place of a vestiging      the NEW of the vestiging's forwarding number
all the rest, and all with --plan alone       what stands there
============================================  ==================================================

A page streams through in chunks, so its size does not matter; only `--explain` and `--json` read it
whole.

Errors: ConfigError, one sentence that names the option or the file.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from calltrack import planfile
from calltrack.decision import Place, vestiging_of
from calltrack.errors import ConfigError, NumberError
from calltrack.numbers import PhoneNumber
from calltrack.plan import PLACEHOLDER_CLASS, PRIORITY_PLACEHOLDER_CLASS, Plan
from proxy import page_files
from proxy.page_files import Job
from proxy.plan_bindings import bindings_for
from proxy.rewrite import Bindings, Scanner, Slot, fill

READ_BYTES = 64 * 1024
LARGEST_CHUNK_BYTES = 1024 * 1024  # more at once gives the same page, and only costs memory

Numbers = Mapping[PhoneNumber, PhoneNumber]
Show = Callable[[Slot], PhoneNumber | None]

_CLASSES = (PLACEHOLDER_CLASS, PRIORITY_PLACEHOLDER_CLASS)


@dataclass(frozen=True, slots=True)
class Rewriting:
    """What is looked for, and what each place shows; made once for all pages."""

    bindings: Bindings
    show: Show
    chunk_bytes: int = READ_BYTES
    forwarding: frozenset[PhoneNumber] = frozenset()
    """All forwarding numbers of the Plan, also where the site does not look for them."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe `rewrite`."""
    add = parser.add_argument
    add("files", nargs="*", type=Path, metavar="FILE", help="pages; - is stdin (the default)")
    add("--plan", type=Path, metavar="FILE", help="look for what the Plan's first site looks for")
    add(
        "--map",
        action="append",
        default=[],
        metavar="OLD=NEW",
        help="show forwarding number OLD as NEW, both as +31850199999; repeat for more",
    )
    add("--out", type=Path, metavar="DIR", help="write files of the same names here, not to stdout")
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--explain", action="store_true", help="list on stderr every number found, and its fate"
    )
    how.add_argument(
        "--json",
        action="store_true",
        help="list the same on stdout, a JSON object a page; pages go to --out alone",
    )
    add(
        "--chunk-bytes",
        type=chunk_bytes,
        default=READ_BYTES,
        metavar="N",
        help="how much is read at once; the pages do not depend on it (default: %(default)s)",
    )
    parser.set_defaults(run=rewrite)


def chunk_bytes(text: str) -> int:
    """Read a size (an argparse type)."""
    if not (text.isascii() and text.isdecimal()) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"«{text}» is no number of bytes from 1")
    return min(int(text), LARGEST_CHUNK_BYTES)


def rewrite(args: argparse.Namespace) -> int:
    """Rewrite the pages."""
    if args.plan is None and not args.map:
        raise ConfigError("rewrite: name a --plan FILE, a --map OLD=NEW, or both")
    numbers = read_map(args.map)
    if args.plan is None:
        rewriting = Rewriting(*by_map(numbers), args.chunk_bytes, frozenset(numbers))
    else:
        plan = planfile.load(args.plan)
        forwarding = frozenset(plan.by_forwarding_number)
        rewriting = Rewriting(*by_plan(plan, numbers), args.chunk_bytes, forwarding)
    jobs = page_files.plan_jobs(args.files, args.out)
    if args.out is not None:
        page_files.make_folder(args.out)
    if not numbers:
        _note("nothing is replaced: no --map says what a forwarding number is shown as")
    for job in jobs:
        with page_files.opened(job) as file:
            if args.explain or args.json:
                _rewrite_and_tell(job, file, rewriting, as_json=args.json)
            else:
                page_files.write(job, rewritten(job, file, rewriting))
    return 0


def read_map(pairs: Sequence[str]) -> dict[PhoneNumber, PhoneNumber]:
    """Read every OLD=NEW."""
    numbers: dict[PhoneNumber, PhoneNumber] = {}
    for pair in pairs:
        old, found, new = pair.partition("=")
        if not found:
            raise ConfigError(f"--map: «{pair}» is no OLD=NEW, as +31850199999=+31201234567")
        key = _number(old)
        if key in numbers:
            raise ConfigError(f"--map: {key} is named twice; it can be shown as one number only")
        numbers[key] = _number(new)
    return numbers


def by_map(numbers: Numbers) -> tuple[Bindings, Show]:
    """Look for the map's numbers, and for placeholders of both usual classes."""
    first_old, first_new = next(iter(numbers.items()))
    bindings = Bindings(
        numbers=frozenset(numbers),
        classes={name: name for name in _CLASSES},
        keys=frozenset(_CLASSES),
        region=first_old.region,
    )

    def show(slot: Slot) -> PhoneNumber | None:
        new = numbers.get(slot.number) if slot.number is not None else None
        return first_new if new is None and slot.placeholder is not None else new

    return bindings, show


def by_plan(plan: Plan, numbers: Numbers) -> tuple[Bindings, Show]:
    """Look for what the first site looks for; the map says how each vestiging is shown."""
    if not plan.sites:
        raise ConfigError("--plan: it has no site, which would say what to look for in pages")
    for number in numbers:
        if number not in plan.by_forwarding_number:
            _note(f"--map: {number} is no vestiging's forwarding number in this Plan")

    def show(slot: Slot) -> PhoneNumber | None:
        vestiging = vestiging_of(plan, Place(slot.number, slot.placeholder, slot.vestiging), ())
        if vestiging is None:
            return None
        return numbers.get(plan.vestigingen[vestiging].forwarding_number)

    return bindings_for(plan, plan.sites[0]), show


def rewritten(job: Job, file: BinaryIO, rewriting: Rewriting) -> Iterator[bytes]:
    """Give the new page as it gets ready."""
    scanner = Scanner(rewriting.bindings)
    while chunk := page_files.read(job, file, rewriting.chunk_bytes):
        yield fill(scanner.feed(chunk), rewriting.show)
    yield fill(scanner.close(), rewriting.show)
    _note_gave_up(job, scanner)


def _rewrite_and_tell(job: Job, file: BinaryIO, rewriting: Rewriting, *, as_json: bool) -> None:
    """Rewrite a page, then list its numbers."""
    from proxy import rewrite_report  # noqa: PLC0415 - lxml is for these options alone

    page = page_files.read(job, file, -1)
    scanner = Scanner(rewriting.bindings)
    pieces = [*scanner.feed(page), *scanner.close()]
    slots = {piece.offset: piece for piece in pieces if isinstance(piece, Slot)}
    shown = {offset: rewriting.show(slot) for offset, slot in slots.items()}
    if job.target is not None or not as_json:
        page_files.write(job, [fill(pieces, lambda slot: shown[slot.offset])])
    _note_gave_up(job, scanner)
    told = rewrite_report.tell(page, rewriting.bindings, slots, shown, rewriting.forwarding)
    if as_json:
        line = rewrite_report.as_json(job.name, told, scanner.gave_up)
        page_files.write(Job(None, None), [f"{line}\n".encode("ascii")])
    else:
        sys.stderr.write(rewrite_report.as_text(job.name, told))


def _note_gave_up(job: Job, scanner: Scanner) -> None:
    if scanner.gave_up is not None:
        _note(f"{job.name}: left as it is from some place on: {scanner.gave_up}")


def _number(text: str) -> PhoneNumber:
    try:
        return PhoneNumber(text.strip())
    except NumberError as error:
        raise ConfigError(f"--map: {error}") from error


def _note(sentence: str) -> None:
    print(f"note: {sentence}", file=sys.stderr)
