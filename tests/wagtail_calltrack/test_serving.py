"""Which request is answered, and which page it shows: known far below the view, then forgotten."""

import asyncio
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from django.urls import ResolverMatch

from wagtail_calltrack.middleware import switch_off_calltrack
from wagtail_calltrack.serving import note_page, now_serving, page_named, serving


def request_to(path: str = "/", **words: Any) -> HttpRequest:
    request = RequestFactory().get(path)
    if words:
        request.resolver_match = match(["wagtailadmin_pages"], **words)
    return request


def match(namespaces: list[str], **words: Any) -> ResolverMatch:
    return ResolverMatch(lambda: None, (), words, "edit", [], [*namespaces])


def test_nothing_is_served_outside_of_a_request() -> None:
    assert now_serving() is None
    note_page(SimpleNamespace(pk=1), request_to(), (), {})
    assert now_serving() is None


def test_a_request_is_known_until_it_is_answered() -> None:
    seen = []

    def view(request: HttpRequest) -> HttpResponseBase:
        current = now_serving()
        assert current is not None
        seen.append(current.request)
        return HttpResponse()

    request = request_to()
    switch_off_calltrack(view)(request)

    assert seen == [request]
    assert now_serving() is None


def test_a_request_that_fails_is_forgotten_too() -> None:
    def view(_request: HttpRequest) -> HttpResponseBase:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        switch_off_calltrack(view)(request_to())

    assert now_serving() is None


async def test_requests_that_are_answered_at_once_are_kept_apart() -> None:
    seen: dict[str, str] = {}
    both = asyncio.Barrier(2)

    async def view(request: HttpRequest) -> HttpResponseBase:
        await both.wait()
        current = now_serving()
        assert current is not None
        seen[request.path] = current.request.path
        return HttpResponse()

    answer: Any = switch_off_calltrack(view)
    await asyncio.gather(answer(request_to("/a/")), answer(request_to("/b/")))

    assert seen == {"/a/": "/a/", "/b/": "/b/"}


def test_a_thread_of_its_own_serves_nothing() -> None:
    seen: list[object] = []
    with serving(request_to()):
        thread = threading.Thread(target=lambda: seen.append(now_serving()))
        thread.start()
        thread.join()

    assert seen == [None]


def test_a_preview_keeps_things_of_its_own_and_shows_the_page_that_is_edited() -> None:
    with serving(request_to(page_id=7)) as outer:
        outer.kept[int] = 1
        with serving(request_to()) as inner:
            assert inner.kept == {}
            assert inner.page_id == 7
        assert now_serving() is outer


def test_the_page_that_visitors_get_counts_first() -> None:
    with serving(request_to(page_id=7)) as current:
        note_page(SimpleNamespace(pk=3), current.request, (), {})

        assert current.page_id == 3


NAMED = [
    pytest.param(["wagtailadmin_pages"], {"page_id": 7}, 7, id="an editor, a draft, a preview"),
    pytest.param(["wagtailadmin_pages"], {"parent_page_id": 2}, 2, id="a new page: its parent"),
    pytest.param(["wagtailadmin_pages"], {"page_id": "x"}, None, id="no number"),
    pytest.param(["wagtailadmin_pages"], {}, None, id="no page"),
    pytest.param(["shop"], {"page_id": 7}, None, id="the site's own view"),
]


@pytest.mark.parametrize(("namespaces", "words", "page"), NAMED)
def test_an_address_of_the_page_editor_names_the_page(
    namespaces: list[str], words: dict[str, Any], page: int | None
) -> None:
    assert page_named(match(namespaces, **words)) == page


def test_a_request_that_was_not_routed_names_no_page() -> None:
    assert page_named(None) is None
