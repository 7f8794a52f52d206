"""Who called and why we think so, in sentences: `calltrack.matching` gives words and figures."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from calltrack.matching import Code, Reason

HOUR = 60
DAY = 24 * HOUR

_SENTENCES: Mapping[Code, Any] = {
    Code.PROMISED: _("The number was promised to this visitor at that moment."),
    Code.KEPT: _(
        "The number was kept for this visitor, whose browser had not shown itself a second time."
    ),
    Code.SHARED: _("%(count)s visitors shared the number at that moment."),
    Code.OVERLAP: _(
        "%(count)s visitors had the number at that moment: somewhere it was given away twice."
    ),
    Code.STATIC: _("The number is the campaign's own: it does not tell which visitor called."),
    Code.ENDED: _(
        "This visitor had had the number, until %(span)s before the call. Nobody has had it since."
    ),
    Code.LEASED_AGAIN: _(
        "%(count)s visitors had had the number, the last one until %(span)s before the call."
    ),
    Code.CALLED_BEFORE: _("The same caller had called %(span)s before."),
    Code.NEVER_LEASED: _("No visitor had ever had the number."),
}

_FORMER = _("Somebody else had had the number until %(span)s before, and may have called.")


def why(text: str) -> str:
    """Say a call's reason; as it stands, where it is none that we know."""
    reason = Reason.read(text) if text else None
    if reason is None:
        return text
    values = reason.values
    told = {"count": values.get("count", 0), "span": ago(values.get("minutes", 0))}
    sentence = str(_SENTENCES[reason.code]) % told
    if "former" not in values:
        return sentence
    return f"{sentence} {_FORMER % {'span': ago(values['former'])}}"


def ago(minutes: int) -> str:
    """Write a span in the largest unit of which it has two, else in minutes."""
    if minutes >= 2 * DAY:
        return ngettext("%(n)s day", "%(n)s days", minutes // DAY) % {"n": minutes // DAY}
    if minutes >= 2 * HOUR:
        return ngettext("%(n)s hour", "%(n)s hours", minutes // HOUR) % {"n": minutes // HOUR}
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
