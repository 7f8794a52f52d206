"""How reports print amounts in templates."""

from decimal import Decimal

from django import template

from wagtail_calltrack import amounts

register = template.Library()


@register.filter
def euros(amount: Decimal) -> str:
    """Print euros."""
    return amounts.euros(amount)
