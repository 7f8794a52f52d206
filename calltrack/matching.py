"""Whose call it is: from the history of the number that was called to a session, step by step.

The first step that says something decides; each has a confidence and a reason.

============  ==========================================================  ==========================
step          when                                                        confidence
============  ==========================================================  ==========================
known_caller  the number is another's by now, and the caller, called      0.9
              before as somebody who had it: a call log dials old numbers
live          one session has the number                                  1, or 0.95 where it was
                                                                          kept and not promised,
                                                                          times FORMER
candidates    several have it: it was shared, or a store lost writes      the greatest weight
static        it is a campaign's own                                      1, times FORMER; that of
                                                                          the campaign: no session
late          one session had it within `RECENT`, or one was the last     LATE, by the time since
candidates    several had it within `RECENT`                              the greatest weight, times
                                                                          LATE
known_caller  nobody had it, and the caller called before                 KNOWN, by the time since
misdial       nobody had it                                               0
============  ==========================================================  ==========================

Where several are meant, and one of them is the known caller, that one it is: known_caller, 0.9. A
known caller's confidence is multiplied with that of the earlier call.

A call on a number that is somebody's may come from whoever saw it before: FORMER says how sure it
is all the same, by the time between the last one's keep and the call. Who had a number longer ago
than its last row counts no more.

Weights: of several that have it, a promise weighs twice what a keep does. Of several that had it,
each weighs 1 / (1 + hours since). At most `MOST` are named, the likeliest; weights have three
decimals and sum to exactly 1.

A pin changes nothing: the call itself set it. Neither does a rest, nor whether the number is still
to be shown. Moments are compared as they are: at its last moment a promise is over.

Pure. Units: moments are aware UTC datetimes; weights and confidences lie between 0 and 1.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from calltrack.calls import Step
from calltrack.history import Holding
from calltrack.leases import SessionId
from calltrack.numbers import PhoneNumber

RECENT = timedelta(hours=24)
"""Several who had a number so short before a call are all candidates."""
KNOWN_FOR = timedelta(days=30)
"""How long a caller is known by an earlier call."""
MOST = 5

Table = tuple[tuple[timedelta, str], ...]

FORMER: Table = (
    (timedelta(hours=1), "0.9"),
    (timedelta(hours=24), "0.95"),
    (timedelta(days=30), "0.99"),
)
LATE: Table = (
    (timedelta(hours=1), "0.9"),
    (timedelta(hours=24), "0.8"),
    (timedelta(days=7), "0.6"),
    (timedelta(days=30), "0.4"),
    (timedelta.max, "0.1"),
)
KNOWN: Table = (
    (timedelta(hours=24), "0.7"),
    (timedelta(days=7), "0.6"),
    (KNOWN_FOR, "0.5"),
)

_ONE, _NONE = Decimal(1), Decimal(0)
_KEPT, _PICKED = Decimal("0.95"), Decimal("0.9")
_THOUSANDTH = Decimal("0.001")


class Code(StrEnum):
    """Why a call is taken to be whose it is: a word for each reason, with its values.

    `former`, with the first five: minutes since another had the number, where FORMER makes it less
    sure for that.
    """

    PROMISED = "promised"
    KEPT = "kept"  # and not promised: the browser did not show itself again
    SHARED = "shared"  # count
    OVERLAP = "overlap"  # count: several had it alone
    STATIC = "static"
    ENDED = "ended"  # minutes: since the keep was over
    LEASED_AGAIN = "leased_again"  # count, minutes: since the last keep was over
    CALLED_BEFORE = "called_before"  # minutes: since the earlier call
    NEVER_LEASED = "never_leased"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why. As text: "leased_again count=2 minutes=31"."""

    code: Code
    values: Mapping[str, int]

    def __str__(self) -> str:
        """Write it for a column; `read` understands it."""
        return " ".join((self.code, *(f"{name}={value}" for name, value in self.values.items())))

    @classmethod
    def read(cls, text: str) -> "Reason | None":
        """Read what `str` wrote; None where the text is no reason of ours."""
        code, *values = text.split(" ")
        pairs = [value.partition("=") for value in values]
        try:
            return cls(Code(code), {name: int(count) for name, _, count in pairs})
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class StaticOwner:
    """The campaign whose own number was called."""

    campaign: str


@dataclass(frozen=True, slots=True)
class KnownCaller:
    """The caller's latest earlier call that is attributed.

    `others`: further sessions of that session's visitor, so that a new visit is no stranger.
    `confidence`: that of the earlier call; none that follows from it is greater.
    """

    session: SessionId
    at: datetime
    others: frozenset[SessionId] = frozenset()
    campaign: str = ""
    confidence: Decimal = Decimal(1)

    def is_one_of(self, sessions: Iterable[SessionId]) -> bool:
        """Say whether one of these sessions is the caller's."""
        return any(one == self.session or one in self.others for one in sessions)


class Candidate(NamedTuple):
    """A session that may have made the call."""

    session: SessionId
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Match:
    """Whose call it is. `candidates`: the likeliest first; one where the session is known."""

    step: Step
    confidence: Decimal
    reason: str
    candidates: tuple[Candidate, ...] = ()
    campaign: str = ""  # of a static number, or the known caller's

    @property
    def session(self) -> str:
        """Give the session that the call is taken to be of; "" where there is none."""
        return self.candidates[0].session if self.candidates else ""


def match(
    number: PhoneNumber,
    caller: str,
    at: datetime,
    holdings: Sequence[Holding],
    static: StaticOwner | None = None,
    earlier: KnownCaller | None = None,
) -> Match:
    """Say whose call it is.

    `holdings` is the number's history as far back as it matters; others are left out. A caller who
    withholds the number is known by no earlier call.
    """
    before = [one for one in holdings if one.number == number and one.given_at <= at]
    known = earlier if caller and _is_known(earlier, at) else None
    having = [one for one in before if one.is_kept(at)]
    had = sorted((one for one in before if not one.is_kept(at)), key=_last_had, reverse=True)
    if having:
        return _live(having, had, at, known)
    if static is not None:
        sure, former = _after(had, at)
        return Match(Step.STATIC, sure, _why(Code.STATIC, **former), campaign=static.campaign)
    if had:
        return _late(had, at, known)
    if known is not None:
        confidence = _by_age(KNOWN, at - known.at)
        return _known(known, known.session, at, confidence)
    return Match(Step.MISDIAL, _NONE, _why(Code.NEVER_LEASED))


def _live(
    having: Sequence[Holding], had: Sequence[Holding], at: datetime, known: KnownCaller | None
) -> Match:
    """Match a call on a number that somebody has."""
    weights: dict[SessionId, Fraction] = {}
    for one in having:
        weight = Fraction(2 if one.is_promised(at) else 1)
        weights[one.session] = max(weight, weights.get(one.session, weight))
    others = [one for one in had if one.session not in weights]
    if known is not None and not known.is_one_of(weights):
        theirs = next((one for one in others if known.is_one_of([one.session])), None)
        if theirs is not None:
            return _known(known, theirs.session, at, _PICKED)
    sure, former = _after(others, at)
    if len(weights) > 1:
        is_shared = any(one.is_shared for one in having)
        why = _why(Code.SHARED if is_shared else Code.OVERLAP, count=len(weights), **former)
        return _among(weights, sure, why, at, known)
    is_promised = any(one.is_promised(at) for one in having)
    (session,) = weights
    return Match(
        Step.LIVE,
        ((_ONE if is_promised else _KEPT) * sure).quantize(_THOUSANDTH),
        _why(Code.PROMISED if is_promised else Code.KEPT, **former),
        (Candidate(session, _ONE),),
    )


def _late(had: Sequence[Holding], at: datetime, known: KnownCaller | None) -> Match:
    """Match a call on a number that somebody had, the last one first."""
    last, ago = had[0], at - had[0].kept_until
    weights: dict[SessionId, Fraction] = {}
    for one in had:
        since = at - one.kept_until
        if one is last or since <= RECENT or one.kept_until > last.given_at:
            weights.setdefault(one.session, 1 / (1 + Fraction(since / timedelta(hours=1))))
    confidence, minutes = _by_age(LATE, ago), ago // timedelta(minutes=1)
    if len(weights) > 1:
        why = _why(Code.LEASED_AGAIN, count=len(weights), minutes=minutes)
        return _among(weights, confidence, why, at, known)
    whole = (Candidate(last.session, _ONE),)
    return Match(Step.LATE, confidence, _why(Code.ENDED, minutes=minutes), whole)


def _among(
    weights: Mapping[SessionId, Fraction],
    confidence: Decimal,
    why: str,
    at: datetime,
    known: KnownCaller | None,
) -> Match:
    """Match a call that several may have made; the known caller is picked out of them."""
    likeliest = sorted(weights, key=lambda session: (-weights[session], session))
    if known is not None:
        theirs = next((one for one in likeliest if known.is_one_of([one])), None)
        if theirs is not None:
            return _known(known, theirs, at, _PICKED)
    candidates = _shared_out([(one, weights[one]) for one in likeliest[:MOST]])
    sure = (candidates[0].weight * confidence).quantize(_THOUSANDTH)
    return Match(Step.CANDIDATES, sure, why, candidates)


def _known(known: KnownCaller, session: SessionId, at: datetime, confidence: Decimal) -> Match:
    why = _why(Code.CALLED_BEFORE, minutes=(at - known.at) // timedelta(minutes=1))
    campaign = known.campaign if session == known.session else ""
    sure = (confidence * known.confidence).quantize(_THOUSANDTH)
    return Match(Step.KNOWN_CALLER, sure, why, (Candidate(session, _ONE),), campaign)


def _shared_out(weights: Sequence[tuple[SessionId, Fraction]]) -> tuple[Candidate, ...]:
    """Make thousandths of weights that sum to exactly 1; the largest remainders get the rest."""
    total = sum(weight for _, weight in weights)
    exact = [weight / total * 1000 for _, weight in weights]
    whole = [int(one) for one in exact]
    by_rest = sorted(range(len(exact)), key=lambda i: (whole[i] - exact[i], i))
    for i in by_rest[: 1000 - sum(whole)]:
        whole[i] += 1
    found = zip(weights, whole, strict=True)
    return tuple(Candidate(session, count * _THOUSANDTH) for (session, _), count in found)


def _is_known(earlier: KnownCaller | None, at: datetime) -> bool:
    return earlier is not None and timedelta(0) <= at - earlier.at <= KNOWN_FOR


def _last_had(held: Holding) -> tuple[datetime, datetime, SessionId]:
    return (held.kept_until, held.given_at, held.session)


def _after(had: Sequence[Holding], at: datetime) -> tuple[Decimal, Mapping[str, int]]:
    """Say how sure a call is where others had the number before, the last one first, and why."""
    if not had:
        return _ONE, {}
    ago = at - had[0].kept_until
    sure = _by_age(FORMER, ago)
    return sure, ({} if sure == _ONE else {"former": ago // timedelta(minutes=1)})


def _by_age(table: Table, age: timedelta) -> Decimal:
    """Give the row's value of the first span that is long enough; 1 where none is."""
    return next((Decimal(value) for span, value in table if age <= span), _ONE)


def _why(code: Code, **values: int) -> str:
    return str(Reason(code, values))
