"""What a person reads on a page: its phone numbers, told by other means than ours.

lxml reads the page and phonenumbers' own matcher finds the numbers, so that an error of the
rewriter is not repeated by what checks it.
"""

from collections.abc import Mapping
from urllib.parse import unquote

from lxml import html
from phonenumbers import PhoneNumberFormat, PhoneNumberMatcher, format_number, parse

from calltrack.plan import PLACEHOLDER_CLASS

UNSEEN = ".//script|.//style|.//textarea|.//title|.//*[@data-calltrack='off']|.//comment()"
ATTRIBUTES = ("aria-label", "title")


def text_numbers(page: bytes, *, region: str = "NL") -> list[str]:
    """Give every number in the visible text and the spoken attributes, in the page's order."""
    tree = _tree(page)
    texts = [" ".join(tree.itertext())]
    for element in tree.iter("*"):
        texts += [element.get(name, "") for name in ATTRIBUTES]
    found = (match for text in texts for match in PhoneNumberMatcher(text, region))
    return [format_number(match.number, PhoneNumberFormat.E164) for match in found]


def link_numbers(page: bytes, *, region: str = "NL") -> list[str]:
    """Give what every phone link dials."""
    hrefs = _tree(page).xpath(".//a[starts-with(@href, 'tel:')]/@href")
    assert isinstance(hrefs, list)
    dialled = (parse(unquote(str(href)).removeprefix("tel:"), region) for href in hrefs)
    return [format_number(number, PhoneNumberFormat.E164) for number in dialled]


def with_placeholders_filled(page: bytes, numbers: Mapping[str, str]) -> bytes:
    """Write each vestiging's number into the placeholders that hold none, as a person would."""
    tree = html.document_fromstring(page, parser=html.HTMLParser(encoding="utf-8"))
    for element in tree.find_class(PLACEHOLDER_CLASS):
        if not any(char.isdigit() for char in element.text_content()):
            element.text = numbers[element.get("data-vestiging", "")]
    return html.tostring(tree, encoding="utf-8")


def own_links(page: bytes) -> set[str]:
    """Give the paths on the same site that a page links to."""
    hrefs = html.document_fromstring(page).xpath(".//a/@href")
    assert isinstance(hrefs, list)
    return {str(href).partition("#")[0] for href in hrefs if str(href).startswith("/")}


def _tree(page: bytes) -> html.HtmlElement:
    tree = html.document_fromstring(page, parser=html.HTMLParser(encoding="utf-8"))
    unseen = tree.xpath(UNSEEN)
    assert isinstance(unseen, list)
    for element in unseen:
        if isinstance(element, html.HtmlElement | html.HtmlComment):
            element.drop_tree()
    return tree
