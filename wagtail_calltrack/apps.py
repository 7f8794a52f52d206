"""The plugin as Django knows it."""

from django.apps import AppConfig


class WagtailCalltrackConfig(AppConfig):
    """Makes no query when it is loaded."""

    name = "wagtail_calltrack"
    label = "wagtail_calltrack"
    verbose_name = "Call tracking"
    default_auto_field = "django.db.models.BigAutoField"
