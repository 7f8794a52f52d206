"""A Stock as the stores compare it: where each number stands, and one word for the whole."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from calltrack.leases import Stock

NO_STOCK = "knows no pools"
"""What a store says that has nothing to take from."""


def places(stock: Stock) -> dict[str, tuple[str, int]]:
    """Give each number's pool and position in it.

    Errors: ValueError for a number in two places: the Plan's check let it pass.
    """
    found: dict[str, tuple[str, int]] = {}
    for pool, numbers in stock.pools.items():
        for position, number in enumerate(numbers):
            if number.e164 in found:
                raise ValueError(f"a number of pool {pool} is in pool {found[number.e164][0]} too")
            found[number.e164] = (pool, position)
    return found


def releases(stock: Stock) -> Mapping[str, datetime]:
    """Give the moment each number was released, by number. Errors: TypeError for a naive moment."""
    for moment in stock.released_at.values():
        if moment.tzinfo is None:
            raise TypeError("a moment needs a time zone")
    return {number.e164: moment for number, moment in stock.released_at.items()}


def fingerprint(stock: Stock) -> str:
    """Name the pools, their order and the releases in few bytes."""
    pools = sorted((key, [number.e164 for number in stock.pools[key]]) for key in stock.pools)
    released = sorted((e164, moment.timestamp()) for e164, moment in releases(stock).items())
    return hashlib.sha256(json.dumps([pools, released]).encode()).hexdigest()
