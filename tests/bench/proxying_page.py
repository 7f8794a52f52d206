"""The page that the proxies are asked for: a shop's list of 60,000 bytes with three numbers.

It packs as real pages do, about four to one at gzip's lowest level: what packing costs hangs on it.
How it must look with another number is known without any proxy: see `pages`.
"""

import gzip
import random
import re
from functools import cache
from itertools import pairwise

from calltrack.numbers import PhoneNumber
from tests.bench.pages import OLD, SPOT, WAYS
from tests.bench.proxying_shop import Shop

HITS = 3
SIZE_BYTES = 60_000

_SPELLED = re.compile("[+(]*[0-9]*[①-⑨](?:.*[①-⑨])?")


def page(number: PhoneNumber = OLD) -> bytes:
    """Write the page with this number in all places."""
    parts = _parts()
    written = [_with(way, number) for _, way in WAYS[:HITS]]
    return "".join(part + way for part, way in zip(parts, [*written, ""], strict=True)).encode()


def packed() -> bytes:
    """Give the site's page in gzip, packed once, as a site's cache keeps it."""
    return gzip.compress(page(), 6, mtime=0)


def spellings(number: PhoneNumber) -> list[str]:
    """Write a number in each of the ways that the page has: what sub_filter must be told."""
    found = [_SPELLED.search(way) for _, way in WAYS[:HITS]]
    return [_with(match[0], number) for match in found if match is not None]


@cache
def _parts() -> list[str]:
    """Give what stands around the numbers: at even distances, of the size wanted."""
    shop = Shop(random.Random("shop"), SPOT)  # noqa: S311 - the same every time
    start, end = shop.start(), shop.end()
    made = (start + end).replace(SPOT, "")
    numbers = "".join(_with(way, OLD) for _, way in WAYS[:HITS])
    missing = SIZE_BYTES - len((made + numbers + "<p></p>").encode())
    pieces = f"{start}<p>{shop.text(missing)}</p>{end}".split(SPOT)
    spots = len(pieces) - 1
    chosen = [1 + at * spots // HITS for at in range(HITS)]
    ends = [0, *chosen, len(pieces)]
    return ["".join(pieces[a:b]) for a, b in pairwise(ends)]


def _with(way: str, number: PhoneNumber) -> str:
    digits = number.e164.removeprefix("+31")
    return way.translate(dict(zip(map(ord, "①②③④⑤⑥⑦⑧⑨"), digits, strict=True)))
