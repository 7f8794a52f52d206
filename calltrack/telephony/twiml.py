"""The language that Twilio and Telnyx share: forms that tell, XML that connects.

A call has legs: the caller's, whose `CallSid` names the call, and one for the phone that rings,
which says `ParentCallSid`. Four kinds of webhooks come, all to one address:

=====================  ======================================  =====================
what                   is known by                             becomes
=====================  ======================================  =====================
a call comes in        none of the below                       OFFERED, and it asks
the phone's leg        `ParentCallSid`                         RINGING ANSWERED ENDED
how dialling went      `DialCallStatus`                        ENDED
the caller's leg       `CallbackSource`, no `ParentCallSid`    ENDED
a recording            `RecordingStatus`                       RECORDED
=====================  ======================================  =====================

The caller's leg is answered by the carrier, so its own status says nothing of the vestiging. How
the call went is told twice, by the phone's leg and by the dialling: either may be lost.

Source: twilio.com/docs/voice/twiml/dial, twilio.com/docs/voice/twiml/number, and
developers.telnyx.com/docs/voice/programmable-voice/texml-verbs/dial.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree

from calltrack.calls import CallId, CallReport, CallStatus, Direction, Phase
from calltrack.plan import TelephonyAccount
from calltrack.telephony.fields import Fields, of_form, of_query
from calltrack.telephony.webhook import Answer, Read, Route, Webhook, WebhookError

XML = "text/xml; charset=utf-8"

OUTCOMES = {
    "completed": CallStatus.ANSWERED,
    "answered": CallStatus.ANSWERED,
    "busy": CallStatus.BUSY,
    "no-answer": CallStatus.MISSED,
    "canceled": CallStatus.MISSED,  # the caller hung up first
    "failed": CallStatus.FAILED,
}
COMING_IN = frozenset({"", "queued", "ringing", "in-progress"})
ANSWERS = frozenset({"in-progress", "answered"})


def read(form: Fields, account: TelephonyAccount, *, now: datetime) -> Read:
    """Give what a form says. Errors: WebhookError."""
    teller = _Teller(form, account, now)
    if form.has("RecordingStatus") or (form.has("RecordingSid") and not form.has("DialCallStatus")):
        return Read(_only(teller.recording()))
    if form.has("ParentCallSid"):
        return Read(_only(teller.leg()))
    if form.has("DialCallStatus"):
        return Read((teller.dialling(),))
    if form.has("CallbackSource"):
        return Read(_only(teller.end()))
    return teller.offer()


def connect(route: Route, *, recorded: str, **options: str) -> Answer:
    """Write what connects the caller. `options` are attributes of Dial that one carrier has.

    Who withholds the number is shown as the number that was called: what stands in its place
    otherwise («anonymous», 266696687) is no number, and some carriers refuse to ring for it.
    """
    if route.is_loop:
        return thank()
    response = etree.Element("Response")
    dial = etree.SubElement(response, "Dial", timeout=str(route.ring_seconds))
    _set(dial, **options)
    number = etree.SubElement(dial, "Number")
    number.text = route.forward_to.e164
    if route.caller or route.called:
        dial.set("callerId", route.caller or route.called)
    if route.is_recorded:
        dial.set("record", recorded)
    if route.callback_url:
        _set(dial, action=route.callback_url, method="POST")
        _set(number, statusCallback=route.callback_url, statusCallbackMethod="POST")
        _set(number, statusCallbackEvent="ringing answered completed")
        if route.is_recorded:
            _set(dial, recordingStatusCallback=route.callback_url)
            _set(dial, recordingStatusCallbackMethod="POST")
    return _xml(response)


def form_of(webhook: Webhook) -> Fields:
    """Give the fields: of the body, or of the query of a GET. Errors: WebhookError."""
    return of_query(webhook.url) if webhook.method == "GET" else of_form(webhook.body)


def has_rung(webhook: Webhook) -> bool:
    """Say whether the vestiging's phone has rung: then nothing is to be dialled any more."""
    try:
        form = form_of(webhook)
    except WebhookError:
        return False
    return form.has("DialCallStatus") or form.has("ParentCallSid")


def thank() -> Answer:
    """Write that there is no more to do: after dialling, the call is over."""
    return _xml(etree.Element("Response"))


@dataclass(frozen=True, slots=True)
class _Teller:
    """One form, and what every report of it says."""

    form: Fields
    account: TelephonyAccount
    now: datetime

    def offer(self) -> Read:
        status = self.form.text("CallStatus")
        if self._is_out or status not in COMING_IN:
            return Read(_only(self.end()))
        report = self._report(Phase.OFFERED, at=self.now, **self._ends())
        return Read((report,), asks=True)

    def leg(self) -> CallReport | None:
        """Tell of the phone that rings."""
        status = self.form.text("CallStatus")
        at = self.form.moment("Timestamp") or self.now
        told: dict[str, Any] = {
            "call": CallId(self.form.needed("ParentCallSid")),
            "part": self.form.needed("CallSid"),
            "forwarded_to": self.form.number("To"),
        }
        if status == "ringing":
            return self._report(Phase.RINGING, at=at, **told)
        machine = CallStatus.VOICEMAIL if self._is_machine else None
        if status in ANSWERS:
            return self._report(Phase.ANSWERED, at=at, answered_at=at, status=machine, **told)
        if status not in OUTCOMES:
            return None
        outcome = machine or OUTCOMES[status]
        return self._ended(outcome, "CallDuration", at, **told)

    def dialling(self) -> CallReport:
        """Tell how it went, as the caller's leg knows it."""
        outcome = OUTCOMES.get(self.form.text("DialCallStatus"))
        is_callback = self.form.has("CallbackSource")
        at = self._end() if is_callback else self.now
        told = {**self._ends(), "part": "call" if is_callback else "dial"}
        if is_callback:
            told["ended_at"] = at
        return self._report(
            Phase.ENDED,
            at=at,
            status=outcome,
            talk_seconds=self._talk(outcome, "DialCallDuration"),
            recording=self._link(),
            **told,
        )

    def end(self) -> CallReport | None:
        """Tell that the caller's leg is over."""
        if self.form.text("CallStatus") not in OUTCOMES:
            return None
        at = self._end()
        outcome = OUTCOMES[self.form.text("CallStatus")] if self._is_out else None
        return self._report(
            Phase.ENDED,
            at=at,
            ended_at=at,
            status=outcome,
            talk_seconds=self._talk(outcome, "CallDuration"),
            part="call",
            **self._ends(),
        )

    def recording(self) -> CallReport | None:
        if self.form.text("RecordingStatus") not in {"", "completed"}:
            return None
        link, part = self.form.link("RecordingUrl"), self.form.text("RecordingSid")
        return self._report(Phase.RECORDED, at=self.now, recording=link, part=part)

    def _link(self) -> str:
        """Give where the recording is; how it went counts without it, too."""
        try:
            return self.form.link("RecordingUrl")
        except WebhookError:
            return ""

    @property
    def _is_out(self) -> bool:
        return self.form.text("Direction").startswith("outbound")

    @property
    def _is_machine(self) -> bool:
        return self.form.text("AnsweredBy").startswith(("machine", "fax"))

    def _ends(self) -> dict[str, Any]:
        """Give both ends of the caller's leg: the firm's number, and who is on the other side."""
        here, there = ("From", "To") if self._is_out else ("To", "From")
        return {
            "number": self.form.number(here),
            "caller": self.form.number(there),
            "direction": Direction.OUT if self._is_out else Direction.IN,
            "started_at": self.form.moment("CallInitiatedAt"),
        }

    def _end(self) -> datetime:
        return self.form.moment("EndTime") or self.form.moment("Timestamp") or self.now

    def _talk(self, outcome: CallStatus | None, name: str) -> int | None:
        is_talk = outcome in {CallStatus.ANSWERED, CallStatus.VOICEMAIL}
        return self.form.seconds(name) if is_talk else None

    def _ended(self, outcome: CallStatus, duration: str, at: datetime, **told: Any) -> CallReport:
        ended_at = self.form.moment("EndTime") or at
        return self._report(
            Phase.ENDED,
            at=at,
            status=outcome,
            ended_at=ended_at,
            talk_seconds=self._talk(outcome, duration),
            answered_at=self.form.moment("AnsweredTime"),
            **told,
        )

    def _report(self, phase: Phase, *, at: datetime, **told: Any) -> CallReport:
        told.setdefault("call", CallId(self.form.needed("CallSid")))
        return CallReport(
            account=self.account.key,
            provider=self.account.provider,
            phase=phase,
            at=at,
            **told,
        )


def _only(report: CallReport | None) -> tuple[CallReport, ...]:
    return () if report is None else (report,)


def _set(element: Any, **attributes: str) -> None:
    for name, value in attributes.items():
        element.set(name, value)


def _xml(root: Any) -> Answer:
    body = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return Answer(body=body, content_type=XML)
