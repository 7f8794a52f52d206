"""How reports print amounts in templates."""

from decimal import Decimal

from django import template

from wagtail_calltrack.reports.columns import money

register = template.Library()


@register.filter
def euros(amount: Decimal) -> str:
    """Print euros."""
    return money(amount)
