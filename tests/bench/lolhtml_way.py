"""The same with lol_html through its Python binding: a stream of elements and texts.

It keeps the bytes that it does not change (of pages in UTF-8). It does less: no numbers split by
tags, no placeholders. Handlers for elements alone find phone links and attributes, and no texts.
"""

from collections.abc import Callable, Iterable
from typing import Any

import lolhtml

from calltrack.numbers import PhoneNumber
from tests.bench.finding import RAW, SPOKEN, Finding, Show, Way

_ATTRIBUTES = 'a[href^="tel:" i], [aria-label], [title]'
_RAW = ", ".join(RAW)


class _Attributes:
    def __init__(self, show: Show) -> None:
        self._show = show

    def element(self, element: lolhtml.Element) -> None:
        for name in SPOKEN:
            if value := element.get_attribute(name):
                self._set(element, name, value, self._show(value))
        href = element.get_attribute("href") or ""
        if href[:4].lower() == "tel:":
            self._set(element, "href", href, href[:4] + self._show(href[4:]))

    def _set(self, element: lolhtml.Element, name: str, before: str, after: str) -> None:
        if after != before:  # what is not set keeps its bytes
            element.set_attribute(name, after)


class _Raw:
    """Sees a text before the handler of all texts does, and says that it is none."""

    def __init__(self, texts: "_Texts") -> None:
        self._texts = texts

    def text(self, _: lolhtml.TextChunk) -> None:
        self._texts.is_raw = True


class _Texts:
    def __init__(self, show: Show) -> None:
        self._show = show
        self.is_raw = False

    def text(self, chunk: lolhtml.TextChunk) -> None:
        if self.is_raw:
            self.is_raw = False
        elif text := chunk.text:
            after = self._show(text)
            if after != text:
                chunk.replace(after, lolhtml.ContentType.HTML)


Sink = Callable[[Any], object]
Stream = Callable[[Sink, PhoneNumber], lolhtml.HTMLRewriter]


def stream(numbers: Iterable[PhoneNumber], *, texts: bool = True) -> Stream:
    """Give what makes a rewriter for one page, which is fed by `write` and ended by `end`."""
    finding = Finding(numbers)

    def begin(sink: Sink, new: PhoneNumber) -> lolhtml.HTMLRewriter:
        show = finding.shown_in_source(new)
        made = lolhtml.HTMLRewriter(sink)
        made.on(_ATTRIBUTES, _Attributes(show))
        if texts:
            handler = _Texts(show)
            made.on(_RAW, _Raw(handler))
            made.on_document(handler)
        return made

    return begin


def rewriter(numbers: Iterable[PhoneNumber], *, texts: bool = True) -> Way:
    """Look for these numbers; in elements alone when there are no `texts`."""
    begin = stream(numbers, texts=texts)

    def rewrite(page: bytes, new: PhoneNumber) -> bytes:
        out = bytearray()
        made = begin(out.extend, new)
        made.write(page)
        made.end()
        return bytes(out)

    return rewrite
