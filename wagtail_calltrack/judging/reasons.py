"""Why a call counts, or is spam: rows hold a word, and screens say a sentence.

`Call.target_reason` is a word of `calltrack.targets.TargetReason`, with a figure behind it where
the sentence has one; `Call.spam_reason` is one of `calltrack.spam.SpamReason`. Where the figure
is that of a site's or a campaign's rule, it is said whose.
"""

from collections.abc import Callable, Mapping

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calltrack.spam import SpamReason
from calltrack.targets import TargetReason
from wagtail_calltrack.models import Call, TargetRule


def why_target(call: Call) -> str:
    """Say why a call counts or why not; "" where it was not judged yet."""
    word, _space, figure = str(call.target_reason).partition(" ")
    sentence = _TARGET.get(word)
    if not sentence:
        return ""
    number = int(figure) if figure.isdecimal() else 0
    return " ".join(filter(None, (sentence(number), _whose(call, word, number))))


def why_spam(call: Call) -> str:
    """Say why a call is spam; "" where it is none."""
    sentence = _SPAM.get(str(call.spam_reason))
    return sentence() if sentence else ""


def _whose(call: Call, word: str, figure: int) -> str:
    """Name the narrower rule that has the figure; "" where it is the call settings', or changed."""
    column = _FIGURES.get(word)
    if column is None or not (call.campaign or call.site_id):
        return ""
    rule = _narrowest(call)
    if rule is None or getattr(rule, column) != figure:
        return ""
    return _("That is the rule of «%(name)s».") % {"name": rule}


def _narrowest(call: Call) -> TargetRule | None:
    """Give the rule that `calltrack.targets` takes: the campaign's before the site's."""
    of_site = Q(site=None) | Q(site=call.site_id) if call.site_id else Q(site=None)
    of_campaign = Q(campaign=None) | Q(campaign__key=call.campaign)
    rows = TargetRule.objects.filter(of_site, of_campaign).select_related("site", "campaign")
    return max(rows, key=lambda row: (bool(row.campaign_id), bool(row.site_id)), default=None)


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


_FIGURES: Mapping[str, str] = {
    TargetReason.SHORT: "talk_seconds",
    TargetReason.REPEAT: "cycle_days",
}
"""Where a rule has the figure of a reason."""

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
