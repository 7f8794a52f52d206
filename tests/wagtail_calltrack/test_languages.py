"""The screens speak Dutch, whole."""

import ast
import re
from gettext import GNUTranslations
from pathlib import Path

import pytest
from django.test import Client
from django.utils.translation import override

ROOT = Path(__file__).resolve().parents[2] / "wagtail_calltrack"
DUTCH = ROOT / "locale" / "nl" / "LC_MESSAGES"
MARKS = {"_", "gettext", "gettext_lazy"}


def sentences() -> set[str]:
    """Collect what the code and the templates mark for translation."""
    found: set[str] = set()
    for path in ROOT.rglob("*.py"):
        calls = [
            node
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        ]
        marked = [call.args[0] for call in calls if ast.unparse(call.func) in MARKS]
        found |= {str(one.value) for one in marked if isinstance(one, ast.Constant)}
    for path in ROOT.rglob("*.html"):
        found |= set(re.findall(r'{% translate "(.*?)" %}', path.read_text("utf-8")))
    return found


def catalogue() -> GNUTranslations:
    with (DUTCH / "django.mo").open("rb") as file:
        return GNUTranslations(file)


def test_each_sentence_has_its_dutch() -> None:
    dutch = catalogue()
    known = set(dutch._catalog)  # type: ignore[attr-defined] # there is no other way to ask

    assert len(sentences()) > 150
    assert sentences() - known == set()


def test_what_is_compiled_is_what_is_written() -> None:
    written = (DUTCH / "django.po").read_text("utf-8")
    pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', written, re.MULTILINE)
    plain = [tuple(text.replace('\\"', '"') for text in pair) for pair in pairs]

    assert len(plain) > 150
    assert [(text, catalogue().gettext(text)) for text, _ in plain] == plain


@pytest.mark.django_db
def test_an_editor_who_reads_dutch_gets_dutch(admin_client: Client) -> None:
    with override("nl"):
        page = admin_client.get("/cms/calltrack_vestigingen/new/").content.decode()

    assert "Doorschakelnummer" in page
    assert "Het eigen nummer van de vestiging" in page
