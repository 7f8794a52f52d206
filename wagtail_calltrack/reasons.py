"""Why a place of a page shows what it shows, in words for editors: the same ones on each screen.

Each fits behind "the original: ", or stands by itself.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from calltrack.decision import Reason

WHY: Mapping[Reason, Any] = {
    Reason.LEASE: _("a number of the visitor's own"),
    Reason.STATIC: _("the campaign's static number"),
    Reason.NO_VESTIGING: _(
        "no vestiging belongs to this place; if it has data-vestiging, that must be the key of one"
    ),
    Reason.NO_CAMPAIGN: _("no campaign matches this visitor for this vestiging"),
    Reason.PAUSED: _("the campaign is paused"),
    Reason.CAMPAIGN: _("the campaign shows the original number"),
    Reason.NO_POOL: _("neither the campaign nor the vestiging has a pool"),
    Reason.NO_NUMBER: _("the campaign has no static number for this vestiging"),
    Reason.NO_CONSENT: _("the visitor did not agree, and the campaign has no static number"),
}
