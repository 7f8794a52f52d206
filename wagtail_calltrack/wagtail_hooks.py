"""What Wagtail asks the plugin for."""

from wagtail import hooks

from wagtail_calltrack.health.home import add_alarms
from wagtail_calltrack.previewing import entry as previewing
from wagtail_calltrack.records import register_actions
from wagtail_calltrack.viewsets.group import CalltrackViewSetGroup


def register_screens() -> CalltrackViewSetGroup:
    """Give the screens, with their menu."""
    return CalltrackViewSetGroup()


hooks.register("register_admin_viewset", register_screens)
hooks.register("register_admin_urls", lambda: previewing.URLS)
hooks.register("register_page_header_buttons", previewing.buttons)
hooks.register("register_page_listing_more_buttons", previewing.buttons)
hooks.register("construct_homepage_panels", add_alarms)
hooks.register("register_log_actions", register_actions)
