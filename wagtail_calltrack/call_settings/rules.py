"""What calls are judged by: target rules, categories and their rules, blocked callers."""

from typing import Any

from django.db.models import Count, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from wagtail_calltrack.call_settings import restating
from wagtail_calltrack.call_settings.forms import CONDITIONS, CategoryRuleForm, RuleForm
from wagtail_calltrack.call_settings.policies import BLOCKED_CALLERS
from wagtail_calltrack.callers import whole
from wagtail_calltrack.models import BlockedCaller, Category, CategoryRule, TargetRule
from wagtail_calltrack.views import ListingView, PlanInspectView

LISTING = "wagtail_calltrack/index.html"

TARGET_RULE_MATTERS = ("site", "campaign", "talk_seconds", "cycle_days")
CATEGORY_RULE_MATTERS = ("category", *CONDITIONS)
"""What calls are reckoned from."""


class _RuleViewSet(ModelViewSet):
    """Rows that calls are reckoned from."""

    add_view_class: Any = restating.RestatingCreateView
    edit_view_class: Any = restating.RestatingEditView
    delete_view_class: Any = restating.RestatingDeleteView
    inspect_view_class = PlanInspectView
    inspect_view_enabled = True  # for those who may look and not change
    inspect_view_fields_exclude = ("id",)
    copy_view_enabled = False
    index_template_name = LISTING
    list_per_page = 50
    add_to_admin_menu = False
    matters: tuple[str, ...] = ()

    def get_add_view_kwargs(self, **kwargs: Any) -> Any:
        """Tell the view what matters."""
        return super().get_add_view_kwargs(matters=self.matters, **kwargs)

    def get_edit_view_kwargs(self, **kwargs: Any) -> Any:
        """Tell the view what matters."""
        return super().get_edit_view_kwargs(matters=self.matters, **kwargs)

    def get_delete_view_kwargs(self, **kwargs: Any) -> Any:
        """Tell the view what matters."""
        return super().get_delete_view_kwargs(matters=self.matters, **kwargs)


class TargetRuleIndexView(ListingView):
    """Rules with what they are for."""

    queryset = TargetRule.objects.select_related("site", "campaign")


class TargetRuleViewSet(_RuleViewSet):
    """What makes a target call on a site, or of a campaign."""

    model = TargetRule
    icon = "crosshairs"
    index_view_class = TargetRuleIndexView
    matters = TARGET_RULE_MATTERS
    list_display = ("__str__", "talk_seconds", "cycle_days")
    ordering = ("site__key", "campaign__name", "pk")
    edit_handler = ObjectList(
        [
            HelpPanel(
                _(
                    "The narrowest rule counts: of the campaign on the site, of the campaign, of "
                    "the site; and where there is none, the call settings."
                )
            ),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("site"), FieldPanel("campaign")])], _("For")
            ),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("talk_seconds"), FieldPanel("cycle_days")])],
                _("A target call"),
            ),
        ],
        base_form_class=RuleForm,
    )


class CategoryIndexView(ListingView):
    """Categories, with how many calls and rules they have."""

    queryset = Category.objects.annotate(
        call_count=Count("of_calls", filter=Q(of_calls__is_taken_away=False), distinct=True),
        rule_count=Count("rules", distinct=True),
    )


class CategoryDeleteView(generic.DeleteView):
    """Delete a category, with what hangs on it."""

    @property
    def confirmation_message(self) -> str:
        """Say what hangs on it."""
        count = self.object.of_calls.filter(is_taken_away=False).count()
        told = ngettext(
            "%(count)s call has this category. It will lose it, and the category's rules go, too.",
            "%(count)s calls have this category. They will lose it, and the category's rules go, "
            "too.",
            count,
        )
        return f"{super().confirmation_message} {told % {'count': count}}"


class CategoryViewSet(ModelViewSet):
    """What calls are about. A category by itself changes no call."""

    model = Category
    icon = "list-ul"
    menu_label = _("Categories")
    menu_name = "calltrack-categories"
    index_view_class = CategoryIndexView
    delete_view_class = CategoryDeleteView
    inspect_view_class = PlanInspectView
    inspect_view_enabled = True
    inspect_view_fields_exclude = ("id",)
    copy_view_enabled = False
    index_template_name = LISTING
    list_per_page = 50
    list_display = (
        "name",
        "note",
        Column("call_count", label=_("Calls"), sort_key="call_count"),
        Column("rule_count", label=_("Rules"), sort_key="rule_count"),
    )
    search_fields = ("name", "note")
    ordering = "name"
    edit_handler = ObjectList([FieldPanel("name"), FieldPanel("note")])


class CategoryRuleIndexView(ListingView):
    """Rules with their conditions."""

    queryset = CategoryRule.objects.select_related("category", "campaign", "vestiging")


def conditions(rule: CategoryRule) -> str:
    """Write a rule's conditions on one line."""
    found = []
    for name in CONDITIONS:
        value = getattr(rule, name)
        if value not in (None, ""):
            shown = getattr(rule, f"get_{name}_display", lambda value=value: value)()
            label = rule._meta.get_field(name).verbose_name  # type: ignore[union-attr] # noqa: SLF001 - Django's public API; a column has one
            found.append(f"{label}: {shown}")
    return " · ".join(found)


class CategoryRuleViewSet(_RuleViewSet):
    """Which calls get a category by themselves."""

    model = CategoryRule
    icon = "tasks"
    index_view_class = CategoryRuleIndexView
    matters = CATEGORY_RULE_MATTERS
    list_display = ("category", Column("conditions", label=_("Conditions"), accessor=conditions))
    list_filter = ("category",)
    ordering = ("category__name", "pk")
    edit_handler = ObjectList(
        [
            FieldPanel("category"),
            HelpPanel(
                _(
                    "An incoming call that is over gets the category when all of this is so. What "
                    "colleagues set or take away by hand stays as they have it."
                )
            ),
            MultiFieldPanel(
                [
                    FieldPanel("status"),
                    FieldRowPanel(
                        [FieldPanel("least_talk_seconds"), FieldPanel("most_talk_seconds")]
                    ),
                    FieldRowPanel([FieldPanel("from_hour"), FieldPanel("to_hour")]),
                ],
                _("The call"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("campaign"), FieldPanel("vestiging")]),
                    FieldPanel("channel"),
                ],
                _("Where it comes from"),
            ),
        ],
        base_form_class=CategoryRuleForm,
    )


class BlockedIndexView(ListingView):
    """Blocked callers. Their numbers are looked for by eye: none stands in an address."""

    @cached_property
    def columns(self) -> list[Any]:
        """Show the number as it is dialled."""
        return [
            TitleColumn(
                "number",
                label=pgettext_lazy("phone", "Number"),
                accessor=lambda row: whole(row.number),
                get_url=self.get_edit_url,
                sort_key="number",
            ),
            Column("note", label=_("Why"), sort_key="note"),
            DateColumn("added_at", label=_("Added"), sort_key="added_at"),
        ]


class BlockedCallerViewSet(_RuleViewSet):
    """Callers whose calls are spam."""

    model = BlockedCaller
    icon = "no-view"
    add_to_reference_index = False
    index_view_class = BlockedIndexView
    add_view_class = restating.BlockView
    edit_view_class = restating.BlockedEditView
    delete_view_class = restating.UnblockView
    matters = ("number",)
    list_display = ("number", "note", "added_at")
    search_fields = ("note",)
    ordering = ("-added_at", "-pk")
    edit_handler = ObjectList([FieldPanel("number"), FieldPanel("note")])

    @property
    def permission_policy(self) -> Any:
        """Say who may do what."""
        return BLOCKED_CALLERS


OFF_MENU = (
    TargetRuleViewSet("calltrack_target_rules"),
    CategoryRuleViewSet("calltrack_category_rules"),
    BlockedCallerViewSet("calltrack_blocked_callers"),
)
"""Screens that the call settings lead to."""
