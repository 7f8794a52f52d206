"""The set-up, step by step, from an empty database to a number on a page.

A step is done, to do, or wrong; the first that is not done is what to do next. Each asks the
database one or two short questions, however many rows there are.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Model, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from calltrack.plan import Mode, NumberState
from wagtail_calltrack.health.accounts import account_states
from wagtail_calltrack.health.edges import EdgeHealth
from wagtail_calltrack.health.links import User, form_of, listing_of
from wagtail_calltrack.models import (
    Call,
    Campaign,
    EdgeToken,
    NumberShown,
    Organisation,
    Placeholder,
    Pool,
    TelephonyAccount,
    TrackedSite,
    TrackingNumber,
    Vestiging,
    VisitorSession,
)

MOST_NAMED = 3


class State(StrEnum):
    """How far a step is."""

    DONE = "done"
    TO_DO = "to do"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Found:
    """How far a step is, and what to do next. `model`: the rows that it is done with."""

    state: State
    text: str
    model: type[Model] | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A step as the page shows it. `url`: where it is done, or ""."""

    title: str
    state: State
    text: str
    url: str
    is_next: bool = False

    @property
    def is_done(self) -> bool:
        """Say whether nothing is left to do."""
        return self.state is State.DONE

    @property
    def word(self) -> str:
        """Give its state in a word or two."""
        words = {State.DONE: _("Done"), State.TO_DO: _("To do"), State.WRONG: _("Wrong")}
        return words[self.state]


def steps(edges: Sequence[EdgeHealth], user: User) -> Sequence[Step]:
    """Give all steps, in the order in which they are done."""
    made: list[Step] = []
    for title, found in _steps(edges):
        done = found.state is State.DONE
        link = listing_of if done or found.state is State.WRONG else form_of
        url = link(found.model, user) if found.model else ""
        is_next = not done and all(step.is_done for step in made)
        made.append(Step(title, found.state, found.text, url, is_next))
    return made


def _steps(edges: Sequence[EdgeHealth]) -> Iterator[tuple[str, Found]]:
    yield _("Organisation"), _organisation()
    yield _("Site"), _site()
    yield _("Pool"), _pool()
    yield _("Numbers"), _numbers()
    yield _("Vestiging"), _vestiging()
    yield _("Campaign"), _campaign()
    yield _("What is replaced in pages"), _placeholder()
    yield _("Edge token"), _token()
    yield _("Proxy connected"), _edge(edges)
    yield _("Plan in force on every edge"), _plan(edges)
    yield _("First session"), _session()
    yield _("First number on a page"), _shown()
    yield _("Calls coming in"), _calls(edges)


def _organisation() -> Found:
    if Organisation.objects.exists():
        return Found(State.DONE, "", Organisation)
    return Found(
        State.TO_DO,
        _("Enter the firm's name and its KvK number. Without it no proxy gets a Plan."),
        Organisation,
    )


def _site() -> Found:
    if TrackedSite.objects.exists():
        return Found(State.DONE, "", TrackedSite)
    return Found(
        State.TO_DO,
        _("Say on which site numbers are replaced, and whether visitors must agree first."),
        TrackedSite,
    )


def _pool() -> Found:
    if Pool.objects.exists():
        return Found(State.DONE, "", Pool)
    text = _("Make a pool: one for each vestiging, as a rule. Its visitors share its numbers out.")
    return Found(State.TO_DO, text, Pool)


def _numbers() -> Found:
    active = TrackingNumber.objects.filter(pool__isnull=False, state=NumberState.ACTIVE.value)
    if not active.exists():
        text = _("Add the tracking numbers that you rent, each in its pool.")
        return Found(State.TO_DO, text, TrackingNumber)
    with_one = active.values("pool")
    used = Q(vestigingen__isnull=False) | Q(campaigns__isnull=False)
    empty = Pool.objects.filter(used).exclude(pk__in=with_one).order_by("key").distinct()
    if names := _names(empty.values_list("key", flat=True)[: MOST_NAMED + 1]):
        text = _("No active number is in %(pools)s: add some, or take the pool out of use.")
        return Found(State.WRONG, text % {"pools": names}, TrackingNumber)
    return Found(State.DONE, "", TrackingNumber)


def _vestiging() -> Found:
    if not Vestiging.objects.exists():
        text = _("Add each vestiging with its forwarding number, the one that stands in the pages.")
        return Found(State.TO_DO, text, Vestiging)
    without = Vestiging.objects.filter(pool__isnull=True).order_by("sort_order")
    if names := _names(without.values_list("name", flat=True)[: MOST_NAMED + 1]):
        text = _("No pool is named for %(vestigingen)s: most visitors get no number there.")
        return Found(State.WRONG, text % {"vestigingen": names}, Vestiging)
    return Found(State.DONE, "", Vestiging)


def _campaign() -> Found:
    if not Campaign.objects.exists():
        text = _(
            "Make a campaign: who gets a number. One without rules is for everybody; put it last."
        )
        return Found(State.TO_DO, text, Campaign)
    now = timezone.now()
    begun = Q(starts_at__isnull=True) | Q(starts_at__lte=now)
    not_over = Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    if not Campaign.objects.filter(begun, not_over, paused=False).exists():
        text = _("Every campaign is paused, over, or still to come: nobody gets a number.")
        return Found(State.WRONG, text, Campaign)
    return Found(State.DONE, "", Campaign)


def _placeholder() -> Found:
    automatic = TrackedSite.objects.exclude(mode=Mode.PLACEHOLDERS.value).exists()
    if automatic:
        text = _("Forwarding numbers are replaced wherever they are written.")
        return Found(State.DONE, text, TrackedSite)
    if Placeholder.objects.exists():
        return Found(State.DONE, "", Placeholder)
    text = _(
        "Make a placeholder for pages to show; or let the site replace forwarding numbers wherever "
        "they are written: field «what is replaced»."
    )
    return Found(State.TO_DO, text, Placeholder)


def _token() -> Found:
    states = set(EdgeToken.objects.order_by().values_list("is_revoked", flat=True).distinct())
    if False in states:
        return Found(State.DONE, "", EdgeToken)
    if states:
        text = _("Every token was revoked: no proxy gets the Plan. Make another one.")
        return Found(State.WRONG, text, EdgeToken)
    text = _("Make a token, and give it to whoever runs the proxy. It is shown once.")
    return Found(State.TO_DO, text, EdgeToken)


def _edge(edges: Sequence[EdgeHealth]) -> Found:
    if not edges:
        text = _(
            "No proxy has reported yet. Whoever runs it starts it with the address of the Plan, "
            "and the token."
        )
        return Found(State.TO_DO, text)
    if all(edge.is_silent for edge in edges):
        return Found(State.WRONG, _("No edge reports any more: see below."))
    return Found(State.DONE, "")


def _plan(edges: Sequence[EdgeHealth]) -> Found:
    awake = [edge for edge in edges if not edge.is_silent]
    if not awake:
        return Found(State.TO_DO, _("It follows by itself when a proxy is connected."))
    if all(edge.is_on_plan for edge in awake):
        return Found(State.DONE, "")
    behind = any(edge.problems for edge in awake if not edge.is_on_plan)
    if behind:
        return Found(State.WRONG, _("Not every edge has the Plan that is in force: see below."))
    return Found(State.TO_DO, _("The last change is on its way; it takes some seconds."))


def _session() -> Found:
    if VisitorSession.objects.exists():
        return Found(State.DONE, "")
    text = _(
        "Open a page of the site through the proxy, as a visitor would: not logged in, and with "
        "consent given where it is required."
    )
    return Found(State.TO_DO, text)


def _shown() -> Found:
    if NumberShown.objects.exists():
        return Found(State.DONE, "")
    text = _(
        "Open a page that has a forwarding number or a placeholder, through a campaign's link. "
        "«Preview as a visitor», at the page, tells which of its numbers are replaced, and why not."
    )
    return Found(State.TO_DO, text)


def _calls(edges: Sequence[EdgeHealth]) -> Found:
    if not TelephonyAccount.objects.exists():
        if Call.objects.exists():  # imported
            return Found(State.DONE, "", TelephonyAccount)
        text = _("Add the account with the carrier that your tracking numbers are rented from.")
        return Found(State.TO_DO, text, TelephonyAccount)
    states = account_states(edge.edge for edge in edges if not edge.is_silent).values()
    if troubled := [one for one in states if one.problem]:
        text = _("No call of «%(account)s» comes in: %(problem)s")
        values = {"account": troubled[0].key, "problem": troubled[0].problem}
        return Found(State.WRONG, text % values, TelephonyAccount)
    if refused := [one.key for one in states if one.is_refused]:
        text = _(
            "Everything that the carrier tells of %(accounts)s is refused: is it the right secret, "
            "and does the edge know the address by which the carrier calls it?"
        )
        return Found(State.WRONG, text % {"accounts": _names(refused)}, TelephonyAccount)
    if not Call.objects.exists():
        text = _(
            "Give the carrier the account's webhook address, which stands in its form, and call "
            "one of your tracking numbers."
        )
        return Found(State.TO_DO, text, TelephonyAccount)
    return Found(State.DONE, "", TelephonyAccount)


def _names(found: Iterable[str]) -> str:
    """Name the first few."""
    names = [f"«{name}»" for name in found]
    return ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
