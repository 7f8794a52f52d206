"""A call as a row of a file tells it, and how it differs from what was told before."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from calltrack.calls import Direction
from wagtail_calltrack import callers
from wagtail_calltrack.amounts import span
from wagtail_calltrack.importing.call_columns import TITLES
from wagtail_calltrack.importing.preview import NONE, Change
from wagtail_calltrack.models import CallEvent
from wagtail_calltrack.models.words import CALL_STATES, DIRECTIONS
from wagtail_calltrack.phones import at_home

_STATES, _DIRECTIONS = dict(CALL_STATES), dict(DIRECTIONS)

SHOWN = (
    *("started_at", "caller", "number", "status", "talk_seconds", "ring_seconds"),
    *("direction", "vestiging", "recording"),
)


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call. `said` is what the API would be told of it."""

    account: str
    said: dict[str, Any]

    @property
    def reference(self) -> str:
        """Give the phone system's own name of the call."""
        return str(self.said["reference"])

    @property
    def name(self) -> tuple[str, str]:
        """Give what names the call."""
        return self.account, self.reference

    def keep(self, before: CallEvent | None, names: Collection[str]) -> None:
        """Take over what was told before, where the file says nothing of it."""
        if before is not None:
            self.said.update({name: getattr(before, name) for name in names})

    def turn(self, own: Collection[str]) -> None:
        """Put the numbers of an outgoing call where they belong: phone systems turn them round."""
        caller, number = self.said["caller"], self.said["number"]
        if self.said["direction"] == Direction.OUT and caller in own and number not in own:
            self.said.update(caller=number, number=caller)


class Comparing:
    """Says how calls differ from what was told before, as somebody may see it."""

    def __init__(self, user: Any) -> None:
        self._user = user
        self._titles = {name: TITLES[name].title for name in SHOWN}
        self._texts: dict[tuple[str, Any], str] = {}  # many calls have the same

    def changes(self, said: Mapping[str, Any], before: CallEvent | None) -> Iterator[Change]:
        """Say what is new, or differs."""
        now = {**said, "started_at": datetime.fromisoformat(said["started_at"])}
        for name, title in self._titles.items():
            if before is None:
                if _is_worth_telling(name, now[name]):
                    yield Change(title, "", self._text(name, now[name]))
                continue
            was = getattr(before, name)
            if _known(name, was) != _known(name, now[name]):
                yield Change(title, self._text(name, was), self._text(name, now[name]))

    def _text(self, name: str, value: Any) -> str:
        key = (name, value)
        if key not in self._texts:
            self._texts[key] = _shown(name, value, self._user)
        return self._texts[key]


def _is_worth_telling(name: str, value: Any) -> bool:
    """Say whether it is told of a new call; its title has the moment, and most come in."""
    if name in {"started_at", "direction"}:
        return bool(value == Direction.OUT)
    return name == "caller" or value not in (None, "")


def _known(name: str, value: Any) -> Any:
    """Give what is compared: no talk is none at all, and neither is no text."""
    return value if name == "ring_seconds" else value or None


def title_of(reference: str, at: datetime | None) -> str:
    """Name a call: never by a number."""
    return " · ".join(one for one in (reference, _moment(at) if at else "") if one)


def _shown(name: str, value: Any, user: Any) -> str:
    if name == "caller":
        return callers.shown(value, user)
    if value in (None, ""):
        return NONE
    write = _WRITTEN.get(name)
    return write(value) if write else str(value)


def _moment(at: datetime) -> str:
    local = localtime(at)
    return f"{date_format(local, 'j M Y')} {local:%H:%M:%S}"


_WRITTEN: Mapping[str, Callable[[Any], str]] = {
    "started_at": _moment,
    "number": at_home,
    "status": lambda word: str(_STATES.get(word, word)),
    "talk_seconds": span,
    "ring_seconds": span,
    "direction": lambda word: str(_DIRECTIONS.get(word, word)),
    "recording": lambda _address: _("there is one"),
}
"""How what is told is shown; a vestiging by its key."""
