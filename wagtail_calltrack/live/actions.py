"""Release and disable: each with a page that says what happens to the visitor, then by POST.

The page names the lease that it was made for. Where the number is another visitor's by the time
somebody says yes, nothing is done, and the page is shown again.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.auth import permission_denied
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.log_actions import log

from calltrack.plan import NumberState
from wagtail_calltrack.forms import MOST_SHOWN, sentence_of
from wagtail_calltrack.live.held import Held, holder_of
from wagtail_calltrack.models import TrackingNumber, plan_change
from wagtail_calltrack.phones import at_home
from wagtail_calltrack.plan_out import PlanRefusedError

LIST = "calltrack_live:index"
RELEASED, DISABLED = "calltrack.release", "calltrack.disable"
_NEEDED = ("wagtail_calltrack.view_leaseevent", "wagtail_calltrack.change_trackingnumber")


def may_change(user: Any) -> bool:
    """Say whether somebody may take numbers back."""
    return all(user.has_perm(one) for one in _NEEDED)


def register_log_actions(actions: Any) -> None:
    """Name what stands in a number's history."""
    actions.register_action(RELEASED, gettext_lazy("Release"), gettext_lazy("Released by hand"))
    actions.register_action(DISABLED, gettext_lazy("Disable"), gettext_lazy("Disabled by hand"))


class _ActionView(WagtailAdminTemplateMixin, TemplateView):
    """Asks, then does it."""

    template_name = "wagtail_calltrack/live/confirm.html"
    header_icon = "warning"
    action: str
    done: str | Promise
    yes: str | Promise

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let those in who may."""
        if not may_change(request.user):
            return permission_denied(request)
        self.number = get_object_or_404(TrackingNumber, pk=kwargs["pk"])
        self.text = at_home(self.number.number)
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        """Name the number."""
        return self.text

    def get_breadcrumbs_items(self) -> Any:
        """Show none: the page asks one question."""
        return []

    def get_context_data(self, **kwargs: Any) -> Any:
        """Say what would happen."""
        held = holder_of(self.number.number, timezone.now())
        return super().get_context_data(
            **kwargs, number=self.text, held=held, lease=_lease(held), yes=self.yes, list_name=LIST
        )

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Do it, if the number is still whose it was."""
        held = holder_of(self.number.number, timezone.now())
        if request.POST.get("lease", "") != _lease(held):
            messages.warning(
                request, _("The number has changed hands meanwhile. Nothing was done; look again.")
            )
            return self.render_to_response(self.get_context_data())
        try:
            self._act(request)
        except PlanRefusedError as refused:
            reasons = "; ".join(sentence_of(one) for one in refused.rows[:MOST_SHOWN])
            messages.error(request, _("Nothing was done: %(reasons)s") % {"reasons": reasons})
        else:
            messages.success(request, self.done % {"number": self.text})
        return redirect(LIST)

    def _act(self, request: HttpRequest) -> None:
        with plan_change():
            number = TrackingNumber.objects.get(pk=self.number.pk)
            self.change(number)
            number.save()
            log(instance=number, action=self.action, user=request.user)

    def change(self, number: TrackingNumber) -> None:
        """Change the row."""
        raise NotImplementedError


class ReleaseView(_ActionView):
    """Take a number back from its visitor."""

    page_title = gettext_lazy("Release")
    action = RELEASED
    yes = gettext_lazy("Yes, release it")
    done = gettext_lazy("%(number)s was released. Proxies follow within seconds.")

    def get_context_data(self, **kwargs: Any) -> Any:
        """Say what a release is."""
        return super().get_context_data(**kwargs, is_release=True)

    def change(self, number: TrackingNumber) -> None:
        """End what was given before."""
        number.released_at = timezone.now()


class DisableView(_ActionView):
    """Show a number to nobody any more."""

    page_title = gettext_lazy("Disable")
    action = DISABLED
    yes = gettext_lazy("Yes, disable it")
    done = gettext_lazy("%(number)s was disabled. Proxies follow within seconds.")

    def change(self, number: TrackingNumber) -> None:
        """Take it out of use."""
        number.state = NumberState.DISABLED.value


def _lease(held: Held | None) -> str:
    """Name the lease that a number is in."""
    return held.holding.given_at.isoformat() if held else ""
