"""The fields of a Plan: which there are, which kind of value each holds, and what it says.

A field that decides about law or money is required; every other says what holds without it.
"""

from collections.abc import Mapping
from functools import cache

from calltrack import planvalues as values
from calltrack.plan import (
    LONGEST_RINGING,
    SHORTEST_RINGING,
    Campaign,
    Consent,
    Exhaustion,
    Method,
    Mode,
    NumberState,
    Organisation,
    Placeholder,
    Pool,
    PrivacyControl,
    Provider,
    Rule,
    Site,
    StockNumber,
    TelephonyAccount,
    Vestiging,
)
from calltrack.planrows import Field, Table
from calltrack.planvalues import Kind, many, minutes, seconds
from calltrack.touch import DEVICES, Channel

SHORTEST_HOLD, LONGEST_HOLD = 5, 60 * 24 * 30
LONGEST_REST = 60 * 24 * 365

KEYS = many(values.KEY, "a list of keys", into=frozenset)
PATHS = many(values.PATH, "a list of paths", into=tuple)


def _any_of(kind: Kind, words: str) -> Kind:
    return many(kind, f"a list of {words}", into=tuple, least=1)


PATTERNS = _any_of(values.PATTERN, "patterns")

PLAN_FIELDS = (
    Field("serial", values.SERIAL, "Grows with each change; a lower one is refused", required=True),
    Field("region", values.REGION, "Whose national numbers are meant", required=True),
)

ORGANISATION = Table(
    "organisation",
    Organisation,
    (
        Field("name", values.NAME, "The firm", required=True),
        Field("kvk", values.digits(8), "Its number in the trade register", required=True),
    ),
)

SITES = Table(
    "sites",
    Site,
    (
        Field("key", values.KEY, "Names the site in reports", required=True),
        Field(
            "hosts",
            many(values.HOST, "a list of host names", into=tuple, least=1),
            "What stands between `https://` and the path; no two sites share one",
            required=True,
        ),
        Field("mode", values.choice(Mode), "What is looked for in its pages", required=True),
        Field(
            "consent",
            values.choice(Consent),
            "Whether a visitor must agree before anything is stored",
            required=True,
        ),
        Field(
            "hold_minutes",
            minutes(SHORTEST_HOLD, LONGEST_HOLD),
            "How long a number stays with a visitor after the last page",
            required=True,
            attribute="hold",
        ),
        Field(
            "cookie_domain",
            values.COOKIE_DOMAIN,
            "Makes one visit of several subdomains; without it a cookie is for one host",
        ),
        Field(
            "consent_cookie",
            values.TOKEN,
            "The cookie in which the consent tool keeps what the visitor agreed to",
        ),
        Field(
            "consent_header",
            values.TOKEN,
            "The request header in which something in front tells it; instead of the cookie",
        ),
        Field("consent_value", values.PATTERN, "Its value when the visitor agreed"),
        Field(
            "gpc",
            values.choice(PrivacyControl),
            "What Global Privacy Control (`Sec-GPC: 1`) means; without it `no_consent`",
        ),
        Field(
            "attributes",
            many(values.ATTRIBUTE, "a list of `title`, `alt`, `aria-…`", into=frozenset),
            "Attributes in which numbers are replaced; without it `aria-label` and `title`",
        ),
        Field("never_rewrite", PATHS, "Pages whose paths begin so are left alone"),
    ),
)

POOLS = Table(
    "pools",
    Pool,
    (
        Field("key", values.KEY, "Names the pool", required=True),
        Field(
            "rest_minutes",
            minutes(0, LONGEST_REST),
            "How long a number rests before it goes to somebody else; without it 0",
            attribute="rest",
        ),
    ),
)

RULES = Table(
    "campaigns.rules",
    Rule,
    (
        Field("source", PATTERNS, "Of `utm_source`, else the site that sent the visitor: `google`"),
        Field("medium", PATTERNS, "Of `utm_medium`: `cpc`"),
        Field("campaign", PATTERNS, "Of `utm_campaign`"),
        Field("term", PATTERNS, "Of `utm_term`"),
        Field("content", PATTERNS, "Of `utm_content`"),
        Field(
            "click_id",
            _any_of(values.CLICK_ID, "click ids or patterns"),
            "A click id that came along, by its name: `gclid`",
        ),
        Field("referrer", PATTERNS, "The host that the visitor came from: `www.example.nl`"),
        Field("landing_path", PATTERNS, "The path of the first page: `/actie/*`"),
        Field("channel", _any_of(values.choice(Channel), "channels"), "The kind of source"),
        Field("region", PATTERNS, "The country or province: `NL`, `NL-NH`"),
        Field("device", _any_of(values.one_of(DEVICES), "devices"), "What the visitor holds"),
    ),
    empty="says nothing, and would match everybody; for a campaign for everybody leave rules out",
)

CAMPAIGNS = Table(
    "campaigns",
    Campaign,
    (
        Field("key", values.KEY, "Names the campaign in reports", required=True),
        Field("name", values.NAME, "What people call it", required=True),
        Field("method", values.choice(Method), "What its visitors see", required=True),
        Field(
            "exhaustion",
            values.choice(Exhaustion),
            "What they see when no number is free",
            required=True,
        ),
        Field("rules", RULES, "Who its visitors are: any of these; without them everybody"),
        Field("sites", KEYS, "The sites it is for; without it all"),
        Field("vestigingen", KEYS, "Whose numbers it speaks for; without it all vestigingen"),
        Field("pool", values.KEY, "Where its numbers come from, instead of the vestiging's pool"),
        Field(
            "off_site",
            values.BOOL,
            "A flyer, the radio: no visitor belongs to it; without it false",
        ),
        Field("starts_at", values.MOMENT, "Its first moment"),
        Field("ends_at", values.MOMENT, "The moment it is over"),
        Field("paused", values.BOOL, "Its visitors see the original number; without it false"),
    ),
)

PLACEHOLDERS = Table(
    "placeholders",
    Placeholder,
    (
        Field("key", values.PLACEHOLDER_KEY, 'As in `data-calltrack="KEY"`', required=True),
        Field("css_class", values.CLASS, "Elements with this class are placeholders too"),
        Field("vestiging", values.KEY, "Whose number they show; without it the page decides"),
        Field("campaigns", KEYS, "Only these campaigns decide what they show; without it all do"),
        Field("paths", PATHS, "Only on pages whose paths begin so; without it on all"),
        Field(
            "priority",
            values.BOOL,
            "The visitor's campaign comes first, and names the vestiging; without it false",
        ),
    ),
)


TELEPHONY = Table(
    "telephony",
    TelephonyAccount,
    (
        Field("key", values.KEY, "Stands in the address that the carrier calls", required=True),
        Field("provider", values.choice(Provider), "Whose webhooks come in", required=True),
        Field(
            "secret",
            values.SECRET_NAME,
            "Under which name the edge finds the secret; never the secret itself",
            required=True,
        ),
        Field(
            "account",
            values.NAME,
            "The account's id at the carrier; webhooks that name another one are refused",
        ),
        Field(
            "ring_seconds",
            seconds(SHORTEST_RINGING, LONGEST_RINGING),
            "How long a vestiging's phone rings; without it 30",
            attribute="ringing",
        ),
        Field("recorded", values.BOOL, "Whether calls are recorded; without it false"),
    ),
)


@cache
def tables(region: str | None) -> Mapping[str, Table]:
    """Give the tables of a Plan by name; numbers without a country code are numbers of `region`."""
    number = values.phone(region)
    vestigingen = Table(
        "vestigingen",
        Vestiging,
        (
            Field(
                "key", values.KEY, 'Names the branch, as in `data-vestiging="KEY"`', required=True
            ),
            Field("name", values.NAME, "What people call it", required=True),
            Field(
                "forwarding_number",
                number,
                "The branch's own number: it stands in the pages, and rings in the end",
                required=True,
            ),
            Field("pool", values.KEY, "Where its visitors' numbers come from"),
            Field("vestigingsnummer", values.digits(12), "Its number in the trade register"),
        ),
    )
    numbers = Table(
        "numbers",
        StockNumber,
        (
            Field("number", number, "A tracking number you rent", required=True),
            Field("pool", values.KEY, "The pool it is in; without it none"),
            Field("campaign", values.KEY, "The campaign whose static number it is"),
            Field("vestiging", values.KEY, "The vestiging whose calls a static number takes"),
            Field(
                "state",
                values.choice(NumberState),
                "A disabled number is shown to nobody; without it `active`",
            ),
            Field("released_at", values.MOMENT, "Whoever got it before then holds it no more"),
        ),
    )
    found = (SITES, vestigingen, POOLS, numbers, CAMPAIGNS, PLACEHOLDERS, TELEPHONY)
    return {table.name: table for table in found}
