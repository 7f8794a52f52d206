"""The app as Django knows it."""

from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "tests.wagtail_calltrack.guard.shop"
    label = "guarded_shop"
    default_auto_field = "django.db.models.BigAutoField"
