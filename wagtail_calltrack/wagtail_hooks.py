"""What Wagtail asks the plugin for."""

from wagtail import hooks

from wagtail_calltrack.access.groups import SitesOfGroupForm, permissions_for_lists
from wagtail_calltrack.access.policies import register_policies
from wagtail_calltrack.bulk_actions.registry import register_bulk_actions
from wagtail_calltrack.call_settings.job_list import JobsViewSet
from wagtail_calltrack.call_settings.policies import BLOCKED_CALLERS
from wagtail_calltrack.call_settings.rules import OFF_MENU
from wagtail_calltrack.content import picking
from wagtail_calltrack.content.choosers import placeholder_chooser, vestiging_chooser
from wagtail_calltrack.content.rich_text import register_feature
from wagtail_calltrack.dashboard.home import add_now
from wagtail_calltrack.guard.copies import refuse_copy
from wagtail_calltrack.health.home import add_alarms
from wagtail_calltrack.live import actions as live_actions
from wagtail_calltrack.previewing import entry as previewing
from wagtail_calltrack.records import register_actions
from wagtail_calltrack.serving import note_page
from wagtail_calltrack.viewsets.group import CallsViewSetGroup, CalltrackViewSetGroup
from wagtail_calltrack.viewsets.sections import section_button


def register_screens() -> CalltrackViewSetGroup:
    """Give the screens, with their menu."""
    return CalltrackViewSetGroup()


def register_calls() -> CallsViewSetGroup:
    """Give the screens of each day's work, with their menu."""
    return CallsViewSetGroup()


register_policies(BLOCKED_CALLERS)
register_bulk_actions()
hooks.register("register_group_permission_panel", lambda: SitesOfGroupForm)
hooks.register("register_permissions", permissions_for_lists)
hooks.register("register_admin_viewset", register_calls)
hooks.register("register_admin_viewset", register_screens)
hooks.register("register_admin_urls", lambda: previewing.URLS)
hooks.register("register_page_header_buttons", previewing.buttons)
hooks.register("register_page_listing_more_buttons", previewing.buttons)
hooks.register("construct_homepage_panels", add_alarms)
hooks.register("construct_homepage_panels", add_now)
hooks.register("before_serve_page", note_page)
hooks.register("register_page_header_buttons", section_button)
hooks.register("register_rich_text_features", register_feature)
hooks.register("register_admin_urls", picking.urls)
hooks.register("register_admin_viewset", lambda: [placeholder_chooser, vestiging_chooser])
hooks.register("register_admin_viewset", lambda: [*OFF_MENU, JobsViewSet("calltrack_jobs")])
hooks.register("register_log_actions", register_actions)
hooks.register("register_log_actions", live_actions.register_log_actions)
hooks.register("before_copy_page", refuse_copy)
