"""How often Python looks for garbage in a process that serves.

Nearly all is let go of the moment nobody needs it; the collector is there for what holds itself in
a circle, and a request leaves no such thing behind: of ten thousand, not one did.

- What was loaded at the start is set aside. It stays to the end, and a full collection goes through
  all of it: 15 ms, every few seconds under load, for which every page waited.
- New things are looked through when there are 5,000 more of them, not 700. What an error leaves
  behind may hold a page until then: some megabytes at worst.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG = 5_000


@contextmanager
def seldom() -> Iterator[None]:
    """Collect seldom from here on: what is loaded now is not looked through again."""
    usual = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
