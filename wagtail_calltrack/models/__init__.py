"""What editors decide, in the database.

fields       lists as lines of text; validators that are the Plan's own readers
words        what people choose from, and what it means
single       tables of one row
serial       which Plan is in force: a serial that only grows
rows         rows of the Plan, and the one way in which they change
organisation the firm
site         what is done with a site's pages
pool         numbers that visitors share out
vestiging    branches
campaign     who sees what
rule         who a campaign's visitors are
number       the stock of rented numbers
placeholder  elements that ask for a number
edge_token   with which edges ask for the Plan, and tell what happened
section      parts of the page tree that belong to a vestiging
spend        what campaigns have cost
facts        what edges tell of visitors and leases: sessions, touches, page views, lease events
edge         edges as they last told of themselves
telephony    accounts with carriers
calls        calls: what carriers told, and what is concluded from it
leads        people who called or sent a form
judging      what the firm thinks of calls: target rules, categories, spam
rollups      what reports are made of
job          long work that goes on by itself
privacy      how long people are remembered
unknown      events that this version cannot read
finding      phone numbers that were typed into content by hand, and the last look for them
"""

from wagtail_calltrack.models.calls import Call, CallCandidate, CallCredit, CallEvent
from wagtail_calltrack.models.campaign import Campaign, CampaignSite, CampaignVestiging
from wagtail_calltrack.models.edge import Edge
from wagtail_calltrack.models.edge_token import EdgeToken
from wagtail_calltrack.models.facts import (
    LeaseEvent,
    NumberShown,
    PageView,
    PoolExhausted,
    SessionTouch,
    VisitorSession,
)
from wagtail_calltrack.models.finding import ContentFinding, ContentLook
from wagtail_calltrack.models.job import Job
from wagtail_calltrack.models.judging import (
    BlockedCaller,
    CallCategory,
    CallSettings,
    Category,
    CategoryRule,
    TargetRule,
)
from wagtail_calltrack.models.leads import FormSent, Lead, LeadNote, LeadVisitor
from wagtail_calltrack.models.number import TrackingNumber
from wagtail_calltrack.models.organisation import Organisation
from wagtail_calltrack.models.placeholder import Placeholder, PlaceholderCampaign
from wagtail_calltrack.models.pool import Pool
from wagtail_calltrack.models.privacy import PrivacyRequest, PrivacySettings
from wagtail_calltrack.models.rollups import DailyShown, DailyVisitor, Origin
from wagtail_calltrack.models.rows import PlanRow, plan_change
from wagtail_calltrack.models.rule import CampaignRule
from wagtail_calltrack.models.section import Section
from wagtail_calltrack.models.serial import PlanSerial
from wagtail_calltrack.models.site import TrackedSite
from wagtail_calltrack.models.spend import SpendEntry
from wagtail_calltrack.models.telephony import TelephonyAccount
from wagtail_calltrack.models.unknown import UnknownEvent
from wagtail_calltrack.models.vestiging import Vestiging

__all__ = [
    "BlockedCaller",
    "Call",
    "CallCandidate",
    "CallCategory",
    "CallCredit",
    "CallEvent",
    "CallSettings",
    "Campaign",
    "CampaignRule",
    "CampaignSite",
    "CampaignVestiging",
    "Category",
    "CategoryRule",
    "ContentFinding",
    "ContentLook",
    "DailyShown",
    "DailyVisitor",
    "Edge",
    "EdgeToken",
    "FormSent",
    "Job",
    "Lead",
    "LeadNote",
    "LeadVisitor",
    "LeaseEvent",
    "NumberShown",
    "Organisation",
    "Origin",
    "PageView",
    "Placeholder",
    "PlaceholderCampaign",
    "PlanRow",
    "PlanSerial",
    "Pool",
    "PoolExhausted",
    "PrivacyRequest",
    "PrivacySettings",
    "Section",
    "SessionTouch",
    "SpendEntry",
    "TargetRule",
    "TelephonyAccount",
    "TrackedSite",
    "TrackingNumber",
    "UnknownEvent",
    "Vestiging",
    "VisitorSession",
    "plan_change",
]
