"""The words of a Plan that people choose from, with what they mean."""

from django.utils.translation import gettext_lazy as _

from calltrack.plan import Consent, Exhaustion, Method, Mode, NumberState, PrivacyControl
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
