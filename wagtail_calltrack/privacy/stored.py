"""What is stored of whom and for how long, and which cookies are set: made from the settings.

The same is said on the screen and in the text to copy, in the language that is active.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calltrack.cookie import NAME_PREFIX, REMEMBERED_SECONDS
from calltrack.plan import Consent
from wagtail_calltrack.models import (
    Organisation,
    PrivacySettings,
    TelephonyAccount,
    TrackedSite,
)

_DAY = 24 * 3600
OPT_OUT = f"{NAME_PREFIX}off"
KEPT_BY_SNIPPET = "calltrack (localStorage, sessionStorage)"


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie that a site of the firm's sets, or reads."""

    name: str
    purpose: str
    lifetime: str
    flags: str
    condition: str  # when it is set


@dataclass(frozen=True, slots=True)
class SiteCookies:
    """The cookies of one site."""

    site: str
    hosts: str
    cookies: Sequence[Cookie]


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one kind of people."""

    whom: str
    what: str
    purpose: str
    duration: str


def site_cookies() -> Sequence[SiteCookies]:
    """Give them, by site: two queries."""
    firm = Organisation.objects.first()
    return [
        SiteCookies(site.key, ", ".join(site.hosts), list(_cookies(site, firm)))
        for site in TrackedSite.objects.order_by("key")
    ]


def kept() -> Sequence[Kept]:
    """Say what is kept of visitors, callers and leads."""
    settings = PrivacySettings.current()
    visits, callers = _days(settings.visitor_days), _days(settings.caller_days)
    recorded = TelephonyAccount.objects.filter(is_recorded=True).exists()
    calls = _(
        "Phone number, moment, duration and outcome of the call, the number that was called, and "
        "what the firm noted of it: a category, whether it counts."
    )
    if recorded:
        recording = _("Calls are recorded: the address of the recording at the carrier.")
        calls = f"{calls} {recording}"
    return [
        Kept(
            _("Visitors"),
            _(
                "A random number for the browser, which visits and pages it saw and when, which "
                "phone numbers were shown, and where the visit came from: website, search engine "
                "or advertisement with its click id, region and kind of device. No IP address."
            ),
            _("To show each visitor a phone number that tells which advertisement led to a call."),
            visits,
        ),
        Kept(_("Callers"), calls, _("To know which advertisements bring calls."), callers),
        Kept(
            _("Leads"),
            _("Name, phone number, e-mail address, notes, and the value and outcome of the deal."),
            _("To answer people who called or sent a form, and to follow what comes of it."),
            callers,
        ),
        Kept(
            _("Forms"),
            _("Name, phone number and e-mail address, which form was sent, and on which page."),
            _("To answer people who called or sent a form, and to follow what comes of it."),
            callers,
        ),
    ]


def aftermath() -> str:
    """Say what is left when the time is over."""
    return " ".join(
        (
            _(
                "After that what tells who it was is deleted. Figures stay: how many visitors and "
                "callers there were, and where they came from."
            ),
            _(
                "In them a visitor is a word that is made of the random number in the cookie: "
                "only with that cookie could somebody be recognised."
            ),
            _(
                "A caller is a word that leads to no phone number, and another one each month: "
                "who called in several months counts once in each."
            ),
        )
    )


def statement() -> str:
    """Write it as one text, to copy."""
    return "\n".join(_lines()).strip() + "\n"


def _lines() -> Iterator[str]:
    yield from (_("Call tracking: what is stored"), "")
    for one in kept():
        yield f"{one.whom} ({one.duration})"
        yield one.what
        yield from (one.purpose, "")
    yield from (aftermath(), "")
    for site in site_cookies():
        yield _("Cookies of %(hosts)s") % {"hosts": site.hosts}
        for cookie in site.cookies:
            yield f"- {cookie.name}: {cookie.purpose} {cookie.lifetime}. {cookie.flags}."
            yield f"  {cookie.condition}"
        yield ""


def _cookies(site: TrackedSite, firm: Organisation | None) -> Iterator[Cookie]:
    kvk = firm.kvk if firm else "…"
    domain = site.cookie_domain
    scope = (
        _("for %(domain)s and its subdomains") % {"domain": domain}
        if domain
        else _("for this host alone")
    )
    yield Cookie(
        name=f"{NAME_PREFIX}{kvk}-{site.key}",
        purpose=_(
            "Remembers a visit: a random number for the browser, where the visit came from, and "
            "which phone numbers it was shown. Read by this site alone."
        ),
        lifetime=_("Kept for %(days)s, from the last visit on")
        % {"days": _days(REMEMBERED_SECONDS // _DAY)},
        flags=f"{_flags()}, {scope}",
        condition=_condition(site),
    )
    yield Cookie(
        name=KEPT_BY_SNIPPET,
        purpose=_(
            "Remembers the phone numbers of a page, so that the next page shows them at once."
        ),
        lifetime=_("Kept until the visit is over, or consent is withdrawn"),
        flags=_("In the browser's storage: no cookie, and not sent along with requests"),
        condition=_(
            "Only on pages that have the snippet, and only where the cookie may be set. Where the "
            "snippet's server has another domain than the site, this stands in the cookie's place "
            "until the tab is closed."
        ),
    )
    yield Cookie(
        name=OPT_OUT,
        purpose=_("Says that the visitor does not want to be followed. This site only reads it."),
        lifetime=_("As long as the page that sets it says"),
        flags=_("Set by the site itself, where it offers an opt-out"),
        condition=_("With it nothing is stored, and original phone numbers are shown."),
    )


def _flags() -> str:
    return _("HttpOnly, SameSite=Lax, Secure (with https), signed")


def _condition(site: TrackedSite) -> str:
    gpc = _("Global Privacy Control: %(what)s.") % {
        "what": str(site.get_gpc_display()).partition(":")[0].lower()
    }
    by = site.consent_cookie or site.consent_header
    if site.consent != Consent.REQUIRED.value:
        told = _("Set on the first page of a visit, without asking.")
    elif by:
        told = _("Set only after the visitor agreed, which «%(name)s» tells.") % {"name": by}
    else:
        told = _("Set only after the visitor agreed.")
    return f"{told} {gpc}"


def _days(count: int) -> str:
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}
