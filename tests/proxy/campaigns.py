"""A Plan with a campaign of ads, that has a static number, and one for everybody else."""

from dataclasses import replace

from calltrack.numbers import PhoneNumber
from calltrack.plan import Campaign, CampaignKey, Consent, Exhaustion, Method, Rule, StockNumber
from tests.calltrack.plans import EVERYONE, SITE, make_plan

FLYER, SPARE = PhoneNumber("+31207654388"), PhoneNumber("+31207654399")
ADS = Campaign(
    CampaignKey("ads"),
    "Ads",
    Method.STATIC,
    Exhaustion.ORIGINAL,
    rules=(Rule(source=("google",), medium=("cpc",)),),
)
HERE = b"<p>020 123 45 67"
FROM_ADS = "/?utm_source=google&utm_medium=cpc"
ABROAD = "203.0.113.5"
NUMBERS = (
    *make_plan().numbers,
    StockNumber(FLYER, campaign=ADS.key),
    StockNumber(SPARE, campaign=EVERYONE.key),
)
PLAN = make_plan(campaigns=(ADS, EVERYONE), numbers=NUMBERS)
AGREED = "agreed=yes"
CONSENT = replace(SITE, consent=Consent.REQUIRED, consent_cookie="agreed", consent_value="yes")
WITH_CONSENT = replace(PLAN, sites=(CONSENT,))
