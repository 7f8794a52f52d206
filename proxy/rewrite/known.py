"""The numbers that are looked for, by every string of digits they are written with."""

from collections.abc import Iterable
from functools import lru_cache

from calltrack.dialling import is_in_use
from calltrack.errors import NumberError
from calltrack.numbers import PhoneNumber, Spelling, parse, spellings

HEAD_DIGITS = 5
HEADS_MAX = 64
"""The more there are, the slower is the walk over other digits."""
DIGITS_MAX = 20
"""Of the longest spelling."""


class Known:
    """Our numbers, and what others there are in a region."""

    def __init__(self, numbers: Iterable[PhoneNumber], region: str) -> None:
        self._region = region
        self._numbers: dict[str, tuple[PhoneNumber, Spelling]] = {}
        for number in sorted(numbers):
            for digits, spelling in spellings(number).items():
                self._numbers.setdefault(digits, (number, spelling))
        self.shortest = min(map(len, self._numbers), default=0)
        self._heads = frozenset(digits[: self.shortest] for digits in self._numbers)

    def heads(self) -> frozenset[str]:
        """Give a few strings of digits of which each of our numbers begins with one."""
        for size in range(min(HEAD_DIGITS, self.shortest), 1, -1):
            heads = frozenset(digits[:size] for digits in self._numbers)
            if len(heads) <= HEADS_MAX:
                return heads
        return frozenset(digits[:1] for digits in self._numbers)

    def digits(self) -> Iterable[str]:
        """Give the digits of all ways to write our numbers."""
        return self._numbers.keys()

    def may_stand_in(self, digits: str) -> bool:
        """Say whether one of our numbers can be among these digits. Quick; a no is sure."""
        size = self.shortest
        heads = self._heads
        return any(digits[at : at + size] in heads for at in range(len(digits) - size + 1))

    def ours(self, digits: str) -> tuple[PhoneNumber, Spelling] | None:
        """Give the number of ours that these digits are."""
        return self._numbers.get(digits)

    def inside(self, digits: str) -> tuple[PhoneNumber, Spelling] | None:
        """Give the number of ours whose digits stand somewhere in these."""
        sizes = range(self.shortest, min(DIGITS_MAX, len(digits)) + 1)
        places = (digits[at : at + size] for size in sizes for at in range(len(digits) - size + 1))
        return next((self._numbers[text] for text in places if text in self._numbers), None)

    def anyone(self, digits: str, *, plus: bool, sure: bool) -> tuple[PhoneNumber, Spelling] | None:
        """Give the phone number that these digits are. `sure`: of a range that is in use."""
        if digits in self._numbers:
            return self._numbers[digits]
        found = _read("+" + digits if plus else digits, self._region)
        if found is None or (sure and not is_in_use(found[0].country_code, found[0].national)):
            return None
        return found


@lru_cache(maxsize=4096)
def _read(text: str, region: str) -> tuple[PhoneNumber, Spelling] | None:
    try:
        number = parse(text, region=region)
    except NumberError:
        return None
    spelling = spellings(number).get(text.removeprefix("+"))
    return None if spelling is None else (number, spelling)
