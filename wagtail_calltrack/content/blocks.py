"""A tracked number as a block of a StreamField.

    from wagtail_calltrack.content.blocks import TrackedNumberBlock

A site that wants it in its own HTML gives it another `template`, with `{% tracked_number %}` in it.
"""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from wagtail_calltrack.content.choosers import placeholder_chooser, vestiging_chooser

_HERE = "wagtail_calltrack.content.blocks"

PlaceholderChooserBlock = placeholder_chooser.get_block_class("PlaceholderChooserBlock", _HERE)
VestigingChooserBlock = vestiging_chooser.get_block_class("VestigingChooserBlock", _HERE)


class TrackedNumberBlock(blocks.StructBlock):
    """A line with a number to ring."""

    text = blocks.CharBlock(
        label=_("Text"), required=False, help_text=_("Before the number: Call us on")
    )
    placeholder = PlaceholderChooserBlock(
        label=_("Placeholder"), required=False, help_text=_("Without one it is the usual one.")
    )
    vestiging = VestigingChooserBlock(
        label=_("Vestiging"),
        required=False,
        help_text=_("Whose number it is, if that is not for the placeholder or the page to say."),
    )

    class Meta:
        icon = "mobile-alt"
        label = _("Tracked number")
        description = _("A phone number whose calls are counted by campaign")
        template = "wagtail_calltrack/content/tracked_number.html"
        preview_value = {  # noqa: RUF012 - Wagtail reads it, and changes nothing
            "text": _("Call us on"),
            "placeholder": None,
            "vestiging": None,
        }
