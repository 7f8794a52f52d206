"""What a visitor reads when there is no page."""

from html.parser import HTMLParser

import pytest

from proxy.errors_page import error_page
from proxy.headers import first

STATUSES = [400, 404, 405, 408, 414, 417, 421, 431, 501, 502, 503, 504, 505, 508]


class Words(HTMLParser):
    """The words of a page, and its elements."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.said: list[str] = []
        self.elements: list[str] = []
        self.feed(page.decode())
        self.close()

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self.elements.append(tag)

    def handle_data(self, data: str) -> None:
        self.said.append(data)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        pytest.param("text/html,*/*;q=0.8", b"text/html; charset=utf-8", id="a browser"),
        pytest.param("application/json", b"text/plain; charset=utf-8", id="a program"),
        pytest.param("", b"text/plain; charset=utf-8", id="nobody knows"),
    ],
)
def test_it_tells_the_status_a_sentence_and_an_id_and_nothing_of_us(
    status: int, accept: str, kind: bytes
) -> None:
    fields, body = error_page(status, request_id="4f2a", accept=accept)

    assert first(fields, b"content-type") == kind
    assert first(fields, b"content-length") == str(len(body)).encode()
    assert first(fields, b"cache-control") == b"no-store"
    assert b"4f2a" in body
    assert b"." in body, "there is a sentence"
    for inner in (b"aiohttp", b"Python", b"calltrack", b"proxy", b"upstream", b"127.0.0.1"):
        assert inner.lower() not in body.lower()


def test_a_browser_gets_a_page_without_anything_to_load() -> None:
    _, body = error_page(502, request_id="4f2a", accept="text/html")

    words = Words(body)

    assert "Bad Gateway" in words.said
    assert not {"script", "img", "link", "a"} & set(words.elements)


def test_who_may_not_use_a_method_hears_which_ones_there_are() -> None:
    fields, _ = error_page(405, request_id="4f2a", accept="")

    allowed = first(fields, b"allow") or b""
    assert b"GET" in allowed
    assert b"TRACE" not in allowed
    assert b"CONNECT" not in allowed
