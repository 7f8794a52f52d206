"""What the plugin marks for translation, and what its catalogues say, without gettext's tools.

A text is marked by a call of one of Django's functions, under whatever name a module takes it in,
or by a tag of a template. A text is known by its context, its words, and its words for many.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from gettext import GNUTranslations
from pathlib import Path

import wagtail
from django.utils.translation.template import templatize

PLUGIN = Path(__file__).resolve().parents[2] / "wagtail_calltrack"
SOURCE = "django.utils.translation"
END_OF_CONTEXT = "\x04"  # gettext's own, between a text's context and its words


@dataclass(frozen=True, slots=True)
class Marked:
    """A text that is marked."""

    text: str
    many: str = ""
    context: str = ""

    @property
    def key(self) -> str:
        """Give what a compiled catalogue calls it."""
        return self.context + END_OF_CONTEXT + self.text if self.context else self.text


@dataclass(slots=True)
class Entry:
    """A text in a catalogue: `forms` has one for each of the language's plural forms, or one."""

    marked: Marked
    forms: list[str]
    is_fuzzy: bool = False

    @property
    def is_translated(self) -> bool:
        """Tell whether readers see it."""
        return all(self.forms) and not self.is_fuzzy


@dataclass(slots=True)
class _Lines:
    """The entry that is being read."""

    is_fuzzy: bool = False
    parts: dict[str, str] = field(default_factory=dict)
    name: str = ""


def marked_texts() -> set[Marked]:
    """Collect what code and templates mark."""
    found: set[Marked] = set()
    for path in PLUGIN.rglob("*.py"):
        found |= set(_of_code(path.read_text("utf-8")))
    for path in PLUGIN.rglob("*.html"):
        found |= set(_of_template(path.read_text("utf-8")))
    return found


def written(language: str) -> list[Entry]:
    """Read what translators wrote: the .po file, without its header."""
    entries = [
        Entry(_marked_in(one.parts), _forms_in(one.parts), one.is_fuzzy)
        for one in _blocks(_path(language, "po").read_text("utf-8"))
    ]
    return [one for one in entries if one.marked.text]


def compiled(language: str) -> Mapping[object, str]:
    """Read what readers get: the .mo file, without its header."""
    return _read(_path(language, "mo"))


def wagtails_own(language: str) -> Mapping[object, set[str]]:
    """Collect what Wagtail's own catalogues say; several of them may have the same text."""
    found: dict[object, set[str]] = defaultdict(set)
    for path in Path(wagtail.__file__).parent.rglob(f"locale/{language}/LC_MESSAGES/django.mo"):
        for key, text in _read(path).items():
            found[key].add(text)
    return found


def _read(path: Path) -> Mapping[object, str]:
    with path.open("rb") as file:
        catalogue = GNUTranslations(file)._catalog  # type: ignore[attr-defined] # no other way to list it
    return {key: text for key, text in catalogue.items() if key != ""}


def _path(language: str, kind: str) -> Path:
    return PLUGIN / "locale" / language / "LC_MESSAGES" / f"django.{kind}"


def _of_code(source: str) -> Iterator[Marked]:
    tree = ast.parse(source)
    names = {
        alias.asname or alias.name: _plain(alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == SOURCE
        for alias in node.names
        if _plain(alias.name).endswith("gettext")
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name = names.get(node.func.id, "")
            texts = [
                one.value for one in node.args[: _texts(name)] if isinstance(one, ast.Constant)
            ]
            if name and texts:  # a variable's text is marked where it is written
                yield _marked_by(name, [str(one) for one in texts])


def _plain(name: str) -> str:
    return name.removesuffix("_lazy").removesuffix("_noop")


def _texts(name: str) -> int:
    """Count the texts that a function takes: p is for a context, n for many."""
    return 1 + len(name.removesuffix("gettext"))


def _marked_by(name: str, texts: list[str]) -> Marked:
    kind = name.removesuffix("gettext")
    context = texts.pop(0) if "p" in kind else ""
    return Marked(texts[0], many=texts[1] if "n" in kind else "", context=context)


def _of_template(source: str) -> Iterator[Marked]:
    """Read what Django makes of a template for gettext: its marked texts as calls."""
    text = r"u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
    call = re.compile(rf"\b(n?p?gettext)\({text}(?:, ?{text})?(?:, ?{text})?|\b_\({text}\)")
    for name, *texts in call.findall(templatize(source)):
        read = [ast.literal_eval(one) for one in texts if one]
        yield _marked_by(name or "gettext", read)


def _blocks(source: str) -> Iterator[_Lines]:
    for block in source.split("\n\n"):
        one = _Lines()
        for line in block.splitlines():
            if line.startswith("#"):
                one.is_fuzzy |= line.startswith("#,") and "fuzzy" in line
                continue
            name, quote, rest = line.partition('"')
            one.name = name.strip() or one.name
            one.parts[one.name] = one.parts.get(one.name, "") + ast.literal_eval(quote + rest)
        if "msgid" in one.parts:
            yield one


def _marked_in(parts: Mapping[str, str]) -> Marked:
    return Marked(parts["msgid"], parts.get("msgid_plural", ""), parts.get("msgctxt", ""))


def _forms_in(parts: Mapping[str, str]) -> list[str]:
    return [text for name, text in parts.items() if name.startswith("msgstr")]
