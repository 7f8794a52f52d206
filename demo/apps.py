"""The demo site as Django knows it."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The site of a firm that does not exist."""

    name = "demo"
    label = "demo"
    verbose_name = "Van Dam Plafonds"
    default_auto_field = "django.db.models.BigAutoField"
