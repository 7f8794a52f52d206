"""Rows that a file names by their key or their name: pools, campaigns, vestigingen."""

from collections import defaultdict
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _

from wagtail_calltrack.importing.cells import CellError


class Named:
    """All rows of a table, found by key, or by name where only one has it."""

    def __init__(self, rows: Iterable[Any], word: str) -> None:
        self._word = word
        self._by_key: dict[str, Any] = {}
        self._loosely: dict[str, list[Any]] = defaultdict(list)
        for row in rows:
            self._by_key[row.key] = row
            for text in {row.key.casefold(), str(row).casefold()}:
                self._loosely[text].append(row)

    def find(self, text: str) -> Any:
        """Give the row. Errors: CellError."""
        if text in self._by_key:
            return self._by_key[text]
        found = self._loosely.get(text.casefold(), [])
        if len(found) == 1:
            return found[0]
        values = {"word": self._word, "text": text}
        if found:
            keys = ", ".join(f"«{row.key}»" for row in found)
            sentence = _("several are called «%(text)s»: write the key, %(keys)s")
            raise CellError(sentence % {**values, "keys": keys})
        sentence = _("there is no %(word)s «%(text)s»") % values
        close = get_close_matches(text.casefold(), self._loosely, n=1, cutoff=0.7)
        if close:
            sentence += ". " + _("Is «%(key)s» meant?") % {"key": self._loosely[close[0]][0].key}
        else:
            sentence += ": " + _("make it first, or correct the name")
        raise CellError(sentence)
