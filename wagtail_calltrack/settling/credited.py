"""What earned a call: the touches of whoever called, and their shares under each model.

All touches of a visitor count, over all their sessions, within the lookback before the call.
Several candidates share the call by their weights. A call on a static number goes to its campaign;
one of which nothing is known, or whose visitor came by no touch that is told, to an origin that
says so. What the firm's own people dial earns nobody credit.

Weights are reckoned as fractions and kept in billionths: the largest remainders get what is left
over, so that those of one call and one model sum to exactly 1.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from calltrack.attribution import Model, credit
from calltrack.calls import Direction, Step
from wagtail_calltrack.models import Call, CallSettings, Origin, SessionTouch, VisitorSession
from wagtail_calltrack.rollups import origins_of, static_origin
from wagtail_calltrack.rollups.campaigns import arrival_of
from wagtail_calltrack.settling.matched import Who

BILLION = 10**9

Shares = Mapping[tuple[str, int], Decimal]
"""A call's weights, by the model's word and the origin's key."""


@dataclass(frozen=True, slots=True)
class Came:
    """An arrival, and the origin that it is counted under."""

    touch: SessionTouch
    origin: Origin


def credits_of(calls: Sequence[Call], whos: Mapping[int, Who]) -> Mapping[int, Shares]:
    """Share out each incoming call, given by its key."""
    lookback = timedelta(days=CallSettings.current().lookback_days)
    earning = [call for call in calls if call.direction == Direction.IN]
    of_session = _arrivals(earning, whos, lookback)
    plain: dict[tuple[str, str], int] = {}
    found: dict[int, Shares] = {}
    for call in earning:
        who = whos[call.pk]
        shares = _of_touches(call, who, of_session, lookback)
        if not call.campaign:
            call.campaign = _campaign(who, of_session, call)
        found[call.pk] = {
            (model, origin): weight
            for model, weights in shares.items()
            for origin, weight in in_billionths(_placed(weights, plain, call, who)).items()
        }
    return found


def in_billionths(weights: Mapping[int, Fraction]) -> Mapping[int, Decimal]:
    """Round weights that sum to 1, so that they still do."""
    whole = {key: int(weight * BILLION) for key, weight in weights.items()}
    by_rest = sorted(weights, key=lambda key: (whole[key] - weights[key] * BILLION, key))
    for key in by_rest[: BILLION - sum(whole.values())]:
        whole[key] += 1
    return {key: Decimal(count).scaleb(-9) for key, count in whole.items() if count}


def _arrivals(
    calls: Sequence[Call], whos: Mapping[int, Who], lookback: timedelta
) -> Mapping[str, Sequence[Came]]:
    """Give the arrivals that may count, by each session that is named: all of its visitor's."""
    named = {one.session for call in calls for one in whos[call.pk].match.candidates}
    if not named:
        return {}
    visitors = dict(
        VisitorSession.objects.filter(id__in=sorted(named)).values_list("id", "visitor")
    )
    siblings: dict[str, set[str]] = {}
    rows = VisitorSession.objects.filter(visitor__in=sorted(set(visitors.values()) - {""}))
    for session, visitor in rows.values_list("id", "visitor"):
        siblings.setdefault(visitor, set()).add(session)
    theirs = {one: siblings.get(visitors.get(one, ""), set()) | {one} for one in named}
    came = _came(set().union(*theirs.values()), calls, lookback)
    return {
        one: [arrival for session in sorted(every) for arrival in came.get(session, ())]
        for one, every in theirs.items()
    }


def _came(
    sessions: Iterable[str], calls: Sequence[Call], lookback: timedelta
) -> Mapping[str, Sequence[Came]]:
    moments = [call.started_at for call in calls]
    touches = list(
        SessionTouch.objects.filter(
            session__in=sorted(sessions), at__gte=min(moments) - lookback, at__lte=max(moments)
        ).order_by("at", "-is_first", "id")
    )
    found: dict[str, list[Came]] = {}
    for touch, origin in zip(touches, origins_of(touches), strict=True):
        found.setdefault(touch.session, []).append(Came(touch, origin))
    return found


def _of_touches(
    call: Call, who: Who, of_session: Mapping[str, Sequence[Came]], lookback: timedelta
) -> Mapping[str, Mapping[int, Fraction]]:
    """Share a call among origins, under each model. 0 stands for what nothing is known of."""
    candidates = who.match.candidates
    whole = sum((Fraction(one.weight) for one in candidates), Fraction(0))
    arrivals = [
        (
            Fraction(one.weight) / whole,
            [(arrival_of(came.touch), came.origin.pk) for came in of_session.get(one.session, ())],
        )
        for one in candidates
    ]
    found: dict[str, dict[int, Fraction]] = {}
    for model in Model:
        weights: dict[int, Fraction] = {}
        for likely, came in arrivals:
            touches = [touch for touch, _origin in came]
            shares = credit(touches, model, at=call.started_at, lookback=lookback)
            for (_touch, origin), share in zip(came, shares, strict=True):
                if share:
                    weights[origin] = weights.get(origin, Fraction(0)) + share * likely
        if left := 1 - sum(weights.values(), Fraction(0)):
            weights[0] = left
        found[model.value] = weights
    return found


def _placed(
    weights: Mapping[int, Fraction], plain: dict[tuple[str, str], int], call: Call, who: Who
) -> Mapping[int, Fraction]:
    """Give what no touch earned to its origin, which may be that of a touch of which no more is
    told.
    """
    left = weights.get(0)
    if left is None:
        return weights
    origin = _plain(plain, call, who)
    rest = {key: weight for key, weight in weights.items() if key}
    return rest | {origin: rest.get(origin, Fraction(0)) + left}


def _plain(kept: dict[tuple[str, str], int], call: Call, who: Who) -> int:
    """Give the key of the origin of a call that no touch earned."""
    campaign = call.campaign if call.step != Step.MISDIAL else ""
    asked = (campaign, who.site)
    if asked not in kept:
        kept[asked] = static_origin(*asked).pk
    return kept[asked]


def _campaign(who: Who, of_session: Mapping[str, Sequence[Came]], call: Call) -> str:
    """Give the campaign of the last arrival, where all who may have called have the same."""
    lasts = set()
    for one in who.match.candidates:
        before = [
            came for came in of_session.get(one.session, ()) if came.touch.at <= call.started_at
        ]
        last = max(before, key=lambda came: came.touch.at, default=None)
        lasts.add(last.origin.campaign if last else "")
    return lasts.pop() if len(lasts) == 1 else ""
