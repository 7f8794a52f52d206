"""What a page view of a known session costs beside the rewriting: its cookie, and the decision.

In process, one core; what is measured is CPU time, for nothing here waits. The cookie's peer is
Django's signing (JSON, zlib, HMAC-SHA-256, too) with the same contents; it gives back lists, where
ours checks each value and gives a Session. The decision's peer matches all campaigns anew at each
place, as the rules read; ours matches them once for a page.

The visitor belongs to the last campaign only, so all rules are looked at.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from django.core import signing

from calltrack.cookie import SessionCookie
from calltrack.decision import Decision, Place, Reason, decide, known
from calltrack.leases import PoolKey, VestigingKey
from calltrack.plan import Campaign, CampaignKey, Exhaustion, Method, Plan, Pool, Rule, Vestiging
from calltrack.sessions import MAX_HELD, Held, Session, start
from calltrack.touch import Channel, Touch
from tests.bench.leasing_places import some_numbers
from tests.bench.report import check, median_ratio, progress, table
from tests.calltrack.plans import SITE, make_plan

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
KEY = b"0123456789abcdef0123456789abcdef"
PAGES = ((1, 1), (10, 10), (200, 50))  # branches, campaigns
WANTED = "autumn-sale-ceilings"
TOUCH = Touch(
    NOW,
    Channel.PAID_SEARCH,
    source="google",
    medium="cpc",
    campaign=WANTED,
    term="plaster ceiling amsterdam",
    landing_path="/ceilings/plaster/",
    region="NL-NH",
    device="mobile",
    click_ids=("gclid",),
)


@dataclass(slots=True)
class Timed:
    """One thing done again and again. `seconds`: once, round by round."""

    do: Callable[[], object]
    seconds: list[float] = field(default_factory=list)

    def measure(self, least_seconds: float) -> None:
        """Do it for about so long."""
        began = time.process_time()
        self.do()
        times = max(1, round(least_seconds / max(1e-6, time.process_time() - began)))
        began = time.process_time()
        for _ in range(times):
            self.do()
        self.seconds.append((time.process_time() - began) / times)

    @property
    def micros(self) -> str:
        """Say the median."""
        return f"{statistics.median(self.seconds) * 1e6:,.1f}"


def run(*, quick: bool) -> None:
    """Measure and print."""
    rounds, seconds = (1, 0.0) if quick else (7, 0.05)
    cookies = {count: _cookies(_session(count)) for count in (0, 3, MAX_HELD)}
    pages = {size: _pages(*size) for size in PAGES}
    for at in range(rounds):
        progress(f"session: round {at + 1} of {rounds}")
        for timed in [*cookies.values(), *pages.values()]:
            for one in timed:
                one.measure(seconds)
    progress("")
    print("The session's cookie\n")
    sizes = {count: len(_cookie().value(_session(count))) for count in cookies}
    head = ("numbers held", "bytes", "write µs", "× Django", "read µs", "× Django")
    table(head, [_cookie_row(count, sizes[count], cookies[count]) for count in cookies], texts=0)
    print("The decision for a page of a known session\n")
    head = ("branches", "campaigns", "µs", "µs a branch", "× matched anew", "matched anew µs")
    table(head, [_page_row(size, pages[size]) for size in pages], texts=0)


# -- the cookie


def _cookie() -> SessionCookie:
    return SessionCookie([KEY], make_plan().organisation)


def _session(count: int) -> Session:
    session = start(SITE.key, TOUCH, now=NOW)
    held = tuple(
        Held(VestigingKey(f"branch-{at}"), number, CampaignKey("autumn"), NOW, NOW + SITE.hold)
        for at, number in enumerate(some_numbers(0, count))
    )
    return replace(session, held=held)


def _cookies(session: Session) -> Sequence[Timed]:
    """Give writing and reading by ours, then by Django; what each reads is what was written."""
    ours, django = _cookie(), signing.TimestampSigner(key=KEY, salt="bench", fallback_keys=[])
    value = ours.value(session)
    contents = ours._serializer.loads(value)
    signed = django.sign_object(contents, compress=True)
    check(ours.read(value) == session, "a session's cookie is read as another session")
    check(django.unsign_object(signed) == contents, "Django reads something else")
    return (
        Timed(lambda: ours.value(session)),
        Timed(lambda: ours.read(value)),
        Timed(lambda: django.sign_object(contents, compress=True)),
        Timed(lambda: django.unsign_object(signed)),
    )


def _cookie_row(count: int, size: int, timed: Sequence[Timed]) -> tuple[str, ...]:
    write, read, django_write, django_read = timed
    return (
        str(count),
        f"{size:,}",
        write.micros,
        f"{median_ratio(django_write.seconds, write.seconds):.2f}",
        read.micros,
        f"{median_ratio(django_read.seconds, read.seconds):.2f}",
    )


# -- the decision


def _plan(branches: int, campaigns: int) -> Plan:
    """Make a Plan whose last campaign alone is for the visitor."""
    keys = [VestigingKey(f"branch-{at}") for at in range(branches)]
    numbers = zip(keys, some_numbers(0, branches), strict=True)
    return make_plan(
        vestigingen={k: Vestiging(k, k, number, PoolKey(k)) for k, number in numbers},
        pools={PoolKey(key): Pool(PoolKey(key)) for key in keys},
        numbers=(),
        campaigns=tuple(
            Campaign(
                CampaignKey(f"campaign-{at}"),
                f"Campaign {at}",
                Method.DYNAMIC,
                Exhaustion.ORIGINAL,
                rules=(
                    Rule(
                        source=("google", "bing"),
                        medium=("cpc",),
                        campaign=(WANTED if at == campaigns - 1 else f"*-{at}-*",),
                    ),
                ),
                ends_at=NOW + timedelta(days=30),
            )
            for at in range(campaigns)
        ),
    )


def _pages(branches: int, campaigns: int) -> Sequence[Timed]:
    """Give the decision by ours and by the peer; both say the same, and what they must."""
    plan, session = _plan(branches, campaigns), _session(0)
    places = [Place(vestiging.forwarding_number) for vestiging in plan.vestigingen.values()]

    def ours() -> list[Decision]:
        viewer = known(plan, session, now=NOW)
        return [decide(plan, place, viewer) for place in places]

    def anew() -> list[Decision]:
        return [decide(plan, place, known(plan, session, now=NOW)) for place in places]

    last = plan.campaigns[-1].key
    right = [Decision(Reason.LEASE, key, last, PoolKey(key)) for key in plan.vestigingen]
    check(ours() == anew() == right, "a place shows what it must not")
    return Timed(ours), Timed(anew)


def _page_row(size: tuple[int, int], timed: Sequence[Timed]) -> tuple[str, ...]:
    ours, anew = timed
    branches, campaigns = size
    return (
        str(branches),
        str(campaigns),
        ours.micros,
        f"{statistics.median(ours.seconds) / branches * 1e6:.2f}",
        f"{median_ratio(anew.seconds, ours.seconds):.2f}",
        anew.micros,
    )
