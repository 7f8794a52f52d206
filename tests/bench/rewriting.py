"""The rewriter in process, beside lxml doing the same job, and a decode and encode for scale."""

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from calltrack.numbers import PhoneNumber
from calltrack.plan import PLACEHOLDER_CLASS, PRIORITY_PLACEHOLDER_CLASS
from proxy.rewrite import Bindings, Scanner, fill, scan
from tests.bench import lxml_way
from tests.bench.pages import KINDS, NEW, OLD, OTHERS, Page, make_page
from tests.bench.report import check, median_ratio, progress, table

HITS = (0, 3, 50)
CHUNK_BYTES = 16 * 1024
MANY = 1_000

Rewrite = Callable[[bytes], bytes]


@dataclass(slots=True)
class Timed:
    """An engine, and its seconds per page, one for each round."""

    name: str
    rewrite: Rewrite
    seconds: list[float] = field(default_factory=list)


def bindings(others: Sequence[PhoneNumber]) -> Bindings:
    """Look for the pages' number, for others, and for both usual placeholder classes."""
    names = (PLACEHOLDER_CLASS, PRIORITY_PLACEHOLDER_CLASS)
    return Bindings(
        numbers=frozenset({OLD, *others}),
        classes={name: name for name in names},
        keys=frozenset(names),
    )


def whole(found: Bindings) -> Rewrite:
    """Rewrite a page that is all there."""
    return lambda page: fill(scan(page, found), lambda _: NEW)


def in_chunks(found: Bindings) -> Rewrite:
    """Rewrite a page as it comes from a socket."""

    def rewrite(page: bytes) -> bytes:
        scanner = Scanner(found)
        parts = [
            fill(scanner.feed(page[at : at + CHUNK_BYTES]), lambda _: NEW)
            for at in range(0, len(page), CHUNK_BYTES)
        ]
        return b"".join([*parts, fill(scanner.close(), lambda _: NEW)])

    return rewrite


def engines() -> list[Timed]:
    """Give all that are timed: ours, lxml, and the scale."""
    few = bindings(OTHERS)
    many = bindings([PhoneNumber(f"+3130{i:07}") for i in range(2_000_000, 2_000_000 + MANY)])
    known = lxml_way.known([OLD, *OTHERS])
    return [
        Timed("rewriter", whole(few)),
        Timed(f"rewriter, {CHUNK_BYTES >> 10} KB chunks", in_chunks(few)),
        Timed(f"rewriter, {MANY:,} numbers", whole(many)),
        Timed("lxml", lambda page: lxml_way.rewrite(page, known, NEW)),
        Timed("decode, encode", lambda page: page.decode().encode()),
    ]


def check_output(engine: Timed, page: Page) -> None:
    """Ours must be exact to the byte; lxml's must hold all the numbers; the scale changes none."""
    where = f"{engine.name}, page {page.name} with {page.hits} numbers"
    after = engine.rewrite(page.before)
    if engine.name == "lxml":
        check(lxml_way.count(page.before, OLD) == page.hits, f"{where}: not all are found before")
        check(lxml_way.count(after, NEW) == page.hits, f"{where}: not all are shown")
        check(lxml_way.count(after, OLD) == 0, f"{where}: an old one is left")
    elif engine.name.startswith("rewriter"):
        check(after == page.after, f"{where}: not what it must be")
    else:
        check(after == page.before, f"{where}: not what it was")


def measure(page: Page, timed: Sequence[Timed], *, rounds: int, least_seconds: float) -> None:
    """Time all engines on one page, in turns."""
    times = {}
    for engine in timed:
        engine.seconds.clear()
        check_output(engine, page)
        started = time.perf_counter()
        engine.rewrite(page.before)
        times[engine.name] = max(1, round(least_seconds / (time.perf_counter() - started)))
    for at in range(rounds):
        progress(f"rewriter: {page.name}, {page.hits} numbers, round {at + 1} of {rounds}")
        for engine in timed:
            gc.collect()
            repeat, rewrite, before = range(times[engine.name]), engine.rewrite, page.before
            started = time.perf_counter()
            for _ in repeat:
                rewrite(before)
            engine.seconds.append((time.perf_counter() - started) / len(repeat))
    progress("")


def run(*, quick: bool) -> None:
    """Measure and print."""
    rounds, least_seconds = (1, 0.0) if quick else (7, 0.04)
    timed = engines()
    rows = []
    for kind in KINDS:
        for hits in HITS:
            page = make_page(kind, hits)
            measure(page, timed, rounds=rounds, least_seconds=least_seconds)
            rows.append(_row(page, *timed))
    print("The rewriter, in process\n")
    table(HEAD, rows, texts=1)


HEAD = (
    *("page", "KB", "numbers", "pages/s", "MB/s", "lxml pages/s", "MB/s", "× lxml"),
    *("decode, encode MB/s", "in 16 KB chunks", "1,000 numbers"),
)


def _row(
    page: Page, ours: Timed, chunks: Timed, many: Timed, lxml: Timed, scale: Timed
) -> tuple[str, ...]:
    size = len(page.before)
    return (
        page.name,
        f"{size / 1000:.0f}",
        str(page.hits),
        *_speed(ours, size),
        *_speed(lxml, size),
        f"{median_ratio(ours.seconds, lxml.seconds):.2f} ×",
        _speed(scale, size)[1],
        f"{median_ratio(chunks.seconds, ours.seconds):.2f} ×",
        f"{median_ratio(many.seconds, ours.seconds):.2f} ×",
    )


def _speed(engine: Timed, size: int) -> tuple[str, str]:
    per_second = 1 / statistics.median(engine.seconds)
    return f"{per_second:,.0f}", f"{per_second * size / 1e6:,.0f}"
