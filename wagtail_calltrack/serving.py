"""The request that is being answered, and the page that it shows.

Rich text and templates ask for it far below the view, where neither is handed on. The middleware
says when a request begins and ends; so what is kept with it is never older than the request. A
preview is a request within one of the admin: it keeps things of its own. Work outside of a request
(a command, a thread, an answer that streams) has none, and keeps nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import ResolverMatch

_PAGES = "wagtailadmin_pages"
_PAGE_NAMES = ("page_id", "parent_page_id")
"""What addresses of editors, drafts and previews call a page; a new one, its parent."""


@dataclass(eq=False, slots=True)
class Serving:
    """A request, and what is kept until it is answered."""

    request: HttpRequest
    outer: "Serving | None" = None
    page: Any = None  # the page that visitors get
    kept: dict[type, Any] = field(default_factory=dict)

    @property
    def page_id(self) -> int | None:
        """The page that is shown or edited, as far as the request's address tells."""
        if self.page is not None:
            return self.page.pk  # type: ignore[no-any-return] # Wagtail has no types
        found = page_named(getattr(self.request, "resolver_match", None))
        return found if found is not None or self.outer is None else self.outer.page_id


_serving: ContextVar[Serving | None] = ContextVar("calltrack_serving", default=None)


@contextmanager
def serving(request: HttpRequest) -> Iterator[Serving]:
    """Answer a request."""
    made = Serving(request, outer=_serving.get())
    mark = _serving.set(made)
    try:
        yield made
    finally:
        _serving.reset(mark)


def now_serving() -> Serving | None:
    """Give the request that is being answered here."""
    return _serving.get()


def page_named(match: ResolverMatch | None) -> int | None:
    """Find the page that an address of Wagtail's page editor names."""
    if match is None or _PAGES not in match.namespaces:
        return None
    found = next((match.kwargs[name] for name in _PAGE_NAMES if name in match.kwargs), None)
    return found if isinstance(found, int) else None


def note_page(page: Any, _request: HttpRequest, _args: object, _kwargs: object) -> None:
    """Remember which page is served (Wagtail's hook before_serve_page)."""
    current = _serving.get()
    if current is not None:
        current.page = page
