"""Rewriting in tests, and the judge of where text is: html5lib.

A number is put somewhere into a page and the page is rewritten. Parsed, the page after must be the
page before with the number exchanged in texts, phone links and the attributes that count as text,
and nowhere else.
"""

import re
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

import html5lib

from calltrack.numbers import PhoneNumber
from proxy.rewrite import Bindings, Piece, Scanner, fill, scan

OURS = PhoneNumber("+31850199999")
SHOWN = PhoneNumber("+31201234567")
BEFORE, AFTER = "0850199999", "0201234567"
BINDINGS = Bindings(
    numbers=frozenset({OURS}),
    classes={"qooqie-number-placeholder": "main", "qooqie-priority-number-placeholder": "first"},
    keys=frozenset({"service"}),
)
PUT = f", ({BEFORE}),"
"""Nothing of it ties the number to what stands around."""


def rewritten(page: str, *, shown: PhoneNumber = SHOWN) -> str:
    """Rewrite a page; every place shows another number."""
    return rewritten_bytes(page.encode("utf-8", "surrogatepass"), shown=shown).decode(
        "utf-8", "surrogatepass"
    )


def rewritten_bytes(
    page: bytes, *, charset: str | None = None, shown: PhoneNumber = SHOWN
) -> bytes:
    """Rewrite a page's bytes."""
    pieces = scan(page, BINDINGS, charset=charset)
    assert fill(pieces, lambda _: None) == page
    return fill(pieces, lambda _: shown)


def in_chunks(
    chunks: Iterable[bytes], bindings: Bindings = BINDINGS, *, charset: str | None = None
) -> list[Piece]:
    """Scan a page that comes in chunks."""
    scanner = Scanner(bindings, charset=charset)
    pieces: list[Piece] = []
    for chunk in chunks:
        pieces += scanner.feed(chunk)
    return joined([*pieces, *scanner.close()])


def joined(pieces: list[Piece]) -> list[Piece]:
    """Join neighbouring bytes: where a page was cut may show in nothing else."""
    found: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, bytes) and found and isinstance(found[-1], bytes):
            found[-1] += piece
        elif piece != b"":
            found.append(piece)
    return found


def assert_cuts_do_not_matter(
    page: bytes, bindings: Bindings = BINDINGS, *, charset: str | None = "utf-8"
) -> None:
    """Cut a page at every place, and into single bytes.

    With no charset told, a short page is held back until its end: then there is nothing to see.
    """
    whole = joined(scan(page, bindings, charset=charset))
    for cut in range(1, len(page)):
        assert in_chunks([page[:cut], page[cut:]], bindings, charset=charset) == whole, cut
    bytewise = (page[at : at + 1] for at in range(len(page)))
    assert in_chunks(bytewise, bindings, charset=charset) == whole


_HTML = "{http://www.w3.org/1999/xhtml}"
RAW = {
    _HTML + name
    for name in (
        *("script", "style", "textarea", "title", "xmp"),
        *("iframe", "noembed", "noframes", "plaintext"),
    )
}
CHOICES = _HTML + "select"
TEXTS = {"title", "aria-label"}
_PHONE = re.compile(rf"[\x00-\x20]*(?:tel|callto):[( ]*{BEFORE}", re.IGNORECASE)


def seen(page: str, *, exchanged: bool = False) -> list[str]:
    """Give what html5lib sees, line by line; `exchanged`: as it is to be after a rewrite."""
    return list(_lines(html5lib.parse(page), 0, exchanged=exchanged))


def _lines(node: Element, depth: int, *, exchanged: bool) -> Iterator[str]:
    is_element = isinstance(node.tag, str)
    yield f"{depth} {node.tag if is_element else 'comment'}"
    if node.get("data-calltrack") == "off" or node.tag == CHOICES:
        exchanged = False
    for name, value in sorted(node.attrib.items()):
        is_ours = exchanged and (name in TEXTS or (name == "href" and _PHONE.match(value)))
        yield f"{depth} {name}={value.replace(BEFORE, AFTER) if is_ours else value}"
    is_text = exchanged and is_element and node.tag not in RAW
    yield f"{depth} {_text(node.text, exchanged=is_text)}"
    for child in node:
        yield from _lines(child, depth + 1, exchanged=exchanged)
        yield f"{depth} {_text(child.tail, exchanged=is_text)}"


def _text(text: str | None, *, exchanged: bool) -> str:
    return (text or "").replace(BEFORE, AFTER) if exchanged else (text or "")
