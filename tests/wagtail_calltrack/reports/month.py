"""A month whose every figure was reckoned by hand: November 2026 of a firm with three campaigns.

Twelve visitors, by where they came from and when (v12 on the other site):

    o1 google / cpc, campaign google, keyword plafond, page /               v1 v2 v3
    o2 google / cpc, campaign google, keyword spanplafond, /spanplafonds/   v4 v5 v6
    o3 bing / cpc, campaign bing, keyword plafond, page /                   v5 v7 v8
    o4 google, organic, /prijzen/                                           v3 v9 v10
    o5 direct, page /                                                       v1 v5 v11
    o6 radio, offline, campaign radio: nobody comes to the site by it
    o7 direct, on the site shop, /shop/                                     v12

Nine calls that count, beside one that is spam and one that the firm made.
"""

import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from wagtail.models import Site

from wagtail_calltrack.models import (
    Call,
    CallCredit,
    CallSettings,
    Campaign,
    CampaignSite,
    DailyShown,
    DailyVisitor,
    Lead,
    Origin,
    Pool,
    SpendEntry,
    TrackedSite,
    TrackingNumber,
    Vestiging,
    plan_change,
)
from wagtail_calltrack.reports.periods import Period

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
N1, N2, N3, N9 = "+31207654301", "+31207654302", "+31207654303", "+31207654309"
IN_STOCK = "+31207654308"

ORIGINS: dict[str, tuple[str, ...]] = {
    # site, channel, source, medium, campaign, keyword, landing page
    "o1": ("main", "paid_search", "google", "cpc", "google", "plafond", "/"),
    "o2": ("main", "paid_search", "google", "cpc", "google", "spanplafond", "/spanplafonds/"),
    "o3": ("main", "paid_search", "bing", "cpc", "bing", "plafond", "/"),
    "o4": ("main", "organic_search", "google", "organic", "", "", "/prijzen/"),
    "o5": ("main", "direct", "direct", "", "", "", "/"),
    "o6": ("main", "offline", "radio", "", "radio", "", ""),
    "o7": ("shop", "direct", "direct", "", "", "", "/shop/"),
}
CAME = {
    "o1": (("v1", 2), ("v2", 3), ("v3", 3), ("v2", 8)),
    "o2": (("v4", 4), ("v5", 10), ("v6", 11)),
    "o3": (("v5", 12), ("v7", 12), ("v8", 15)),
    "o4": (("v3", 9), ("v9", 16), ("v10", 17)),
    "o5": (("v1", 5), ("v5", 13), ("v11", 20)),
    "o7": (("v12", 21),),
}
SAW = (
    ("v1", N1, "google", "amsterdam"),
    ("v2", N2, "google", "amsterdam"),
    ("v3", N3, "google", "amsterdam"),
    ("v4", N1, "google", "utrecht"),
    ("v5", N2, "google", "amsterdam"),
    ("v5", N3, "bing", "utrecht"),
    ("v6", N3, "google", "utrecht"),
    ("v7", N1, "bing", "amsterdam"),
    ("v8", N2, "bing", "utrecht"),
)
CALLS: dict[str, tuple[Any, ...]] = {
    # visitor, caller, day, number, vestiging, status, talk time, target
    "c1": ("v1", "+31600000001", 5, N1, "amsterdam", "answered", 120, True),
    "c2": ("v2", "+31600000002", 3, N2, "amsterdam", "answered", 60, True),
    "c3": ("v3", "+31600000003", 9, N3, "amsterdam", "missed", 0, False),
    "c4": ("v5", "+31600000005", 13, N3, "utrecht", "answered", 300, True),
    "c5": ("v5", "+31600000005", 14, N3, "utrecht", "answered", 20, False),
    "c6": ("v7", "", 12, N1, "amsterdam", "busy", 0, False),
    "c7": ("", "+31611111111", 25, N9, "amsterdam", "answered", 40, True),
    "c8": ("", "+31611111111", 26, N9, "amsterdam", "voicemail", 0, False),
    "c9": ("", "", 27, N2, "amsterdam", "answered", 4, False),
}
THIRD, MORE = "0.333333333", "0.333333334"
ALL = {"c2": {"o1": "1"}, "c6": {"o3": "1"}, "c7": {"o6": "1"}, "c8": {"o6": "1"}}
CREDITS: dict[str, dict[str, dict[str, str]]] = {
    "first": {"c1": {"o1": "1"}, "c3": {"o1": "1"}, "c4": {"o2": "1"}, "c5": {"o2": "1"}},
    "last": {"c1": {"o5": "1"}, "c3": {"o4": "1"}, "c4": {"o5": "1"}, "c5": {"o5": "1"}},
    "last_non_direct": {
        "c1": {"o1": "1"},
        "c3": {"o4": "1"},
        "c4": {"o3": "1"},
        "c5": {"o3": "1"},
    },
    "position": {
        "c1": {"o1": "0.5", "o5": "0.5"},
        "c3": {"o1": "0.5", "o4": "0.5"},
        "c4": {"o2": "0.4", "o3": "0.2", "o5": "0.4"},
        "c5": {"o2": "0.4", "o3": "0.2", "o5": "0.4"},
    },
    "linear": {
        "c1": {"o1": "0.5", "o5": "0.5"},
        "c3": {"o1": "0.5", "o4": "0.5"},
        "c4": {"o2": MORE, "o3": THIRD, "o5": THIRD},
        "c5": {"o2": MORE, "o3": THIRD, "o5": THIRD},
    },
}
"""Of c9, a call to a number that was nobody's, no model gives anything to anybody."""


def make_month() -> None:
    """Put it into the database."""
    with plan_change():
        _firm()
    origins = _origins()
    _visitors(origins)
    _calls(origins)
    _october(origins)


def moment(day: int, month: int = 11) -> datetime:
    """Give noon of a day, as the facts have it."""
    return datetime(2026, month, day, 11, 0, tzinfo=UTC)


def call(name: str, row: tuple[Any, ...], **values: Any) -> Call:
    """Save a call."""
    visitor, caller, day, number, vestiging, status, talk, is_target = row
    fields = {"started_at": moment(day), "site": TrackedSite.objects.get(key="main"), **values}
    return Call.objects.create(
        account="twilio", call=name, visitor=visitor, caller=caller, number=number,
        vestiging=vestiging, status=status, talk_seconds=talk, is_target=is_target,
        is_settled=True, **fields,
    )  # fmt: skip


def site(key: str, host: str) -> TrackedSite:
    """Save a site of Wagtail's, and what is done with its pages."""
    root = Site.objects.get(is_default_site=True).root_page
    made = Site.objects.create(hostname=host, root_page=root)
    rows = TrackedSite.objects.bulk_create(
        [
            TrackedSite(
                site=made,
                key=key,
                hosts=[host],
                mode="both",
                hold_minutes=30,
                consent="not_required",
            )
        ]
    )
    return rows[0]


def _firm() -> None:
    main = site("main", "www.vandam.example")
    site("shop", "shop.vandam.example")
    pool = Pool.objects.bulk_create([Pool(key="pool")])[0]
    amsterdam, _utrecht = Vestiging.objects.bulk_create(
        Vestiging(key=key, name=key.title(), forwarding_number=number, pool=pool, sort_order=at)
        for at, (key, number) in enumerate(
            (("amsterdam", "+31201234567"), ("utrecht", "+31301234567"))
        )
    )
    google, bing, radio = Campaign.objects.bulk_create(
        Campaign(key=key, name=key.title(), method=method, exhaustion="original", sort_order=at)
        for at, (key, method) in enumerate(
            (("google", "dynamic"), ("bing", "dynamic"), ("radio", "static"))
        )
    )
    CampaignSite.objects.bulk_create([CampaignSite(campaign=bing, site=main)])
    TrackingNumber.objects.bulk_create(
        [
            *(TrackingNumber(number=one, pool=pool, monthly_cost=3) for one in (N1, N2, N3)),
            TrackingNumber(number=N9, campaign=radio, vestiging=amsterdam, monthly_cost=5),
            TrackingNumber(number=IN_STOCK, monthly_cost=2),
        ]
    )
    CallSettings.objects.create(fee_per_shown_number=Decimal("0.10"))
    for campaign, keyword, first, last, amount in (
        (google, "", date(2026, 10, 17), date(2026, 11, 15), 300),  # 15 of 30 days: 150
        (google, "plafond", date(2026, 11, 1), date(2026, 11, 30), 60),
        (bing, "", date(2026, 11, 1), date(2026, 11, 30), 90),
        (radio, "", date(2026, 11, 21), date(2026, 12, 10), 100),  # 10 of 20 days: 50
    ):
        SpendEntry.objects.create(
            campaign=campaign, keyword=keyword, starts_on=first, ends_on=last, amount=amount
        )


def _origins() -> dict[str, Origin]:
    names = ("site", "channel", "source", "medium", "campaign", "keyword", "landing_path")
    return {
        key: Origin.objects.create(digest=key, **dict(zip(names, values, strict=True)))
        for key, values in ORIGINS.items()
    }


def _visitors(origins: dict[str, Origin]) -> None:
    for key, visits in CAME.items():
        for visitor, day in visits:
            DailyVisitor.objects.create(
                day=date(2026, 11, day), origin=origins[key], visitor=visitor
            )
    for day in (6, 7):  # seen again on another day: counted once
        for visitor, number, campaign, vestiging in SAW:
            DailyShown.objects.create(
                day=date(2026, 11, day), site="main", vestiging=vestiging, number=number,
                campaign=campaign, visitor=visitor,
            )  # fmt: skip


def _calls(origins: dict[str, Origin]) -> None:
    rows = {name: call(name, row) for name, row in CALLS.items()}
    for model, given in CREDITS.items():
        for name, parts in {**ALL, **given}.items():
            for origin, weight in parts.items():
                CallCredit.objects.create(
                    call=rows[name], model=model, origin=origins[origin], weight=Decimal(weight)
                )
    spam = ("v2", "", 3, N2, "amsterdam", "answered", 900, True)
    call("spam", spam, is_spam=True)
    call("outgoing", spam, direction="out")
    main = TrackedSite.objects.get(key="main")
    for name, state, value in (("c1", "won", 1000), ("c4", "won", 500), ("c2", "open", 9999)):
        lead = Lead.objects.create(
            state=state, value=value, began_at=rows[name].started_at,
            last_at=rows[name].started_at, site=main, origin=origins["o5"],
        )  # fmt: skip
        visitor = rows[name].visitor
        Call.objects.filter(visitor=visitor, is_spam=False, direction="in").update(lead=lead)


def _october(origins: dict[str, Origin]) -> None:
    """A visitor and a call of the period before, and a lead that began then; one came earlier."""
    DailyVisitor.objects.create(day=date(2026, 10, 1), origin=origins["o1"], visitor="w0")
    DailyVisitor.objects.create(day=date(2026, 10, 10), origin=origins["o1"], visitor="w1")
    row = ("w1", "+31600000099", 10, N1, "amsterdam", "answered", 30, True)
    began = moment(10, 10)
    lead = Lead.objects.create(
        state="won", value=70, began_at=began, last_at=began, origin=origins["o1"]
    )
    earlier = call(uuid.uuid4().hex, row, started_at=began, lead=lead)
    for model in CREDITS:
        CallCredit.objects.create(call=earlier, model=model, origin=origins["o1"], weight=1)
