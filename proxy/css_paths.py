"""Which element of a page holds a number, as a CSS path: `#footer > p:nth-of-type(3) > a.phone`.

lxml reads a copy of the page in which a mark stands before each number, and the marks are looked
for in its tree.

- A path begins at the nearest id that no other element has, else at the body or the head. Its last
  step names the element's first class. Steps are counted only among siblings of the same name.
- For a comment, the element around it is named.
- A path is empty where lxml cannot tell: it drops some things (a doctype, a tag that never ends)
  and reads very deep pages only in part; in pages over PAGE_CHARACTERS_MAX; behind the first
  PATHS_MAX findings. Where browsers add elements that a page leaves out, as a tbody, lxml does not.

Pure, and it never raises for a page.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lxml import etree

from proxy.rewrite import Finding, Rule, page_text
from proxy.rewrite.positions import line_starts

PATHS_MAX = 500
PAGE_CHARACTERS_MAX = 8 * 1024 * 1024

_PRIVATE_USE = range(0xE000, 0xF900)
_TAG_NAME = re.compile(r"<[^\s/>]+")
_PLAIN_NAME = re.compile(r"-?[A-Za-z_][A-Za-z0-9_-]*")
_UNSAFE = re.compile(r"[^A-Za-z0-9_\x80-\U0010ffff-]")


def with_paths(
    page: bytes, findings: Sequence[Finding], *, charset: str | None = None
) -> list[Finding]:
    """Give the findings that `explain` has made of a page, each with its path."""
    paths = _paths(page_text(page, charset), findings[:PATHS_MAX])
    return [replace(one, path=paths.get(at, "")) for at, one in enumerate(findings)]


def _paths(text: str, findings: Sequence[Finding]) -> dict[int, str]:
    mark = _unused(text)
    if not findings or mark is None or len(text) > PAGE_CHARACTERS_MAX:
        return {}
    root = _tree(_marked(text, findings, mark))
    if root is None:
        return {}
    steps = _Steps(root)
    paths: dict[int, str] = {}
    for element, value in _marked_in(root, mark):
        for number in re.findall(f"{mark}([0-9]+){mark}", value):
            paths.setdefault(int(number), steps.path(element))
    return paths


def _unused(text: str) -> str | None:
    """Give a character that the page does not have: neither a letter nor one of any markup."""
    used = set(text)
    return next((chr(code) for code in _PRIVATE_USE if chr(code) not in used), None)


def _marked(text: str, findings: Sequence[Finding], mark: str) -> str:
    """Put a mark before each number; into the tag of an element that can hold no text."""
    starts = line_starts(text)
    parts: list[str] = []
    read = 0
    for number, finding in enumerate(findings):
        at = starts[finding.line - 1] + finding.column - 1
        put = f"{mark}{number}{mark}"
        name = _TAG_NAME.match(text, at)
        if finding.rule is Rule.PLACEHOLDER_WITHOUT_TEXT and name:
            at, put = name.end(), f" {put}={put} "
        parts += [text[read:at], put]
        read = at
    return "".join([*parts, text[read:]]).replace("\0", "\ufffd")


def _tree(text: str) -> etree._Element | None:
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        return etree.fromstring(text.encode("utf-8"), parser)
    except (etree.LxmlError, ValueError):
        return None  # nothing in it


def _marked_in(root: etree._Element, mark: str) -> Iterator[tuple[etree._Element, str]]:
    """Give each text and value with a mark in it, and the element that holds it."""
    for node in root.iter():
        around = node.getparent()
        is_element = isinstance(node.tag, str)
        holder = node if is_element else around
        if node.text and mark in node.text and holder is not None:
            yield holder, node.text
        if node.tail and mark in node.tail and around is not None:
            yield around, node.tail
        if is_element:
            for value in node.attrib.values():
                if mark in value:
                    yield node, value


class _Steps:
    """Names elements of one tree; what it has counted it keeps."""

    def __init__(self, root: etree._Element) -> None:
        self._ids = Counter(node.get("id") for node in root.iter(etree.Element))
        self._places: dict[etree._Element, dict[etree._Element, str]] = {}
        self._paths: dict[etree._Element, str] = {}

    def path(self, element: etree._Element) -> str:
        """Name the way to an element."""
        if element not in self._paths:
            self._paths[element] = self._way(element)
        return self._paths[element]

    def _way(self, element: etree._Element) -> str:
        names: list[str] = []
        here: etree._Element | None = element
        while here is not None:
            found = here.get("id")
            if found and _PLAIN_NAME.fullmatch(found) and self._ids[found] == 1:
                names.append(f"#{found}")
                break
            classes = (here.get("class") or "").split() if here is element else []
            named = f".{classes[0]}" if classes and _PLAIN_NAME.fullmatch(classes[0]) else ""
            names.append(_escaped(str(here.tag)) + named + self._place(here))
            here = here.getparent()
        if here is None and names[-2:-1] in (["body"], ["head"]):
            del names[-1]  # html, which needs no telling
        return " > ".join(reversed(names))

    def _place(self, element: etree._Element) -> str:
        """Tell an element from its siblings of the same name."""
        parent = element.getparent()
        if parent is None:
            return ""
        if parent not in self._places:
            self._places[parent] = _counted(parent)
        return self._places[parent].get(element, "")


def _counted(parent: etree._Element) -> dict[etree._Element, str]:
    totals = Counter(child.tag for child in parent if isinstance(child.tag, str))
    seen: Counter[str] = Counter()
    places = {}
    for child in parent:
        if isinstance(child.tag, str) and totals[child.tag] > 1:
            seen[child.tag] += 1
            places[child] = f":nth-of-type({seen[child.tag]})"
    return places


def _escaped(name: str) -> str:
    return _UNSAFE.sub(r"\\\g<0>", name)
