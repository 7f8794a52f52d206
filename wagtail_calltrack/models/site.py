"""What is done with the pages of one website."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from calltrack.plan import PrivacyControl
from calltrack.plantables import LONGEST_HOLD, SHORTEST_HOLD
from wagtail_calltrack.models.fields import LinesField, PlanValue
from wagtail_calltrack.models.rows import PlanRow
from wagtail_calltrack.models.words import CONSENTS, MODES, PRIVACY_CONTROLS


class TrackedSite(PlanRow):
    """A site of Wagtail's whose numbers are replaced."""

    site = models.OneToOneField(
        Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="calltrack"
    )
    key = models.CharField(
        _("key"),
        max_length=64,
        unique=True,
        validators=[PlanValue("KEY")],
        help_text=_("Names the site in reports: letters, digits, «-», «_» and «.»."),
    )
    hosts = LinesField(
        _("host names"),
        validators=[PlanValue("HOST")],
        help_text=_(
            "One on each line, as visitors see them in the address bar: www.example.nl. Without "
            "https:// and without a path. Pages of other hosts are left alone."
        ),
    )
    mode = models.CharField(
        _("what is replaced"),
        max_length=20,
        choices=MODES,
        help_text=_("What is looked for in the site's pages."),
    )
    hold_minutes = models.PositiveIntegerField(
        _("hold, in minutes"),
        validators=[MinValueValidator(SHORTEST_HOLD), MaxValueValidator(LONGEST_HOLD)],
        help_text=_(
            "How long a number stays with a visitor after the last page. Short saves numbers; "
            "long keeps apart callers who think it over. 30 is usual."
        ),
    )
    cookie_domain = models.CharField(
        _("cookie domain"),
        max_length=253,
        blank=True,
        validators=[PlanValue("COOKIE_DOMAIN")],
        help_text=_(
            "Makes one visit of several subdomains: example.nl. Without it, every host has visits "
            "of its own."
        ),
    )
    consent = models.CharField(
        _("consent"),
        max_length=20,
        choices=CONSENTS,
        help_text=_("Whether visitors must agree first is a matter of law; ask your lawyer."),
    )
    consent_cookie = models.CharField(
        _("consent cookie"),
        max_length=100,
        blank=True,
        validators=[PlanValue("TOKEN")],
        help_text=_(
            "The cookie in which your consent tool keeps the answer: CookieConsent for "
            "Cookiebot, OptanonConsent for OneTrust."
        ),
    )
    consent_header = models.CharField(
        _("consent header"),
        max_length=100,
        blank=True,
        validators=[PlanValue("TOKEN")],
        help_text=_("Instead of a cookie: a header that something in front of the site sets."),
    )
    consent_value = models.CharField(
        _("consent value"),
        max_length=100,
        blank=True,
        validators=[PlanValue("PATTERN")],
        help_text=_(
            "What the cookie or header holds when the visitor agreed; * stands for anything. "
            "Cookiebot: *,statistics:true,*"
        ),
    )
    gpc = models.CharField(
        _("Global Privacy Control"),
        max_length=20,
        choices=PRIVACY_CONTROLS,
        default=PrivacyControl.NO_CONSENT.value,
        help_text=_("What the signal of that name means that some browsers send."),
    )
    attributes = LinesField(
        _("attributes"),
        blank=True,
        default=("aria-label", "title"),
        validators=[PlanValue("ATTRIBUTE")],
        help_text=_("Attributes in which numbers are replaced, too: title, alt or aria-…"),
    )
    never_rewrite = LinesField(
        _("pages left alone"),
        blank=True,
        validators=[PlanValue("PATH")],
        help_text=_("Pages whose paths begin so, one on each line: /intranet/"),
    )

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")

    def __str__(self) -> str:
        """Give the site's key."""
        return self.key

    def hosts_shown(self) -> str:
        """Give the hosts on one line."""
        return str(self.get_hosts_display())  # type: ignore[attr-defined] # the field gives it

    hosts_shown.short_description = _("host names")  # type: ignore[attr-defined] # Wagtail's way
