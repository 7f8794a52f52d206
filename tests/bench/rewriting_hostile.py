"""Pages that mean harm, or look as if: each must cost as much a megabyte however long it is.

A shape is a page of about so many bytes. From 2 MB to 4 the time doubles where the work is linear;
more than STEEP times is said beside the row.
"""

import math
import time
from collections.abc import Callable, Mapping, Sequence

from tests.bench.finding import Way
from tests.bench.pages import NEW
from tests.bench.report import progress, table

STEEP = 2.4
ENOUGH_SECONDS = 20.0
"""After a page that took this long no longer one is tried."""
PROBES = (64, 16, 4)
"""Parts of the shortest page, tried first: it stops where four times as long may take too long."""
SURE_SECONDS = 0.02
TRIES = 5

Shape = Callable[[int], bytes]


def _again(part: bytes, before: bytes = b"", after: bytes = b"") -> Shape:
    return lambda size: before + part * (size // len(part)) + after


def _tags(size: int) -> bytes:
    attributes = b" ".join(b"a%d=%d" % (at, at) for at in range(4_000))
    return (b"<p " + attributes + b">") * (size // len(attributes))


_ASKS = b'<span data-calltrack="calltrack-number">'

SHAPES: Mapping[str, Shape] = {
    "<": _again(b"<"),
    "</": _again(b"</"),
    "<a ": _again(b"<a "),
    "<!": _again(b"<!"),
    "a tag that never ends": _again(b"a=1 ", b"<a "),
    "a value that never ends": _again(b"x", b'<a title="'),
    'quotes never closed: <a title="': _again(b'<a title="0850'),
    "<a href='tel:085": _again(b"<a href='tel:085"),
    "4,000 attributes in a tag": _tags,
    "<a title=0 >": _again(b"<a title=0 >"),
    "<a href=tel:1>": _again(b"<a href=tel:1>"),
    "elements never closed": _again(b"<div><b>"),
    "the same in a placeholder": _again(b"<div><b>", _ASKS),
    "one of digits and dashes": _again(b"1-"),
    "digits": _again(b"1"),
    "085-": _again(b"085-"),
    "0850199999 ": _again(b"0850199999 "),
    "0850 0850 0": _again(b"0850 0850 0", b"<p>", b"</p>"),
    "a title of digits and dashes": _again(b"1-", b'<p title="', b'">'),
    "+": _again(b"+"),
    "1<b>2</b>": _again(b"1<b>2</b>"),
    "085<wbr>": _again(b"085<wbr>"),
    "085<b><i>": _again(b"085<b><i>"),
    "half entities: &#": _again(b"&#"),
    "&nbs": _again(b"&nbs"),
    "0&#45": _again(b"0&#45"),
    "1&nbsp;": _again(b"1&nbsp;"),
    "comments never closed: <!--": _again(b"<!-- "),
    "<!-->": _again(b"<!-->"),
    "- - in a comment": _again(b"--", b"<!--", b" "),
    "scripts never closed": _again(b"<script>"),
    "<script><!--<script>": _again(b"<script><!--<script>"),
    "</scrip in a script": _again(b"</scrip", b"<script>"),
    "<style>": _again(b"<style>"),
    "<textarea>1": _again(b"<textarea>1"),
    "<title>": _again(b"<title>"),
    "<plaintext>": _again(b"<plaintext>"),
    "<svg>": _again(b"<svg>"),
    "<svg ": _again(b"<svg "),
    "<svg><path/>": _again(b'<svg><path d="M1 2"/>'),
    "svg whole, many": _again(b'<svg><path d="M1 2"/></svg>'),
    "svg with text, many": _again(b"<svg><text>085 0199999</text></svg>"),
    "<svg><![CDATA[": _again(b"<svg><![CDATA["),
    "]] in CDATA": _again(b"]]", b"<svg><![CDATA["),
    "svg and math by turns": _again(b"<svg><math><mi>"),
    "a placeholder that never ends": _again(b"lorem ipsum ", _ASKS),
    "the same with digits": _again(b"1 2 ", _ASKS),
    "the same with tags": _again(b"<b>x</b> ", _ASKS),
    "placeholders never closed": _again(_ASKS),
    "placeholders closed": _again(_ASKS + b"x</span>"),
    "an opt-out that never ends": _again(b"<p>085 0199 999", b"<div data-calltrack=off>"),
    "opt-outs never closed": _again(b"<div data-calltrack=off>"),
    "end tags in an opt-out": _again(b"</p></b>", b"<div data-calltrack=off>"),
    "<p> in an opt-out": _again(b"<p><li>", b"<div data-calltrack=off>"),
    "an opt-out far down": lambda size: b"<div>" * (size // 5) + b"<p data-calltrack=off></i>",
    "svg far down": lambda size: b"<div>" * (size // 10) + b"<svg><b>x</svg>" * (size // 30),
    "tables in an opt-out": _again(b"<table><td>", b"<div data-calltrack=off>"),
    "our words in a text": _again(b"data-calltrack href=tel: title=1 <select "),
    "<select><option>1": _again(b"<select><option>1"),
    "bytes that are no text": _again(b"\x00\xff\xa0"),
    "a blank between digits": _again(b"0 8 5 \xc2\xa0"),
    "spaces between two digits": _again(b" ", b"085", b"0199999"),
}


def run(builds: Mapping[str, Way], *, sizes: Sequence[int]) -> None:
    """Measure and print. `builds`: our ways, by the name of the build."""
    rows = []
    for name, shape in SHAPES.items():
        cells: list[str] = []
        steep = []
        for build, way in builds.items():
            progress(f"rewriter: {name}, {build}")
            seconds = times(way, shape, sizes=sizes)
            cells += ["–" if one is None else f"{one * 1000:,.1f}" for one in seconds]
            cells.append(f"{growth(seconds):.2f} ×")
            steep += [build] if is_steep(seconds) else []
        rows.append((name, *cells, f"NOT LINEAR: {', '.join(steep)}" if steep else ""))
    progress("")
    mega = [f"{size / 1_000_000:g} MB" for size in sizes]
    head = [f"{build} {size}".strip() for build in builds for size in [*mega, ""]]
    print(f"Pages that mean harm, in ms of CPU, and the last growth: linear is 2, up to {STEEP}\n")
    table(("page", *head, ""), rows, texts=1)


def times(way: Way, shape: Shape, *, sizes: Sequence[int]) -> list[float | None]:
    """Give the seconds for each size; None where a shorter one took too long already."""
    found: list[float | None] = []
    for part in PROBES:
        if _time(way, shape(sizes[0] // part), tries=1) * 16 > ENOUGH_SECONDS:
            return [None for _ in sizes]
    for size in sizes:
        last = found[-1] if found else 0.0
        found.append(None if last is None or last > ENOUGH_SECONDS else _time(way, shape(size)))
    return found


def growth(seconds: Sequence[float | None]) -> float:
    """Say how many times as long the longest page takes as the one before."""
    before, after = seconds[-2], seconds[-1]
    return math.inf if before is None or after is None else after / before


def is_steep(seconds: Sequence[float | None]) -> bool:
    """Say whether this is not linear. What takes no time at all says nothing."""
    return growth(seconds) > STEEP and (seconds[-1] or math.inf) > SURE_SECONDS


def _time(way: Way, page: bytes, *, tries: int = TRIES) -> float:
    """Give the best of some tries; of a long one, the first."""
    best = math.inf
    for _ in range(tries):
        started = time.process_time()
        way(page, NEW)
        best = min(best, time.process_time() - started)
        if best > 1:
            break
    return best
