"""Placeholders, vestigingen and sections, as the content needs them.

Rule 1: each table is read once in a request, however many numbers a page has. Outside of a request
(`wagtail_calltrack.serving`) nothing is kept: each call reads anew.
Rule 2: what cannot be shown is left out here, so that nothing raises at the visitor.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Subquery
from django.utils.functional import cached_property

from calltrack.numbers import PhoneNumber
from calltrack.plan import PLACEHOLDER_CLASS
from wagtail_calltrack.models import (
    Organisation,
    Placeholder,
    PlaceholderCampaign,
    Section,
    Vestiging,
)
from wagtail_calltrack.models.organisation import HOME
from wagtail_calltrack.models.section import pages
from wagtail_calltrack.phones import number_of
from wagtail_calltrack.plan_out import PLACE
from wagtail_calltrack.serving import now_serving

Named = int | str | None
"""A row by its id or its key. None: none is named."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A vestiging."""

    pk: int
    key: str
    name: str
    number: PhoneNumber


@dataclass(frozen=True, slots=True)
class Mark:
    """A placeholder: what the proxy knows an element by."""

    pk: int | None
    key: str
    css_class: str
    vestiging: int | None = None
    priority: bool = False
    is_usual: bool = True  # for all pages, campaigns and vestigingen


USUAL_CLASS = Mark(pk=None, key="", css_class=PLACEHOLDER_CLASS)
"""What the proxy looks for as long as there is no placeholder at all."""


class Rows:
    """Each table, read when it is first needed."""

    @cached_property
    def region(self) -> str:
        """The country whose numbers are written without a country code."""
        return Organisation.objects.values_list("region", flat=True).first() or HOME

    @cached_property
    def branches(self) -> Sequence[Branch]:
        """Vestigingen, the one that is shown in doubt first."""
        found = Vestiging.objects.order_by(PLACE, "pk").values_list(
            "pk", "key", "name", "forwarding_number"
        )
        made = (_branch(*row) for row in found)
        return [branch for branch in made if branch is not None]

    @cached_property
    def marks(self) -> Sequence[Mark]:
        """Placeholders, in the order of the Plan."""
        named = PlaceholderCampaign.objects.filter(placeholder=OuterRef("pk"))
        rows = Placeholder.objects.annotate(is_bound=Exists(named)).order_by("pk")
        return [
            Mark(
                pk=row.pk,
                key=row.key,
                css_class=row.css_class,
                vestiging=row.vestiging_id,
                priority=row.priority,
                is_usual=not (row.is_bound or row.paths or row.priority or row.vestiging_id),
            )
            for row in rows
        ]

    @cached_property
    def _sections(self) -> Sequence[tuple[str, int]]:
        """Paths in the page tree and their vestigingen, the deepest first."""
        path = pages().filter(pk=OuterRef("page")).values("path")
        rows = Section.objects.annotate(path=Subquery(path)).values_list("path", "vestiging_id")
        return sorted(((path, pk) for path, pk in rows if path), reverse=True)

    def branch(self, named: Named) -> Branch | None:
        """Find a vestiging."""
        return next((one for one in self.branches if named in (one.pk, one.key)), None)

    def mark(self, named: Named) -> Mark | None:
        """Find a placeholder; none is named, or it is gone: the usual one, if there is one."""
        if not self.marks:
            return USUAL_CLASS
        found = next((one for one in self.marks if named in (one.pk, one.key)), None)
        return found or next((one for one in self.marks if one.is_usual), None)

    def section(self, path: str | None) -> int | None:
        """Give the vestiging of the nearest section that a page lies in."""
        if not path:
            return None
        return next((pk for start, pk in self._sections if path.startswith(start)), None)


def rows() -> Rows:
    """Give the rows: the request's own, or new ones."""
    current = now_serving()
    if current is None:
        return Rows()
    found: Rows = current.kept.setdefault(Rows, Rows())
    return found


def current_path() -> str | None:
    """Give the place in the tree of the page that is shown, previewed or edited."""
    current = now_serving()
    if current is None:
        return None
    if current.page is not None:
        return current.page.path  # type: ignore[no-any-return] # Wagtail has no types
    if current.page_id is None:
        return None
    if Path not in current.kept:
        current.kept[Path] = path_of(current.page_id)
    found: str | None = current.kept[Path]
    return found


class Path:
    """Under this name the path of an edited page is kept with the request."""


def path_of(page_id: int) -> str | None:
    """Give a page's place in the tree."""
    found: str | None = pages().filter(pk=page_id).values_list("path", flat=True).first()
    return found


def _branch(pk: int, key: str, name: str, forwarding_number: str) -> Branch | None:
    number = number_of(forwarding_number)
    return Branch(pk, key, name, number) if number else None
