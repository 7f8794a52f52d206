"""Numbers put into html5lib's inputs, in several forms, and what must become of them.

A form is put somewhere into a page and the page is rewritten. Parsed, the page after must be the
page before, with the number exchanged where html5lib sees text outside raw elements, choices and
opt-outs, an attribute that counts as text, or a phone link; and nowhere else.
"""

import random
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from html5lib.treebuilders import getTreeBuilder

from tests.proxy.rewrite.html5lib_inputs import inputs
from tests.proxy.rewrite.oracle import AFTER, BEFORE, BINDINGS, CHOICES, RAW, TEXTS

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A way to write a number, and the texts that are exchanged for others in it."""

    put: str
    texts: Pairs = ((BEFORE, AFTER),)
    attributes: Pairs = ((BEFORE, AFTER),)
    marked: bool = False  # only in placeholders


_SPLIT = (("0850", "0201"), ("199999", "234567"))
_SPACED = (("085 - 0199 999", "020 - 1234 567"),)
_SIGNS = (("085\xa00199\u2011999", "020\xa01234\u2011567"),)
ANYONE = (("010 7654321", "020 1234567"),)

FORMS = {
    "plain": Form(f", ({BEFORE}),"),
    "spaced": Form(", (085 - 0199 999),", _SPACED, _SPACED),
    "split by a tag": Form(", (<b>0850</b> 199999),", _SPLIT, ()),
    "digits as entities": Form(", (&#48;850199&#x39;99),"),
    "entities between": Form(", (085&nbsp;0199&#8209;999),", _SIGNS, _SIGNS),
    "links": Form(f"<a href='tel:{BEFORE}' title=\"{BEFORE}\">x</a>"),
    "placeholder": Form(
        "<span class='x qooqie-number-placeholder'>, 010 7654321,</span>",
        ANYONE,
        ANYONE,
        marked=True,
    ),
    "key": Form("<span data-calltrack=service>, 010 7654321,</span>", ANYONE, ANYONE, marked=True),
    "opt-out": Form(f"<span data-calltrack=off>, {BEFORE},</span>"),
    "in a drawing": Form(f"<svg><title>, {BEFORE},</title></svg>"),
    "in a raw element": Form(f"<textarea>, {BEFORE},</textarea>, {BEFORE},"),
    "in a script": Form(f"<script>, {BEFORE},</script>, {BEFORE},"),
    "in a comment": Form(f"<!--, {BEFORE},-->, {BEFORE},"),
    "in choices": Form(f"<select><option>, {BEFORE},</select>, {BEFORE},"),
}


class _Builder(getTreeBuilder("etree")):  # type: ignore[misc]
    """Takes the marks off formatting elements that the parser opens again: the original counts."""

    def reconstructActiveFormattingElements(self) -> None:  # noqa: N802 - html5lib's name
        before = list(self.activeFormattingElements)
        super().reconstructActiveFormattingElements()
        for old, new in zip(before, self.activeFormattingElements, strict=True):
            if new is not old:
                kept = {k: v for k, v in new.attributes.items() if k not in _MARKS}
                new.attributes = kept


_MARKS = {"data-calltrack", "class"}
_PHONE = re.compile(r"[\x00-\x20]*(?:tel|callto):", re.IGNORECASE)


_ENTITIES = re.compile("tokenizer/(?:.*[eE]ntities|unicodeChars)")
_KINDS = {
    # how many of a hundred injections: the small inputs are the most, and the dullest
    60: re.compile("tree-construction/|serializer/"),
    30: re.compile(f"(?!{_ENTITIES.pattern})tokenizer/"),
    10: _ENTITIES,
}


def drawn(rng: random.Random) -> bytes:
    """Draw one of html5lib's inputs."""
    (kind,) = rng.choices(list(_KINDS), list(_KINDS))
    return rng.choice(_pages(kind))


@cache
def _pages(kind: int) -> tuple[bytes, ...]:
    return tuple(page for source, page in inputs() if _KINDS[kind].match(source))


def put(page: bytes, form: Form, places: Iterable[int]) -> bytes:
    """Put a form into a page, at each of some places of it."""
    for at in sorted(places, reverse=True):
        page = page[:at] + form.put.encode() + page[at:]
    return page


def marked(rng: random.Random, mark: str, form: Form) -> bytes:
    """Draw an input, put a mark into a tag of it, and a form behind that and in more places."""
    page = rng.choice(_with_tags())
    tag = rng.choice(list(_START_TAG.finditer(page)))
    rest = range(tag.end(), len(page) + 1)
    places = {tag.end(), *rng.sample(rest, min(3, len(rest)))}
    doctype = b"" if _DOCTYPE.match(page) else b"<!doctype html>"
    head = page[: tag.end(1)] + mark.encode() + page[tag.end(1) : tag.end()]
    return doctype + head + put(page[tag.end() :], form, [at - tag.end() for at in places])


@cache
def _with_tags() -> tuple[bytes, ...]:
    return tuple(page for page in _pages(60) if _START_TAG.search(page))


_DOCTYPE = re.compile(rb"\s*<!doctype html", re.IGNORECASE)
_START_TAG = re.compile(rb"""(<[A-Za-z][^\t\n\f\r />]*)(?:[^<>"']|"[^"<]*"|'[^'<]*')*>""")


@dataclass(frozen=True, slots=True)
class Verdict:
    """How html5lib sees a page before and after its rewrite."""

    differs: bool
    left_alone: bool
    """Whether the page differs in nothing but numbers that are as they were."""


@cache
def judged(before: bytes, after: bytes, form: Form) -> Verdict:
    """Compare a page before and after its rewrite; in Latin 1, for html5lib to see each byte.

    Kept: the other build is to be judged by the same.
    """
    page = before.decode("latin-1")
    wanted = seen(page, form, exchanged=True)
    found = seen(after.decode("latin-1"), form)
    if wanted == found:
        return Verdict(differs=False, left_alone=False)
    lines = (*("\n".join(lines) for lines in (seen(page, form), wanted, found)),)
    same_size = len({len(line) for line in lines}) == 1  # every form keeps its length
    left = same_size and all(f in {b, w} for b, w, f in zip(*lines, strict=True))
    return Verdict(differs=True, left_alone=left)


def parsed(page: str) -> Element:
    """Parse a page as html5lib does, with scripts off."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # names that XML has not
        parser: Any = html5lib.HTMLParser(tree=_Builder)
        root: Element = parser.parse(page)
    return root


def seen(page: str, form: Form, *, exchanged: bool = False) -> list[str]:
    """Give what html5lib sees, line by line; `exchanged`: as it is to be after a rewrite."""
    judge = _Judge(form, exchanged=exchanged)
    return list(judge.lines(parsed(page), 0))


@dataclass(frozen=True, slots=True)
class _Judge:
    form: Form
    exchanged: bool
    marked: bool = False  # inside a placeholder
    raw: bool = False  # inside an element whose text is raw

    def lines(self, node: Element, depth: int) -> Iterator[str]:
        is_element = isinstance(node.tag, str)
        yield f"{depth} {node.tag if is_element else 'comment'}"
        inside = self._entered(node) if is_element else self
        for name, value in sorted(node.attrib.items()):
            yield f"{depth} {name}={inside._attribute(name, value)}"
        is_text = is_element and not inside.raw
        yield f"{depth} {inside._text(node.text) if is_text else node.text or ''}"
        for child in node:
            yield from inside.lines(child, depth + 1)
            yield f"{depth} {inside._text(child.tail) if is_text else child.tail or ''}"

    def _entered(self, node: Element) -> "_Judge":
        if node.tag in RAW:
            return replace(self, raw=True)
        mark = node.get("data-calltrack", "").strip("\t\n\f\r ")
        if mark.lower() == "off" or node.tag == CHOICES:
            return replace(self, exchanged=False)
        names = re.split(r"[\t\n\f\r ]+", node.get("class", ""))
        is_marked = mark in BINDINGS.keys or not BINDINGS.classes.keys().isdisjoint(names)
        return replace(self, marked=True) if is_marked else self

    def _attribute(self, name: str, value: str) -> str:
        is_text = name in TEXTS or (name == "href" and _PHONE.match(value))
        return self._exchange(value, self.form.attributes) if is_text else value

    def _text(self, text: str | None) -> str:
        return self._exchange(text or "", self.form.texts)

    def _exchange(self, text: str, pairs: Pairs) -> str:
        if self.exchanged and (self.marked or not self.form.marked):
            for old, new in pairs:
                text = text.replace(old, new)
        return text
