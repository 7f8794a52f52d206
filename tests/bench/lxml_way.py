"""The job as it is usually done: parse with lxml, edit the tree, serialise.

It does less: no numbers split by tags, no placeholders, no limits, no streaming.
"""

from collections.abc import Iterable

from lxml import etree, html

from calltrack.numbers import PhoneNumber
from tests.bench.finding import RAW, SPOKEN, Finding, Way

_PARSER = html.HTMLParser(encoding="utf-8", huge_tree=True)
_RAW = frozenset(RAW)
_SPOKEN = " | ".join(f"//@{name}" for name in SPOKEN)
_LINKS = "//a/@href[starts-with(., 'tel:') or starts-with(., 'TEL:')]"
_ATTRIBUTES = etree.XPath(f"{_SPOKEN} | {_LINKS}")


def rewriter(numbers: Iterable[PhoneNumber]) -> Way:
    """Look for these numbers."""
    finding = Finding(numbers)

    def rewrite(page: bytes, new: PhoneNumber) -> bytes:
        show = finding.shown(new)
        tree = html.document_fromstring(page, parser=_PARSER)
        for element in tree.iter():
            if (text := element.text) and element.tag not in _RAW and isinstance(element.tag, str):
                after = show(text)
                if after != text:
                    element.text = after
            if text := element.tail:
                after = show(text)
                if after != text:
                    element.tail = after
        for value in _ATTRIBUTES(tree):
            scheme = 4 if value.attrname == "href" else 0  # "tel:" is no part of the number
            after = value[:scheme] + show(value[scheme:])
            if after != value:
                value.getparent().set(value.attrname, after)
        doctype = tree.getroottree().docinfo.doctype
        return html.tostring(tree, encoding="utf-8", doctype=doctype)

    return rewrite
