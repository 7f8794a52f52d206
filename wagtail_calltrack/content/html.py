"""The HTML of a tracked number: the one place that makes it.

    <a href="tel:+31201234567" data-calltrack="KEY" data-vestiging="SLUG">020 123 45 67</a>

Rule 1: it is the same for every visitor, and dials the vestiging's own number where there is no
proxy. A placeholder with a class gives `class="…"` instead of data-calltrack.
Rule 2: whose number: the vestiging that is named; else the placeholder's; else that of the section
the page lies in; else the first one. What is named and gone counts as not named. Without any
vestiging there is nothing to show, and nothing is shown.
Rule 3: data-vestiging says whose number stands there, so that the proxy replaces it by one of the
same vestiging. A placeholder with priority goes without, unless one is named: there the visitor's
campaign chooses.
Rule 4: where no placeholder is named, or it is gone, the usual one is taken: the first that is for
all pages, campaigns and vestigingen, without priority. As long as there is no placeholder at all
it is the class qooqie-number-placeholder. Where there are others only, the number goes unmarked:
the proxy finds it by its digits, in a site's mode "automatic" or "both".
"""

from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from calltrack.numbers import PhoneNumber, Spelling, national_text, usual
from wagtail_calltrack.content.rows import Branch, Mark, Named, Rows, current_path, rows

NOTHING = mark_safe("")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A number as editors and templates ask for it."""

    placeholder: Named = None
    vestiging: Named = None


@dataclass(frozen=True, slots=True)
class Found:
    """What it comes to."""

    branch: Branch
    mark: Mark | None
    text: str
    says_vestiging: bool  # to the proxy


def tracked_number(
    wanted: Wanted, *, path: str | None = None, table: Rows | None = None
) -> SafeString:
    """Write a number.

    `path` is the page's place in the tree, where the caller knows it; `table` is for who writes
    many at once.
    """
    found = find(table or rows(), wanted, path or current_path())
    if found is None:
        return NOTHING
    attributes = [("href", f"tel:{found.branch.number}")]
    if found.mark is not None:
        name = "class" if found.mark.css_class else "data-calltrack"
        attributes.append((name, found.mark.css_class or found.mark.key))
        if found.says_vestiging:
            attributes.append(("data-vestiging", found.branch.key))
    return format_html("<a {}>{}</a>", format_html_join(" ", '{}="{}"', attributes), found.text)


def label(wanted: Wanted, *, path: str | None = None) -> str:
    """Say in the editor what a number is: "020 123 45 67 · head-office"."""
    found = find(rows(), wanted, path or current_path())
    if found is None:
        return _("tracked number")
    mark, named = found.mark, wanted.placeholder
    if mark is None or named is None or named not in (mark.pk, mark.key):
        return found.text
    return f"{found.text} · {mark.key}"


def note(wanted: Wanted) -> str:
    """Say in the editor what was picked: "head-office · Rotterdam"."""
    table = rows()
    mark = table.mark(wanted.placeholder)
    branch = table.branch(wanted.vestiging)
    picked = [
        mark.key if mark is not None and mark.pk is not None else "",
        branch.name if branch is not None else "",
    ]
    return " · ".join(filter(None, picked)) or _("tracked number")


def find(table: Rows, wanted: Wanted, path: str | None) -> Found | None:
    """Say whose number it is, and by which placeholder. None: there is no vestiging."""
    mark = table.mark(wanted.placeholder)
    named = table.branch(wanted.vestiging)
    branch = named or _branch(table, mark, path)
    if branch is None:
        return None
    return Found(
        branch=branch,
        mark=mark,
        text=written(branch.number, table.region),
        says_vestiging=named is not None or mark is None or not mark.priority,
    )


def written(number: PhoneNumber, region: str) -> str:
    """Write a number as people in a country do: one from abroad with its country code."""
    if number.region == region:
        return national_text(number)
    return usual(number, Spelling.INTERNATIONAL)


def _branch(table: Rows, mark: Mark | None, path: str | None) -> Branch | None:
    found = table.branch(mark.vestiging) if mark is not None else None
    found = found or table.branch(table.section(path))
    return found or next(iter(table.branches), None)
