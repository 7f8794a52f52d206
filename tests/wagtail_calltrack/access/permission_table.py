"""Who may look at and change what: for every module of screens, by its permissions."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.wagtail_calltrack.access.admin_urls import BULK

PAGES = "pages"
"""Stands for the permission to edit pages."""

ROW = "index index_results inspect"
FORMS = "add edit delete history history_results usage"


@dataclass(frozen=True, slots=True)
class Module:
    """The views of a module: for who may look, and for who may change; and who these are."""

    looks: str
    changes: str = ""
    model: str = ""
    look: str = ""
    change: str = ""

    @property
    def to_look(self) -> set[str]:
        """Give the permissions that are enough to look."""
        return set((self.look or f"view_{self.model}").split())

    @property
    def to_change(self) -> set[str]:
        """Give the permissions that are enough for all."""
        usual = " ".join(f"{one}_{self.model}" for one in ("add", "change", "delete", "view"))
        return set((self.change or usual).split()) if self.changes else self.to_look

    @property
    def views(self) -> list[str]:
        """Give the names of all."""
        return [*self.looks.split(), *self.changes.split()]


TABLE: Mapping[str, Module] = {
    "calltrack_campaigns": Module(
        f"{ROW} trial off_site_made",
        f"{FORMS} copy reorder trial_typed trial_typed_new off_site",
        "campaign",
    ),
    "calltrack_numbers": Module(f"{ROW} example", f"{FORMS} copy import", "trackingnumber"),
    "calltrack_pools": Module(ROW, f"{FORMS} copy", "pool"),
    "calltrack_vestigingen": Module(ROW, f"{FORMS} copy reorder", "vestiging"),
    "calltrack_placeholders": Module(ROW, f"{FORMS} copy", "placeholder"),
    "calltrack_sections": Module(ROW, FORMS, "section"),
    "calltrack_spend": Module(f"{ROW} example", f"{FORMS} copy import", "spendentry"),
    "calltrack_sites": Module(ROW, f"{FORMS} copy", "trackedsite"),
    "calltrack_organisation": Module(ROW, "add edit history history_results usage", "organisation"),
    "calltrack_tokens": Module("index index_results", FORMS, "edgetoken"),
    "calltrack_live": Module(
        "index fragment",
        "release disable",
        look="view_leaseevent",
        change="view_leaseevent change_trackingnumber",
    ),
    "calltrack_health": Module("index", look="view_pool"),
    # Who imports calls sees who called.
    "calltrack_calls": Module(
        f"{ROW} example",
        "categories import",
        "call",
        change="view_call change_call see_callers",
    ),
    "calltrack_leads": Module(ROW, "edit note history history_results", "lead"),
    "calltrack_categories": Module(ROW, FORMS, "category"),
    "calltrack_target_rules": Module(ROW, FORMS, "targetrule"),
    "calltrack_category_rules": Module(ROW, FORMS, "categoryrule"),
    "calltrack_blocked_callers": Module(
        ROW,
        FORMS,
        "blockedcaller",
        look="view_blockedcaller see_callers",
        change="add_blockedcaller change_blockedcaller delete_blockedcaller see_callers",
    ),
    "calltrack_call_settings": Module(
        "", "index edit history history_results", "callsettings", change="change_callsettings"
    ),
    "calltrack_jobs": Module(
        "index fragment", "retry", look="view_job", change="view_job change_callsettings"
    ),
    "calltrack_telephony": Module(ROW, FORMS, "telephonyaccount"),
    "calltrack_privacy": Module(
        "index",
        "settings person",
        look="view_privacyrequest",
        change="change_privacysettings erase_people",
    ),
    "calltrack_dashboard": Module("index fragment", look="view_call"),
    "calltrack_reports": Module(
        "index source campaign keyword landing vestiging number pools", look="view_call"
    ),
    # A look at the content changes nothing but the report that it is for.
    "calltrack_findings": Module(
        "index index_results open look", look=f"view_contentfinding {PAGES}"
    ),
    # Who may see campaigns or sites, and so any who may do something with them.
    "calltrack_why": Module(
        "index",
        look=" ".join(
            f"{action}_{model}"
            for model in ("campaign", "trackedsite")
            for action in ("view", "add", "change", "delete")
        ),
    ),
    "calltrack_preview": Module("", look=PAGES),
    "calltrack_preview_page": Module("", look=PAGES),
    # Who has anything to put a number into may choose one.
    "calltrack_number": Module("", look="change_image"),
    "calltrack_choose_placeholder": Module(
        "choose choose_results chosen chosen_multiple", look="change_image"
    ),
    "calltrack_choose_vestiging": Module(
        "choose choose_results chosen chosen_multiple", look="change_image"
    ),
    BULK: Module(
        "",
        "calltrack_pause calltrack_resume calltrack_move calltrack_stock calltrack_disable "
        "calltrack_enable calltrack_release calltrack_rent calltrack_category "
        "calltrack_uncategory calltrack_spam calltrack_no_spam calltrack_assign_me "
        "calltrack_assign calltrack_state",
        look="view_campaign view_trackingnumber view_call view_lead",
        change="change_campaign change_trackingnumber change_call change_lead "
        "add_blockedcaller delete_blockedcaller",
    ),
}

ANY_IS_ENOUGH = {"calltrack_health", "calltrack_number"} | {
    f"calltrack_choose_{one}" for one in ("placeholder", "vestiging")
}
"""Who has any permission of the plugin's may open these."""
