"""Why a call counts, or is spam: rows hold a word, and screens say a sentence.

`Call.target_reason` is a word of `calltrack.targets.TargetReason`, with a figure behind it where
the sentence has one; `Call.spam_reason` is one of `calltrack.spam.SpamReason`.
"""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calltrack.spam import SpamReason
from calltrack.targets import TargetReason
from wagtail_calltrack.models import Call


def why_target(call: Call) -> str:
    """Say why a call counts or why not; "" where it was not judged yet."""
    word, _space, figure = str(call.target_reason).partition(" ")
    sentence = _TARGET.get(word)
    return sentence(int(figure) if figure.isdecimal() else 0) if sentence else ""


def why_spam(call: Call) -> str:
    """Say why a call is spam; "" where it is none."""
    sentence = _SPAM.get(str(call.spam_reason))
    return sentence() if sentence else ""


def _short(seconds: int) -> str:
    text = ngettext(
        "Too short: a target call has a talk time of %(count)s second or more.",
        "Too short: a target call has a talk time of %(count)s seconds or more.",
        seconds,
    )
    return text % {"count": seconds}


def _repeat(days: int) -> str:
    text = ngettext(
        "This caller had a target call already in the %(count)s day before.",
        "This caller had a target call already in the %(count)s days before.",
        days,
    )
    return text % {"count": days}


_TARGET: Mapping[str, Callable[[int], str]] = {
    TargetReason.TARGET: lambda _n: _("Long enough, and the caller's first within the cycle."),
    TargetReason.ANONYMOUS: lambda _n: _(
        "Long enough. Whether the caller is new nobody can tell: the number is withheld."
    ),
    TargetReason.REPEAT: _repeat,
    TargetReason.SHORT: _short,
    TargetReason.UNANSWERED: lambda _n: _("Nobody answered."),
    TargetReason.RUNNING: lambda _n: _("The call is not over."),
    TargetReason.SPAM: lambda _n: _("Spam never counts."),
    TargetReason.OUTGOING: lambda _n: _("The firm called; only incoming calls count."),
}

_SPAM: Mapping[str, Callable[[], str]] = {
    SpamReason.BLOCKED: lambda: _("The caller is blocked."),
    SpamReason.EXCLUDED: lambda: _("The caller is one of the numbers that never count."),
    SpamReason.ANONYMOUS: lambda: _("The caller withholds the number."),
    SpamReason.SHORT: lambda: _("The call was answered and over at once."),
}
