"""The page that the proxies are asked for: a shop's list of 60,000 bytes with three numbers.

How it must look with another number is known without any proxy: see `pages`.
"""

import gzip
import random
import re
from functools import cache

from calltrack.numbers import PhoneNumber
from tests.bench.pages import OLD, WAYS, WORDS, make_page

HITS = 3
SIZE_BYTES = 60_000

_SPELLED = re.compile("[+(]*[0-9]*[①-⑨](?:.*[①-⑨])?")
_END = b"</body>"


def page(number: PhoneNumber = OLD) -> bytes:
    """Write the page with this number in all places."""
    made = make_page("shop", HITS, new=number).after
    head, end, tail = made.rpartition(_END)
    return head + _filling(SIZE_BYTES - len(made)) + end + tail


def packed() -> bytes:
    """Give the site's page in gzip, packed once, as a site's cache keeps it."""
    return gzip.compress(page(), 6, mtime=0)


def spellings(number: PhoneNumber) -> list[str]:
    """Write a number in each of the ways that the page has: what sub_filter must be told."""
    digits = dict(zip(map(ord, "①②③④⑤⑥⑦⑧⑨"), number.e164.removeprefix("+31"), strict=True))
    found = [_SPELLED.search(way) for _, way in WAYS[:HITS]]
    return [match[0].translate(digits) for match in found if match is not None]


@cache
def _filling(size: int) -> bytes:
    """Write a text of so many bytes."""
    rng = random.Random("filling")  # noqa: S311 - the same every time
    plain = [word for word in WORDS if word.isascii()]
    text = " ".join(rng.choices(plain, k=size))[: size - len("<p></p>")]
    return f"<p>{text}</p>".encode()
