"""The same job as it is usually done: parse with lxml, edit the tree, serialise.

It finds what the pages of this benchmark hold and prints numbers with the same code as ours. It
does less: no numbers split by tags, no placeholders, no limits, no streaming.
"""

import re
from collections.abc import Iterable, Mapping

from lxml import html

from calltrack.numbers import PhoneNumber, print_like, spellings

_WRITTEN = re.compile(r"(?<![\w.,-])(?:\+|\()?[0-9](?:[ \xa0()./-]{0,4}[0-9]){7,14}(?![\w-])")
_NO_DIGITS = re.compile(r"[^0-9]+")
_RAW = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})
_SPOKEN = ("aria-label", "title")
_PARSER = html.HTMLParser(encoding="utf-8")


def known(numbers: Iterable[PhoneNumber]) -> dict[str, PhoneNumber]:
    """Give all digit strings that are looked for; made once."""
    return {digits: number for number in numbers for digits in spellings(number)}


def rewrite(page: bytes, numbers: Mapping[str, PhoneNumber], new: PhoneNumber) -> bytes:
    """Write a page with `new` for every number that is looked for."""

    def show(found: re.Match[str]) -> str:
        old = numbers.get(_NO_DIGITS.sub("", found[0]))
        return found[0] if old is None else print_like(new, found[0], old=old)

    tree = html.document_fromstring(page, parser=_PARSER)
    for element in tree.iter():
        if isinstance(element.tag, str) and element.tag not in _RAW:
            if element.text:
                element.text = _WRITTEN.sub(show, element.text)
            for name in _SPOKEN:
                if value := element.get(name):
                    element.set(name, _WRITTEN.sub(show, value))
            href = element.get("href")
            if href is not None and href.startswith("tel:"):
                element.set("href", "tel:" + _WRITTEN.sub(show, href[4:]))
        if element.tail:
            element.tail = _WRITTEN.sub(show, element.tail)
    return html.tostring(tree, encoding="utf-8", doctype=tree.getroottree().docinfo.doctype)


def count(page: bytes, number: PhoneNumber) -> int:
    """Count the places where a page shows a number, in text, links and spoken attributes."""
    tree = html.document_fromstring(page, parser=_PARSER)
    texts = [e.get(name, "") for e in tree.iter("*") for name in ("href", *_SPOKEN)]
    for element in tree.iter():
        is_read = isinstance(element.tag, str) and element.tag not in _RAW
        texts += [element.text or "" if is_read else "", element.tail or ""]
    return sum(_NO_DIGITS.sub("", text).count(number.national) for text in texts)
