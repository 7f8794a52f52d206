"""A page with the numbers that a visitor would see, marked, and nothing leased.

What is looked for and how it is printed is the proxy's own code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.translation import gettext_lazy

from calltrack.decision import Viewer
from calltrack.numbers import PhoneNumber, national_text
from calltrack.plan import Plan, Site
from proxy.plan_bindings import bindings_for
from proxy.rewrite import Place, Slot, scan
from wagtail_calltrack.previewing.places import Showing, Shown

WHERE: Mapping[str, Any] = {
    Place.TEXT: gettext_lazy("text"),
    Place.LINK: gettext_lazy("link"),
    Place.ATTRIBUTE: gettext_lazy("attribute"),
    Place.PLACEHOLDER: gettext_lazy("placeholder"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A place of the page, in words."""

    where: str
    stood: str
    shows: str  # "" for the original
    vestiging: str
    campaign: str  # its key: not everybody may read its name
    why: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The page as the visitor would see it, and its places in their order."""

    html: bytes
    places: Sequence[Found]


def preview(
    page: bytes, charset: str, plan: Plan, site: Site, viewer: Viewer, path: str
) -> Preview:
    """Show a page to a visitor."""
    if not site.rewrites(path):
        return Preview(page, ())
    showing = Showing(plan, viewer)
    written: list[bytes] = []
    places = []
    for piece in scan(page, bindings_for(plan, site, path), charset=charset):
        if isinstance(piece, bytes):
            written.append(piece)
            continue
        shown = showing.at(piece)
        written.append(_marked(piece, shown.number, shown.why))
        places.append(_told(piece, shown))
    return Preview(b"".join(written), places)


def _marked(slot: Slot, number: PhoneNumber | None, why: str) -> bytes:
    """Write a place. Text is marked; in a link or an attribute there is no room for a mark."""
    if number is None:
        return slot.raw
    text = slot.show(number)
    if slot.place in {Place.LINK, Place.ATTRIBUTE}:
        return text
    return b'<mark title="%s">%s</mark>' % (escape(why).encode(), text)


def _told(slot: Slot, shown: Shown) -> Found:
    stood = slot.raw.decode("utf-8", "replace")
    return Found(
        where=str(WHERE[slot.place]),
        stood=national_text(slot.number) if slot.number is not None else stood.strip()[:100],
        shows=national_text(shown.number) if shown.number is not None else "",
        vestiging=shown.vestiging,
        campaign=shown.campaign,
        why=shown.why,
    )
