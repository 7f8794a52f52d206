"""Find the phone numbers that a page shows, to start a Plan from.

A tree is fine here: nothing is written back. What readers see is looked at, and `tel:` links; not
scripts, styles, form fields, or what is inside data-calltrack="off".

Shape: page bytes in, one `Found` for each number out, in the order of the page.
"""

import re
import unicodedata
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import unquote, urlsplit

import phonenumbers
from lxml import etree, html
from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher

from calltrack.errors import NumberError
from calltrack.numbers import PhoneNumber, parse

FALLBACK_REGION = "NL"
NEAR = 40
"""How many characters before a number are shown with it."""

_SKIPPED = re.compile(
    r"script|style|textarea|title|xmp|iframe|noembed|noframes|plaintext|select|object"
)
_INLINE = re.compile(
    r"a|abbr|b|bdi|bdo|big|cite|code|data|dfn|em|font|i|ins|kbd|label|mark|nobr|q|s|samp|small|span"
    r"|strike|strong|sub|sup|time|tt|u|var|wbr"
)
_LINK = re.compile(r"\s*(?:tel|callto):(?://)?([^;?]*)", re.IGNORECASE)
_SOLD_TO_ANYBODY = re.compile(r"AC|AI|CC|CO|FM|GG|IO|LA|ME|SH|TK|TO|TV|WS")
"""Domains of countries that mean anything but the country."""


@dataclass(slots=True)
class Found:
    """A number of the page: how it is written there and what stands before it."""

    number: PhoneNumber
    written: str
    near: str
    line: int
    times: Counter[str] = field(default_factory=Counter)  # "text", "link"


@dataclass(slots=True)
class _Visible:
    """The text a reader sees, and where in the page its parts come from."""

    parts: list[str] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    links: list[tuple[int, str]] = field(default_factory=list)
    length: int = 0
    lang: str = ""
    name: str = ""

    def add(self, text: str, line: int | None) -> None:
        """Put more text at the end."""
        self.parts.append(text)
        self.offsets.append(self.length)
        self.lines.append(line or 1)
        self.length += len(text)

    def line(self, offset: int) -> int:
        """Say on which line of the page a place in the text stands."""
        at = bisect(self.offsets, offset) - 1
        return self.lines[at] if at >= 0 else 1


@dataclass(frozen=True, slots=True)
class Findings:
    """What a page tells: its numbers, whose country they are of, and the name it goes by."""

    numbers: tuple[Found, ...]
    region: str
    lang: str
    name: str


def find_numbers(
    page: bytes, *, url: str, charset: str | None = None, region: str | None = None
) -> Findings:
    """Find the numbers of a page. `region` says whose national ones; without it the page does."""
    visible = _read(page, charset)
    text = "".join(visible.parts)
    region = region or guess_region(url, visible.lang, text)
    found: dict[PhoneNumber, Found] = {}
    every = _every(text, visible.links, region)
    for offset, written, number, place in sorted(every, key=lambda one: one[0]):
        first = Found(number, written, _near(text, offset), visible.line(offset))
        found.setdefault(number, first).times[place] += 1
    return Findings(tuple(found.values()), region, visible.lang, visible.name)


def guess_region(url: str, lang: str, text: str) -> str:
    """Say whose national numbers a page means, by its domain, its other numbers, its language."""
    domain = (urlsplit(url).hostname or "").rpartition(".")[2].upper()
    if domain == "UK":
        return "GB"
    if domain in phonenumbers.SUPPORTED_REGIONS and not _SOLD_TO_ANYBODY.fullmatch(domain):
        return domain
    found = (m.number for m in PhoneNumberMatcher(text, None, leniency=Leniency.VALID))
    regions = Counter(phonenumbers.region_code_for_number(number) for number in found)
    language, _, country = lang.upper().partition("-")
    candidates = [*(name for name, _ in regions.most_common(1)), country, language]
    known = (name for name in candidates if name in phonenumbers.SUPPORTED_REGIONS)
    return next(known, FALLBACK_REGION)


def _every(
    text: str, links: Sequence[tuple[int, str]], region: str
) -> Iterator[tuple[int, str, PhoneNumber, str]]:
    for match in PhoneNumberMatcher(text, region, leniency=Leniency.VALID):
        e164 = phonenumbers.format_number(match.number, PhoneNumberFormat.E164)
        try:
            yield match.start, match.raw_string, PhoneNumber(e164), "text"
        except NumberError:
            continue  # a short number that nobody can call from abroad
    for offset, written in links:
        try:
            yield offset, written, parse(written, region=region), "link"
        except NumberError:
            continue


def _near(text: str, offset: int) -> str:
    words = " ".join(text[max(0, offset - 4 * NEAR) : offset].replace("\n", " · ").split())
    words = re.sub(r"(?:· )+·?", "· ", words).strip(" ·")
    return words if len(words) <= NEAR else "…" + words[-NEAR:].partition(" ")[2]


def _read(page: bytes, charset: str | None) -> _Visible:
    visible = _Visible()
    root = _tree(page, charset)
    if root is None:
        return visible
    visible.lang = (root.get("lang") or root.get("xml:lang") or "").replace("_", "-").strip()
    names = (m for m in root.iter("meta") if m.get("property") == "og:site_name")
    visible.name = " ".join(word for m in islice(names, 1) for word in m.get("content", "").split())
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag = element.tag if isinstance(element.tag, str) else "script"
        if event == "start":
            if _SKIPPED.fullmatch(tag) or element.get("data-calltrack") == "off":
                walker.skip_subtree()
                continue
            link = _LINK.match(element.get("href") or "") if tag == "a" else None
            if link:
                visible.links.append((visible.length, unquote(link[1])))
        if not _INLINE.fullmatch(tag):
            visible.add("\n", element.sourceline)
        visible.add(_plain(element.text if event == "start" else element.tail), element.sourceline)
    return visible


def _tree(page: bytes, charset: str | None) -> html.HtmlElement | None:
    """Parse a page. lxml follows a BOM and <meta>; without either it is UTF-8 if it can be."""
    for encoding in ([charset] if charset else []) + [_undeclared(page)]:
        try:
            parser = html.HTMLParser(
                encoding=encoding, remove_comments=True, remove_pis=True, huge_tree=True
            )
            return html.document_fromstring(page, parser=parser)
        except LookupError:
            continue  # a charset that nobody knows
        except (etree.ParserError, etree.XMLSyntaxError, ValueError):
            return None  # nothing in it
    return None


def _undeclared(page: bytes) -> str | None:
    if re.search(rb"<meta[^>]+charset", page[:4096], re.IGNORECASE):
        return None
    try:
        page.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _plain(text: str | None) -> str:
    """Leave out what nobody sees inside numbers, and make every white space a space."""
    kept = (c for c in text or "" if unicodedata.category(c) != "Cf")
    return re.sub(r"\s", " ", "".join(kept))
