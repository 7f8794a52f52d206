"""What an edge writes is taken as it writes it, and an edge understands what it is answered."""

import gzip
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.test import Client

from calltrack.calls import CallId, CallReport, Phase
from calltrack.events import EndReason, Event, Kind
from calltrack.leases import Ask, Lease, PoolKey, SessionId, VestigingKey
from calltrack.link.batches import make_batch
from calltrack.link.receipts import Settled, read_receipt
from calltrack.numbers import PhoneNumber
from calltrack.sources import Arrival
from calltrack.stores import lease_events
from calltrack.touch import Channel, Touch
from tests.wagtail_calltrack.ingest.samples import EDGE, minute, send
from wagtail_calltrack.lease_history import current_holdings, event_of
from wagtail_calltrack.models import LeaseEvent, PageView, SessionTouch

pytestmark = pytest.mark.django_db

SESSION, BRANCH, POOL = SessionId("S-1_x"), VestigingKey("utrecht"), PoolKey("utrecht")
SITE = {"session": SESSION, "site": "www"}
LEASE = Lease(
    number=PhoneNumber("+31301234567"),
    pool=POOL,
    vestiging=BRANCH,
    session=SESSION,
    given_at=minute(0),
    promised_until=minute(33),
    kept_until=minute(33),
)
ARRIVAL = Arrival(
    Touch(minute(0), Channel.PAID_SEARCH, source="google", region="NL-UT", device="mobile"),
    landing="/?gclid=Cj0",
    keyword="plafond 's-Hertogenbosch",
    click_ids={"gclid": "Cj0"},
    client_ids={"_ga": "12.34"},
)
LEASES = [
    lease_events.given(LEASE, before=SessionId("S-0")),
    lease_events.renewed(LEASE, minute(1)),
    lease_events.pinned(LEASE, minute(60), minute(2)),
    lease_events.unpinned(LEASE, minute(3)),
    lease_events.ended(LEASE, minute(4), EndReason.RELEASED),
]
EVENTS = [
    Event(Kind.SESSION_STARTED, minute(0), {"visitor": "V_1-", **SITE, **ARRIVAL.told()}),
    Event(Kind.TOUCH_ADDED, minute(1), {"visitor": "V_1-", **SITE, **ARRIVAL.told()}),
    Event(Kind.PAGE_VIEWED, minute(1), {**SITE, "path": "/caf\udce9/", "status": 304}),
    Event(
        Kind.NUMBER_SHOWN,
        minute(1),
        {
            "session": SESSION,
            "vestiging": BRANCH,
            "number": LEASE.number.e164,
            "campaign": "ads",
            "path": "/",
        },
    ),
    *LEASES,
    lease_events.exhausted(
        SESSION, Ask(BRANCH, POOL, timedelta(minutes=30), timedelta(0)), minute(5)
    ),
    Event(Kind.SESSION_LEFT, minute(6), SITE),
    CallReport(
        account="twilio",
        provider="twilio",
        call=CallId("CA1"),
        phase=Phase.OFFERED,
        at=minute(6),
        number=LEASE.number.e164,
    ).event(),
    Event(Kind.FORM_SENT, minute(6), {**SITE, "form": "Call me back", "path": "/contact/"}),
]


def ship(client: Client, token: str, events: Sequence[Event]) -> object:
    batch = make_batch(EDGE, events)
    packed = gzip.compress(batch.body)
    answer = send(client, token, packed, **{"Content-Encoding": "gzip"})
    return read_receipt(answer.status_code, answer.content, sent=batch.ids, now=minute(9))


def test_every_kind_an_edge_writes_is_stored_and_the_edge_knows(client: Client, token: str) -> None:
    assert {event.kind for event in EVENTS} == set(Kind)

    assert ship(client, token, EVENTS) == Settled(stored=len(EVENTS))
    assert ship(client, token, EVENTS) == Settled(known=len(EVENTS))
    touch = SessionTouch.objects.get(is_first=True)
    assert (touch.keyword, touch.landing) == ("plafond 's-Hertogenbosch", "/?gclid=Cj0")
    assert touch.click_ids == {"gclid": "Cj0"}
    assert PageView.objects.get().path == "/caf\ufffd/"


def test_a_refused_event_is_told_to_the_edge_by_its_id(client: Client, token: str) -> None:
    bad = Event(Kind.PAGE_VIEWED, minute(1), {**SITE, "path": "/"})

    receipt = ship(client, token, [EVENTS[0], bad])

    assert receipt == Settled(stored=1, refused={bad.id: "data.status: is missing"})


def test_what_was_stored_of_a_lease_is_what_happened(client: Client, token: str) -> None:
    ship(client, token, EVENTS)

    assert [event_of(row) for row in LeaseEvent.objects.order_by("at")] == LEASES
    (holding,) = current_holdings(minute(5))
    assert (holding.session, holding.ended_at) == (SESSION, minute(4))
