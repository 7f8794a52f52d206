"""What Wagtail asks the plugin for."""

from wagtail import hooks

from wagtail_calltrack.viewsets.group import CalltrackViewSetGroup


def register_screens() -> CalltrackViewSetGroup:
    """Give the screens, with their menu."""
    return CalltrackViewSetGroup()


hooks.register("register_admin_viewset", register_screens)
