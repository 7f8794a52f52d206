"""From the Plan to what is looked for in a page.

It depends on the path: of the placeholders that share a class the one with the longest prefix of
the path counts, and one without paths comes last. Pure.
"""

from collections.abc import Iterator

from calltrack.plan import Mode, Placeholder, Plan, Site
from proxy.rewrite import Bindings

Row = tuple[Placeholder, int]
"""With the length of the prefix by which it belongs to a path."""


def bindings_for(plan: Plan, site: Site, path: str = "/") -> Bindings:
    """Say what the rewriter looks for in a page of a site."""
    is_automatic = site.mode is not Mode.PLACEHOLDERS
    rows = list(rows_for(plan, path)) if site.mode is not Mode.AUTOMATIC else []
    # Of rows with the same class the one written last counts: the one with the longest prefix.
    by_class = sorted(rows, key=lambda found: found[1])
    return Bindings(
        numbers=frozenset(plan.by_forwarding_number) if is_automatic else frozenset(),
        classes={row.css_class: row.key for row, _ in by_class if row.css_class},
        keys=frozenset(row.key for row, _ in rows),
        region=plan.region,
        attributes=site.attributes,
    )


def rows_for(plan: Plan, path: str) -> Iterator[Row]:
    """Give the placeholders that count on a path."""
    for row in plan.placeholders:
        if not row.paths:
            yield row, 0
        elif length := max((len(p) for p in row.paths if path.startswith(p)), default=0):
            yield row, length
