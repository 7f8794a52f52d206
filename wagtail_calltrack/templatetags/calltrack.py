"""`{% load calltrack %}`: tracked numbers in templates that people write by hand.

    {% tracked_number "head-office" %}           a placeholder, by its key
    {% tracked_number vestiging="rotterdam" %}   a vestiging, by its key
    {% tracked_number %}                         the page's own: its section's, else the first one

`{% tracked_number … as number %}` keeps it, to ask whether there is one. A key that is not known
counts as not given.
"""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from wagtail_calltrack.content.html import Wanted
from wagtail_calltrack.content.html import tracked_number as html_of
from wagtail_calltrack.content.rows import Named
from wagtail_calltrack.models import Placeholder, Vestiging

register = template.Library()

Row = Placeholder | Vestiging | str | None


@register.simple_tag(takes_context=True)
def tracked_number(
    context: dict[str, Any], placeholder: Row = None, vestiging: Row = None
) -> SafeString:
    """Write a number, for rows or their keys."""
    wanted = Wanted(_named(placeholder), _named(vestiging))
    return html_of(wanted, path=getattr(context.get("page"), "path", None))


def _named(row: Row) -> Named:
    return row.pk if isinstance(row, Placeholder | Vestiging) else row or None
