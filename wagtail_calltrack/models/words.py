"""The words of a Plan that people choose from, with what they mean."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from calltrack.attribution import Model
from calltrack.calls import CallStatus, Direction, Step
from calltrack.plan import (
    Consent,
    Exhaustion,
    Method,
    Mode,
    NumberState,
    PrivacyControl,
    Provider,
)
from calltrack.touch import Channel

MODES = [
    (Mode.BOTH.value, _("Both: numbers in the text, and placeholders")),
    (Mode.AUTOMATIC.value, _("Automatic: forwarding numbers, wherever they are written")),
    (Mode.PLACEHOLDERS.value, _("Placeholders: only elements that ask for a number")),
]

CONSENTS = [
    (Consent.REQUIRED.value, _("Required: nothing is stored before a visitor agrees")),
    (Consent.NOT_REQUIRED.value, _("Not required")),
]

PRIVACY_CONTROLS = [
    (PrivacyControl.NO_CONSENT.value, _("Counts as not having agreed")),
    (PrivacyControl.OPT_OUT.value, _("Counts as opting out: original numbers, nothing stored")),
    (PrivacyControl.IGNORED.value, _("Is ignored")),
]

METHODS = [
    (Method.DYNAMIC.value, _("Dynamic: every visitor gets a number of their own")),
    (Method.STATIC.value, _("Static: the campaign's own number, the same for everybody")),
    (Method.ORIGINAL.value, _("Original: the forwarding number")),
]

EXHAUSTIONS = [
    (Exhaustion.ORIGINAL.value, _("Original: the forwarding number")),
    (Exhaustion.STATIC.value, _("Static: the campaign's own number")),
    (Exhaustion.SHARE.value, _("Share: a number that somebody else has, too")),
]

STATES = [
    (NumberState.ACTIVE.value, _("Active")),
    (NumberState.DISABLED.value, _("Disabled")),
]

CHANNELS = [
    (Channel.PAID_SEARCH.value, _("Paid search")),
    (Channel.ORGANIC_SEARCH.value, _("Organic search")),
    (Channel.PAID_SOCIAL.value, _("Paid social")),
    (Channel.SOCIAL.value, _("Social")),
    (Channel.EMAIL.value, _("E-mail")),
    (Channel.DISPLAY.value, _("Display")),
    (Channel.AFFILIATES.value, _("Affiliates")),
    (Channel.REFERRAL.value, _("Referral")),
    (Channel.DIRECT.value, _("Direct")),
    (Channel.OFFLINE.value, _("Offline")),
]

DEVICES = [
    ("desktop", _("Desktop")),
    ("mobile", _("Mobile")),
    ("tablet", _("Tablet")),
]

PROVIDERS = [
    (Provider.TWILIO.value, "Twilio"),
    (Provider.TELNYX.value, "Telnyx"),
    (Provider.VONAGE.value, "Vonage"),
    (Provider.MANGO.value, "MANGO OFFICE"),
    (Provider.GENERIC.value, _("Another one, or your own: JSON as the documentation describes it")),
]

DIRECTIONS = [
    (Direction.IN.value, _("Incoming")),
    (Direction.OUT.value, _("Outgoing")),
]

CALL_STATES = [
    (CallStatus.RINGING.value, _("Ringing")),
    (CallStatus.IN_PROGRESS.value, pgettext_lazy("call", "In progress")),
    (CallStatus.ANSWERED.value, _("Answered")),
    (CallStatus.MISSED.value, _("Missed")),
    (CallStatus.BUSY.value, _("Busy")),
    (CallStatus.FAILED.value, _("Failed")),
    (CallStatus.VOICEMAIL.value, _("Voicemail")),
]

STEPS = [
    (Step.LIVE.value, _("The number was this visitor's")),
    (Step.LATE.value, _("The number had been this visitor's, and nobody else's since")),
    (Step.CANDIDATES.value, _("One of several visitors")),
    (Step.STATIC.value, _("The campaign's static number")),
    (Step.KNOWN_CALLER.value, _("A caller who is known")),
    (Step.MISDIAL.value, _("The number was nobody's")),
]

MODELS = [
    (Model.LAST_NON_DIRECT.value, _("Last known source")),
    (Model.FIRST.value, _("First source")),
    (Model.LAST.value, _("Last source")),
    (Model.POSITION.value, _("By position: first and last most")),
    (Model.LINEAR.value, _("Linear: each the same")),
]

LEAD_STATES = [
    ("new", pgettext_lazy("lead", "New")),
    ("open", pgettext_lazy("lead", "Open")),
    ("won", pgettext_lazy("lead", "Won")),
    ("lost", pgettext_lazy("lead", "Lost")),
    ("spam", pgettext_lazy("lead", "Spam")),
]

JOB_KINDS = [
    ("restate", _("Restating calls")),
    ("forget", _("Forgetting visitors and callers")),
]

JOB_STATES = [
    ("waiting", _("Waiting")),
    ("running", _("Running")),
    ("done", _("Done")),
    ("failed", _("Failed")),
]
