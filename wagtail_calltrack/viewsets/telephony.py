"""Screens for accounts with carriers, with the address that the carrier calls."""

from functools import cached_property
from typing import Any

from django.forms import Media
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, Panel
from wagtail.admin.ui.tables import Column

from wagtail_calltrack.calllog.rows import moment
from wagtail_calltrack.health.accounts import AccountState, account_states, with_last_event
from wagtail_calltrack.models import Edge, TelephonyAccount
from wagtail_calltrack.views import ListingView
from wagtail_calltrack.viewsets.plan_viewset import PlanViewSet, form_of

PATH = "/_calltrack/calls/%s/"


class AddressPanel(Panel):
    """The webhook address, to copy into the carrier's own settings."""

    class BoundPanel(Panel.BoundPanel):
        """The address of one account; an account that is being made has none yet."""

        template_name = "wagtail_calltrack/telephony/address.html"

        @property
        def media(self) -> Media:
            """Give the script that copies."""
            return Media(js=["wagtail_calltrack/copy.js"])

        def get_context_data(self, parent_context: Any = None) -> Any:
            """Give the address, and the name under which the edge looks for the secret."""
            is_made = self.instance.pk is not None
            return {
                **super().get_context_data(parent_context),
                "address": PATH % self.instance.key if is_made else "",
                "provider": self.instance.provider,
                "variable": f"CALLTRACK_SECRET_{self.instance.secret}" if is_made else "",
            }


class StateColumn(Column):
    """How it fares: as the edges told the last time, and by what is stored of calls."""

    def get_value(self, instance: Any) -> str:
        """Say it in a few words."""
        state: AccountState | None = instance.state_told
        if state is not None and state.problem:
            return _("Not in use: %(problem)s") % {"problem": state.problem}
        if state is not None and state.is_refused:
            return _("Refused %(count)s times: is the secret right?") % {"count": state.refused}
        moments = (state.last_at if state else None, instance.stored_at)
        known = [one for one in moments if one is not None]
        if known:
            return _("Last heard of: %(moment)s") % {"moment": moment(max(known))}
        return _("Nothing came in yet") if state else _("No edge has told of it yet")


class TelephonyIndexView(ListingView):
    """Accounts, with what edges told of them."""

    def get_base_queryset(self) -> Any:
        """Read along when each was heard of."""
        return with_last_event(super().get_base_queryset())

    @cached_property
    def _states(self) -> Any:
        return account_states(edge for edge in Edge.objects.all() if not edge.is_silent)

    def get_context_data(self, *args: Any, **kwargs: Any) -> Any:
        """Put it at the rows of the page."""
        context = super().get_context_data(*args, **kwargs)
        for row in context["table"].data:
            row.state_told = self._states.get(row.key)
        return context


class TelephonyViewSet(PlanViewSet):
    """Accounts with carriers."""

    model = TelephonyAccount
    icon = "link"
    copy_view_enabled = False
    index_view_class = TelephonyIndexView
    ordering = "key"
    list_display = ("key", "provider", StateColumn("state", label=gettext_lazy("State")))
    list_filter = ("provider",)
    search_fields = ("key", "account")
    edit_handler = form_of(
        MultiFieldPanel(
            [FieldPanel(name) for name in ("key", "provider", "account", "secret")],
            gettext_lazy("Account"),
        ),
        AddressPanel(heading=gettext_lazy("Webhook address")),
        MultiFieldPanel(
            [FieldPanel("ring_seconds"), FieldPanel("is_recorded")], gettext_lazy("Calls")
        ),
    )
