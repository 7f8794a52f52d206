"""The plugin as Django knows it."""

from django.apps import AppConfig
from django.core.checks import register


class WagtailCalltrackConfig(AppConfig):
    """Makes no query when it is loaded."""

    name = "wagtail_calltrack"
    label = "wagtail_calltrack"
    verbose_name = "Call tracking"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have `manage.py check` look at the site's settings, and watch over its content."""
        from wagtail_calltrack.call_settings import cascades  # noqa: PLC0415 - it reads the models
        from wagtail_calltrack.checks import check_site  # noqa: PLC0415 - it reads the models
        from wagtail_calltrack.guard.renewing import listen  # noqa: PLC0415 - it reads the models
        from wagtail_calltrack.guard.watch import watch  # noqa: PLC0415 - it reads the models
        from wagtail_calltrack.jobs import register as register_work  # noqa: PLC0415 - as above
        from wagtail_calltrack.privacy.forgetting import (  # noqa: PLC0415 - as above
            FORGET,
            Forgetting,
        )

        register(check_site)
        register_work(FORGET, Forgetting())
        watch()
        listen()
        cascades.listen()
