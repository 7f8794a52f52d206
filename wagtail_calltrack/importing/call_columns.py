"""The columns of a file with calls, by the names that phone systems give them.

English and Dutch, and those of Asterisk's call records. A heading that may mean two things (where a
visitor came from, or who called) is left out.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wagtail_calltrack.importing.columns import Column

COLUMNS = (
    Column(
        "reference",
        _("reference"),
        (
            *("referentie", "kenmerk", "id", "call id", "callid", "uniqueid", "unique id", "uuid"),
            *("call uuid", "gespreks id", "gespreksnummer"),
        ),
        is_required=True,
        meaning=_(
            "The phone system's own name of the call. A call whose reference is there already is "
            "changed, and never stored twice."
        ),
        examples=("2026-1234", "2026-1235"),
    ),
    Column(
        "started_at",
        _("started at"),
        (
            *("start", "start time", "started", "date", "date time", "datetime", "date and time"),
            *("call time", "call date", "calldate", "timestamp", "time stamp"),
            *("datum", "datum tijd", "datum en tijd", "datum/tijd", "begin", "begintijd"),
            *("starttijd", "tijdstip", "aanvang"),
        ),
        is_required=True,
        meaning=_("2026-11-02 14:05:00 or 2-11-2026 14:05: the day before the month."),
        examples=("2026-11-02 14:05:00", "2-11-2026 14:21"),
    ),
    Column(
        "time",
        _("time of day"),
        ("time", "tijd", "clock", "uur"),
        meaning=_("Where the column before holds the day alone."),
        examples=("", ""),
    ),
    Column(
        "caller",
        pgettext_lazy("call", "caller"),
        (
            *("caller", "from", "call from", "caller number", "caller id", "callerid"),
            *(
                "calling number",
                "src",
                "cli",
                "beller",
                "van",
                "nummer beller",
                "nummer van beller",
            ),
        ),
        is_required=True,
        meaning=_(
            "The number of whoever called, or was called by you. Empty, or a word such as "
            "anonymous: withheld."
        ),
        examples=("06 12345678", "anonymous"),
    ),
    Column(
        "number",
        _("number called"),
        (
            *("number", "called number", "dialled number", "dialed number", "to", "call to"),
            *("destination", "did", "callee", "called", "dst"),
            *("nummer", "gebeld nummer", "gekozen nummer", "naar", "bestemming"),
        ),
        is_required=True,
        meaning=_("Your own number: the one on which the call came in, or that you called from."),
        examples=("020 123 45 67", "+31 20 123 45 67"),
    ),
    Column(
        "status",
        _("status"),
        (
            *("call status", "state", "result", "outcome", "disposition"),
            *("resultaat", "uitkomst", "afloop"),
        ),
        is_required=True,
        meaning=_(
            "answered, missed, busy, failed or voicemail; Dutch and Russian words, and those of "
            "common phone systems, as well."
        ),
        examples=("answered", "missed"),
    ),
    Column(
        "talk_seconds",
        _("talk time"),
        (
            *("talk seconds", "talk duration", "talking", "talktime", "billsec", "conversation"),
            *("gesprekstijd", "gespreksduur", "spreektijd"),
        ),
        meaning=_("Seconds, 1:05 or 0:01:05. An answered call needs it."),
        examples=("1:05", ""),
    ),
    Column(
        "duration",
        _("duration"),
        ("call duration", "total duration", "length", "seconds", "duur", "totale duur", "seconden"),
        meaning=_("Taken for the talk time where the file has no column for that."),
        examples=("", ""),
    ),
    Column(
        "ring_seconds",
        _("ringing"),
        (
            *("ring time", "ring seconds", "ring duration", "ringing time", "wait time"),
            *("wachttijd", "beltijd", "overgangstijd", "rinkeltijd"),
        ),
        meaning=_("Seconds, 0:07 or 0:00:07."),
        examples=("7", "25"),
    ),
    Column(
        "direction",
        _("direction"),
        ("richting", "type", "call type", "communication type", "soort"),
        meaning=_("incoming or outgoing. Empty: incoming."),
        examples=("incoming", "incoming"),
    ),
    Column(
        "vestiging",
        _("vestiging"),
        ("branch", "location", "office", "filiaal", "locatie", "kantoor"),
        meaning=_("Key or name of the vestiging that answered, or was to."),
        examples=("", ""),
    ),
    Column(
        "recording",
        _("recording"),
        ("recording url", "recording link", "opname", "opname url"),
        meaning=_("Address of the recording, for those who may see callers."),
        examples=("", ""),
    ),
    Column(
        "account",
        _("phone system"),
        ("account", "telefooncentrale", "centrale", "pbx"),
        meaning=_(
            "Where several phone systems give references: a word for each, of letters and "
            "digits. Empty: pbx."
        ),
        examples=("", ""),
    ),
)
"""What a call has more, a file that lacks the column leaves as it is."""

TITLES = {column.name: column for column in COLUMNS}
