"""One webhook of a carrier from start to end: checked, read, recorded, answered.

Rule 1: nothing is believed, and nothing stored, before the carrier's signature is known to be good.
Rule 2: whoever asks where to connect a call gets an answer, whatever else is wrong: the store and
the disk are waited for a moment each, and what they have not done then is done beside the answer.
Rule 3: what was told is written to the outbox before the carrier is answered.
Rule 4: a number, a body and a query are in no log and no count.
Rule 5: where several processes of an edge take webhooks, each tells the others of a call it heard
of: a call may begin at one and end at another.

==============================  ======
what comes in                   answer
==============================  ======
for an account not in the Plan  404
its secret is not known, or cannot be right  503
the provider signs the address, and ops has not said which it is  503
forged, late, not signed, of another account  403
well signed, and not readable   as one that asks: to the first vestiging
well signed                     what the carrier's module says
==============================  ======
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from calltrack.calls import CallId, CallReport, Direction, Phase
from calltrack.errors import NumberError, OutboxError
from calltrack.events import Event
from calltrack.leases import VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import Plan, Provider, TelephonyAccount
from calltrack.telephony.webhook import (
    Answer,
    Carrier,
    Read,
    Route,
    Verdict,
    Webhook,
    WebhookError,
)
from snippet_server.account_secrets import AccountSecrets
from snippet_server.calls_under_way import CallsUnderWay, UnderWay
from snippet_server.pins import Border, Counting, Pins
from snippet_server.routing import Goal, Routing, Why
from snippet_server.standing import CallsNow, Standing, Standings

DISK = timedelta(milliseconds=250)
"""How long a carrier waits for the disk."""

HOLD = timedelta(minutes=30)
"""How long a number is promised after a call where the Plan has no site."""

FRESH = timedelta(minutes=1)
"""What is told later than this of a call that is new to this process keeps no number: the call may
have ended by now, and another process may know."""

_log = logging.getLogger("calltrack.calls")


def nobody(_told: Mapping[str, Any]) -> None:
    """Have no other process to tell."""


class CallOutbox(Protocol):
    """Where events go, with the time that this writer may take."""

    async def append(self, events: Sequence[Event], *, limit: timedelta | None = None) -> None:
        """Write them. Errors: OutboxError when they are not on disk yet; they are kept."""


@dataclass(frozen=True, slots=True)
class CallMeans:
    """What every webhook is answered with. `origin`: how carriers reach us.

    As https://www.example.nl: it is of the configuration, never of a request; "" where ops has not
    said it.
    """

    plan: Callable[[], Plan]  # the one in force
    pins: Pins
    outbox: CallOutbox
    counters: Counting
    border: Border
    carriers: Mapping[Provider, Carrier]
    secrets: AccountSecrets
    clock: Callable[[], datetime]
    origin: str = ""
    prefix: str = "/_calltrack/"
    disk_wait: timedelta = DISK
    tell: Callable[[Mapping[str, Any]], None] = nobody
    """Tells the edge's other processes of a call; they `hear` of it."""


class CallDesk:
    """Answers webhooks."""

    def __init__(self, means: CallMeans) -> None:
        """Take the means; nothing was called yet."""
        self.means = means
        self.under_way = CallsUnderWay()
        self._routing: Routing | None = None
        self._standings = Standings()
        self._told: set[tuple[str, str]] = set()

    @property
    def plan(self) -> Plan:
        """Give the Plan in force."""
        return self.means.plan()

    def account(self, key: str) -> TelephonyAccount | None:
        """Find an account of the Plan in force."""
        return next((one for one in self.plan.telephony.values() if one.key == key), None)

    def address_of(self, account: TelephonyAccount) -> str:
        """Give the address that the carrier is to call; a path where ops has not said where."""
        return f"{self.means.origin}{self.means.prefix}calls/{account.key}/"

    def problem(self, account: TelephonyAccount) -> str:
        """Say what keeps all webhooks of an account from being taken; "" where nothing does."""
        carrier = self.means.carriers.get(account.provider)
        if carrier is None:
            return f"this edge does not know {account.provider}"
        if carrier.NEEDS_ADDRESS and not self.means.origin:
            return "--public-url is missing: the address that the carrier calls"
        wrong = self._wrong(account)
        if wrong and len(wrong) == len(self.means.secrets.known(account.secret)):
            return wrong[0]
        return self.means.secrets.problem(account.secret)

    def _wrong(self, account: TelephonyAccount) -> Sequence[str]:
        """Say what is wrong with the form of an account's secrets."""
        carrier = self.means.carriers.get(account.provider)
        if carrier is None:
            return []
        found = map(carrier.check_secret, self.means.secrets.known(account.secret))
        return [f"the secret {account.secret} cannot be right: {one}" for one in found if one]

    async def look(self, plan: Plan) -> None:
        """Read the secrets of a Plan anew, and tell what its accounts lack."""
        await self.means.secrets.look(plan)
        for account in plan.telephony.values():
            if self.means.secrets.problem(account.secret):
                continue  # it was told of
            for problem in {self.problem(account), *self._wrong(account)} - {""}:
                self._warn_once(account, problem)

    def standings(self) -> Sequence[Standing]:
        """Say how the accounts of the Plan in force fare."""
        plan = self.plan
        found = self._standings.of_plan(plan)
        for standing in found:
            standing.problem = self.problem(plan.telephony[standing.account])
        return found

    def look_at(self) -> CallsNow:
        """Say how it stands with calls."""
        going_on = self.under_way.count(now=self.means.clock())
        return CallsNow(going_on, self.means.pins.owed, self.standings())

    def facts(self) -> Mapping[str, Any]:
        """Say the same to a program."""
        return self.look_at().told()

    async def refusal(self, account: TelephonyAccount) -> Answer | None:
        """Say that an account's webhooks cannot be taken, before one is read; None: they can."""
        await self.means.secrets.of(account.secret)
        if not self.problem(account):
            return None
        self._refuse(account, "not_set_up")
        return Answer(503)

    async def answer(self, webhook: Webhook, account: TelephonyAccount) -> Answer:
        """Answer a webhook of an account that is not refused."""
        now = self.means.clock()
        carrier = self.means.carriers[account.provider]
        refused = self._refused(carrier, webhook, account, now)
        if refused is not None:
            self._refuse(account, refused)
            return Answer(403)
        standing = self._standings.of(account.key, account.provider)
        standing.seen += 1
        standing.last_at = now
        self.means.counters.add("webhook", f"{account.provider}.good")
        read = self.means.border.attempt(
            "read", lambda: _read(carrier, webhook, account, now), None
        )
        if read is None:
            standing.unreadable += 1
            self.means.counters.add("webhook", f"{account.provider}.unreadable")
            read = Read((), asks=True)
        return await self._take(webhook, account, carrier, read, now)

    def hear(self, told: Mapping[str, Any]) -> None:
        """Take note of a call that another process of this edge heard of."""
        now, phase = self.means.clock(), Phase(told["phase"])
        number = _number(told["number"])
        call = CallReport(told["account"], told["provider"], CallId(told["call"]), phase, now)
        known = self.under_way.note(call, number, now=now)
        if known is not None and told["vestiging"]:
            known.vestiging = VestigingKey(told["vestiging"])
        if phase is Phase.ENDED and number is not None:
            self.means.pins.forget(number)

    async def settle(self) -> None:
        """Wait until nothing is under way in the background."""
        await self.means.pins.settle()

    async def close(self) -> None:
        """End what goes on in the background."""
        await self.means.pins.close()

    def _refused(
        self, carrier: Carrier, webhook: Webhook, account: TelephonyAccount, now: datetime
    ) -> str | None:
        """Say why a webhook is not to be believed; None: one of the account's secrets proves it."""
        refused = ""
        for secret in self.means.secrets.known(account.secret):
            check = partial(carrier.verify, webhook, account, secret, now=now)
            verdict = self.means.border.attempt("verify", check, None)
            if verdict is Verdict.GOOD:
                return None
            word = verdict.value if verdict is not None else "failure"
            if verdict is not Verdict.FORGED or not refused:
                refused = word  # what another secret of two says is forged
        return refused or "not_set_up"

    async def _take(
        self,
        webhook: Webhook,
        account: TelephonyAccount,
        carrier: Carrier,
        read: Read,
        now: datetime,
    ) -> Answer:
        """Record what a webhook says, and answer it."""
        border = self.means.border
        if not read.asks:
            border.attempt("heed", lambda: self._heed(read.reports, now), None)
            await self._record(read.reports)
            return carrier.thank(webhook)
        goal = await border.attempt_async("route", lambda: self._goal(read, now), None)
        goal = goal or self._routed().goal(None)
        self.means.counters.add("call", f"to_{goal.why}")
        number = goal.vestiging.forwarding_number
        told = [
            replace(one, vestiging=goal.vestiging.key, forwarded_to=number.e164)
            for one in read.reports
        ]
        await border.attempt_async("record", lambda: self._record(told), None)
        plain = Route(number, goal.vestiging.key)
        route = border.attempt("connect", lambda: self._route(plain, account, read), plain)
        answer = border.attempt("connect", lambda: carrier.connect(webhook, account, route), None)
        return answer or carrier.connect(webhook, account, plain)

    def _route(self, plain: Route, account: TelephonyAccount, read: Read) -> Route:
        """Say how a call goes where it goes."""
        asking = _asking(read)
        return replace(
            plain,
            caller=asking.caller if asking is not None else "",
            called=asking.number if asking is not None else "",
            ring_seconds=int(account.ringing.total_seconds()),
            is_recorded=account.recorded,
            callback_url=self.address_of(account) if self.means.origin else "",
        )

    async def _goal(self, read: Read, now: datetime) -> Goal:
        """Find out where the call goes, and keep its number for it."""
        routing, asking = self._routed(), _asking(read)
        if asking is None:
            return routing.goal(None)
        number = _number(asking.number)
        going_on = [self._note(one, now) for one in read.reports]
        call = next((one for one in going_on if one is not None), None)
        if call is not None and call.vestiging is not None:  # it asks again: the same answer
            vestiging = routing.plan.vestigingen.get(call.vestiging)
            if vestiging is not None:
                return Goal(vestiging, Why.HOLDER)
        holder = None
        if call is not None and number is not None and routing.is_leased(number):
            holder = await self.means.pins.holder(number)
        goal = routing.goal(number, holder)
        if call is not None:
            call.vestiging = goal.vestiging.key
            self._tell(asking, call)
        return goal

    def _heed(self, reports: Sequence[CallReport], now: datetime) -> None:
        """Keep the numbers of calls that go on, and let go of those whose call is over."""
        for report in reports:
            before = self.under_way.call(report)
            is_over = report.phase is Phase.ENDED
            if before is None and not is_over and now - report.at > FRESH:
                continue
            call = self._note(report, now)
            if call is None or call.number is None or report.direction is Direction.OUT:
                continue
            if not self._routed().is_leased(call.number):
                continue
            if not is_over:
                if before is None:
                    self.means.pins.pin(call.number)
            elif not self.under_way.is_in_call(call.number, now=now):
                self.means.pins.unpin(call.number, self._hold())

    def _note(self, report: CallReport, now: datetime) -> UnderWay | None:
        """Take note of a report, and have the other processes do so."""
        call = self.under_way.note(report, _number(report.number), now=now)
        if call is not None:
            self._tell(report, call)
        return call

    def _tell(self, report: CallReport, call: UnderWay) -> None:
        self.means.tell(
            {
                "account": report.account,
                "provider": report.provider,
                "call": report.call,
                "phase": report.phase.value,
                "number": call.number.e164 if call.number is not None else "",
                "vestiging": call.vestiging or "",
            }
        )

    def _hold(self) -> timedelta:
        """Say how long a number stays its holder's after a call: the longest that a site says.

        The store knows no sites. A promise that is too long costs a number for some minutes; one
        that is too short gives it to another while its holder still sees it.
        """
        return max((site.hold for site in self.plan.sites), default=HOLD)

    def _routed(self) -> Routing:
        """Give the lookups of the Plan in force."""
        plan = self.plan
        if self._routing is None or self._routing.plan is not plan:
            self._routing = Routing(plan)
        return self._routing

    async def _record(self, reports: Sequence[CallReport]) -> None:
        """Write what was told to the outbox; what the disk does not take in time is kept."""
        if not reports:
            return
        try:
            await self.means.outbox.append(
                [one.event() for one in reports], limit=self.means.disk_wait
            )
        except OutboxError:
            self.means.counters.add("outbox", "late", len(reports))

    def _refuse(self, account: TelephonyAccount, why: str) -> None:
        self._standings.of(account.key, account.provider).refused[why] += 1
        self.means.counters.add("webhook", f"{account.provider}.{why}")
        if why != "not_set_up":
            self._warn_once(account, f"a webhook was refused: {why}; more of them are only counted")

    def _warn_once(self, account: TelephonyAccount, what: str) -> None:
        if (account.key, what) not in self._told:
            self._told.add((account.key, what))
            _log.warning("telephony «%s» (%s): %s", account.key, account.provider, what)


def _asking(read: Read) -> CallReport | None:
    """Give the report of the call that is to be connected."""
    offered = (one for one in read.reports if one.phase is Phase.OFFERED)
    return next(offered, None) or next(iter(read.reports), None)


def _number(text: str) -> PhoneNumber | None:
    try:
        return PhoneNumber(text) if text else None
    except NumberError:
        return None


def _read(
    carrier: Carrier, webhook: Webhook, account: TelephonyAccount, now: datetime
) -> Read | None:
    try:
        return carrier.read(webhook, account, now=now)
    except WebhookError:
        return None  # its words may quote a number
