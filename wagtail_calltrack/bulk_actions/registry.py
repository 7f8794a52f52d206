"""Tells Wagtail of the bulk actions."""

from wagtail import hooks

from wagtail_calltrack.bulk_actions import calls, campaigns, leads, numbers


def register_bulk_actions() -> None:
    """Register each."""
    for action in (*numbers.ACTIONS, *campaigns.ACTIONS, *calls.ACTIONS, *leads.ACTIONS):
        hooks.register("register_bulk_action", action)
