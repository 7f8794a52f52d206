"""What every page shows: the vestigingen, the menu, and numbers as people write them."""

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Page, Site

from demo.models import HomePage, VestigingPage

register = template.Library()

COUNTRY_CODE = "+31"


@register.filter
def written(phone: str, pattern: str) -> str:
    """Write a Dutch number (E.164) in a pattern: each # takes the next digit after +31.

    Shape: "(0##) ### ## ##" gives "(020) 019 91 00". A template's own pattern may hold markup.
    """
    digits = iter(phone.removeprefix(COUNTRY_CODE))
    text = "".join(next(digits, "") if character == "#" else character for character in pattern)
    return mark_safe(text) if isinstance(pattern, SafeString) else text  # noqa: S308 - ours


@register.simple_tag
def vestigingen() -> list[VestigingPage]:
    """Give the branches in the order that editors put them; the head office is the first."""
    return list(VestigingPage.objects.live().order_by("path"))


@register.simple_tag(takes_context=True)
def menu(context: dict[str, Any]) -> list[Page]:
    """Give the pages of the menu."""
    home = front_page(context)
    return list(home.get_children().live().in_menu().specific()) if home else []


@register.simple_tag(takes_context=True)
def front_page(context: dict[str, Any]) -> HomePage | None:
    """Give the site's front page; None on a site without one."""
    request = context.get("request")
    site = Site.find_for_request(request) if request else None
    page = site.root_page.specific if site else None
    return page if isinstance(page, HomePage) else None
