"""The screens about privacy: what is stored, how long, and one person.

- Who may change the times or erase people sees what is stored; others may be let look at it.
- Shortening a time deletes, so it is asked about, and begins at once.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.auth import permission_denied
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.log_actions import log

from wagtail_calltrack.access.places import Place
from wagtail_calltrack.jobs import ask
from wagtail_calltrack.models import Job, PrivacyRequest, PrivacySettings
from wagtail_calltrack.privacy.forgetting import FORGET
from wagtail_calltrack.privacy.forms import PrivacyForm
from wagtail_calltrack.privacy.person_screen import ERASE, PersonView
from wagtail_calltrack.privacy.stored import aftermath, kept, site_cookies, statement
from wagtail_calltrack.records import PRIVACY

CHANGE = "wagtail_calltrack.change_privacysettings"
LOOK = ("wagtail_calltrack.view_privacyrequest", CHANGE, ERASE)
LANGUAGES = (("nl", "Nederlands"), ("en", "English"))
MOST_REQUESTS = 20


def may_look(user: Any) -> bool:
    """Say whether somebody may see what is stored."""
    return any(user.has_perm(one) for one in LOOK)


class StoredView(WagtailAdminTemplateMixin, TemplateView):
    """What is stored, for how long, and what was done for whoever asked."""

    page_title = gettext_lazy("Privacy")
    header_icon = "lock"
    template_name = "wagtail_calltrack/privacy/stored.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let those in who may."""
        if not may_look(request.user):
            return permission_denied(request)
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> Any:
        """Say where we are."""
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> Any:
        """Put everything together."""
        user: Any = self.request.user
        language = self._language()
        with override(language):
            text = statement()
        return super().get_context_data(
            **kwargs,
            kept=kept(),
            aftermath=aftermath(),
            sites=site_cookies(),
            statement=text,
            language=language,
            languages=LANGUAGES,
            settings=PrivacySettings.current(),
            job=Job.objects.filter(kind=FORGET).order_by("-pk").first(),
            requests=PrivacyRequest.objects.select_related("user")[:MOST_REQUESTS],
            settings_url=reverse("calltrack_privacy:settings") if user.has_perm(CHANGE) else "",
            person_url=reverse("calltrack_privacy:person") if user.has_perm(ERASE) else "",
        )

    def _language(self) -> str:
        asked = self.request.GET.get("language") or (get_language() or "")[:2]
        known = [code for code, _name in LANGUAGES]
        return asked if asked in known else "en"


class SettingsView(WagtailAdminTemplateMixin, TemplateView):
    """How long what is kept."""

    page_title = gettext_lazy("How long people are remembered")
    header_icon = "lock"
    template_name = "wagtail_calltrack/privacy/settings.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let those in who may."""
        if not request.user.has_perm(CHANGE):
            return permission_denied(request)
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> Any:
        """Say where we are."""
        index = {"url": reverse("calltrack_privacy:index"), "label": _("Privacy")}
        return [*super().get_breadcrumbs_items(), index, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> Any:
        """Show the form."""
        kwargs.setdefault("form", PrivacyForm(instance=PrivacySettings.current()))
        return super().get_context_data(**kwargs, index_url=reverse("calltrack_privacy:index"))

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Save; where that deletes, ask first."""
        form = PrivacyForm(request.POST, instance=PrivacySettings.current())
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        sentences = form.sentences()
        if form.shortens() and not form.cleaned_data["confirmed"]:
            context = self.get_context_data(form=form, sentences=sentences, doomed=form.doomed())
            return self.render_to_response(context)
        if sentences:
            _save(form, " ".join(sentences), request)
        return redirect("calltrack_privacy:index")


def _save(form: PrivacyForm, said: str, request: HttpRequest) -> None:
    days = {name: form.cleaned_data[name] for name in ("visitor_days", "caller_days")}
    row, _made = PrivacySettings.objects.update_or_create(pk=1, defaults=days)
    log(row, PRIVACY, user=request.user, data={"said": said})
    messages.success(request, said)
    if form.shortens():
        ask(FORGET, said, request.user)


class PrivacyViewSet(Place):
    """The screens' place."""

    icon = "lock"
    menu_label = gettext_lazy("Privacy")
    menu_name = "calltrack-privacy"
    may_see = staticmethod(may_look)

    def get_urlpatterns(self) -> list[Any]:
        """Give the addresses."""
        return [
            path("", self.construct_view(StoredView), name="index"),
            path("settings/", self.construct_view(SettingsView), name="settings"),
            path("person/", self.construct_view(PersonView), name="person"),
        ]
