"""The same with selectolax's Lexbor: parse, edit text nodes and attributes, serialise.

It does less, as lxml does.
"""

from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from calltrack.numbers import PhoneNumber
from tests.bench.finding import RAW, SPOKEN, Finding, Show, Way

_RAW = frozenset(RAW)
_ATTRIBUTES = 'a[href^="tel:" i], [aria-label], [title]'


def rewriter(numbers: Iterable[PhoneNumber]) -> Way:
    """Look for these numbers."""
    finding = Finding(numbers)

    def rewrite(page: bytes, new: PhoneNumber) -> bytes:
        show = finding.shown(new)
        tree = LexborHTMLParser(page)
        if tree.root is not None:
            for node, after in list(_texts(tree.root, show)):
                node.replace_with(after)
        for node in tree.css(_ATTRIBUTES):
            _attributes(node, show)
        return (tree.html or "").encode()

    return rewrite


def _texts(root: LexborNode, show: Show) -> Iterator[tuple[LexborNode, str]]:
    """Give the texts that change."""
    is_raw = False  # a raw element's only child comes next
    for node in root.traverse(include_text=True):
        if not node.is_text_node:
            is_raw = node.tag in _RAW
        elif not is_raw and (text := node.text_content):
            after = show(text)
            if after != text:
                yield node, after


def _attributes(node: LexborNode, show: Show) -> None:
    attributes = node.attrs
    for name in SPOKEN:
        if value := attributes.get(name):
            attributes[name] = show(value)
    href = attributes.get("href") or ""
    if href[:4].lower() == "tel:":
        attributes["href"] = href[:4] + show(href[4:])
