"""The screens speak Dutch, Russian and Ukrainian, each in full."""

import html
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.wagtail_calltrack.catalogues import (
    Entry,
    Marked,
    compiled,
    marked_texts,
    wagtails_own,
    written,
)
from tests.wagtail_calltrack.firm import make_firm

LANGUAGES = ("nl", "ru", "uk")
FORMS = {"nl": 2, "ru": 4, "uk": 4}
"""How many plural forms each has. Of four, whole numbers take three."""

SENTENCE = 3
"""Words from which on an English text is looked for in a Dutch page. Shorter ones may be a name."""

SCREENS = (
    "calltrack_health:index",
    "calltrack_live:index",
    "calltrack_findings:index",
    "calltrack_why:index",
    "calltrack_campaigns:index",
    "calltrack_campaigns:add",
    "calltrack_campaigns:off_site",
    "calltrack_campaigns:trial",
    "calltrack_numbers:index",
    "calltrack_numbers:add",
    "calltrack_numbers:import",
    "calltrack_pools:add",
    "calltrack_vestigingen:add",
    "calltrack_placeholders:add",
    "calltrack_sections:add",
    "calltrack_sites:add",
    "calltrack_spend:add",
    "calltrack_spend:import",
    "calltrack_tokens:add",
)


BETTER_THAN_WAGTAILS = {"File", "name"}
"""Not translated there, or the word for a person's name where it is a thing's."""


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", text))


def wrong_placeholders(entry: Entry, language: str) -> list[str]:
    """The forms that say other things than the text does. Of one thing alone a form may tell no
    number where the text tells none."""
    text, many = placeholders(entry.marked.text), placeholders(entry.marked.many)
    if not entry.marked.many:
        return [form for form in entry.forms if placeholders(form) != text]
    first = [text, many] if language == "nl" else [many]  # in Slavic languages 21 takes it, too
    rest = [form for form in entry.forms[1:] if placeholders(form) != many]
    return rest if placeholders(entry.forms[0]) in first else [entry.forms[0], *rest]


def test_texts_are_found_in_code_and_templates() -> None:
    found = marked_texts()

    assert len(found) > 700
    assert Marked("Number", context="phone") in found
    assert Marked("Call tracking") in found
    assert any(one.many for one in found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_text_is_translated(language: str) -> None:
    known = {entry.marked for entry in written(language) if entry.is_translated}

    assert sorted(marked_texts() - known, key=lambda one: one.text) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_holds_nothing_that_is_no_longer_said(language: str) -> None:
    entries = [entry.marked for entry in written(language)]

    assert set(entries) - marked_texts() == set()
    assert len(entries) == len(set(entries))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_names_the_same_placeholders_in_each_form(language: str) -> None:
    done = [entry for entry in written(language) if entry.is_translated]

    assert [entry.forms for entry in done if wrong_placeholders(entry, language)] == []
    assert {len(entry.forms) for entry in done if entry.marked.many} == {FORMS[language]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_that_is_continued_keeps_its_space_and_a_sentence_its_end(language: str) -> None:
    done = [entry for entry in written(language) if entry.is_translated]
    ends = [(entry.marked.text, form) for entry in done for form in entry.forms]

    assert [form for text, form in ends if text[:1].isspace() != form[:1].isspace()] == []
    assert [form for text, form in ends if text[-1:].isspace() != form[-1:].isspace()] == []
    assert [form for text, form in ends if text.endswith(".") != form.endswith(".")] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    expected: dict[object, str] = {}
    for entry in written(language):
        if entry.is_translated and entry.marked.many:
            expected |= {(entry.marked.key, at): text for at, text in enumerate(entry.forms)}
        elif entry.is_translated:
            expected[entry.marked.key] = entry.forms[0]

    assert compiled(language) == expected, "run `make messages`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_that_wagtail_has_too_is_not_changed_on_wagtails_own_screens(language: str) -> None:
    """Catalogues are merged, and the site's first app counts: another meaning needs a context."""
    own, ours = wagtails_own(language), compiled(language)
    both = (own.keys() & ours.keys()) - BETTER_THAN_WAGTAILS

    assert len(both) > 20
    assert {key: ours[key] for key in both if ours[key] not in own[key]} == {}


@pytest.mark.django_db
@pytest.mark.parametrize("screen", SCREENS)
def test_a_page_in_dutch_says_nothing_of_ours_in_english(admin_client: Client, screen: str) -> None:
    make_firm()
    english = {
        entry.marked.text
        for entry in written("nl")
        if entry.forms[0] != entry.marked.text and len(entry.marked.text.split()) >= SENTENCE
    }

    with override("nl"):
        page = html.unescape(admin_client.get(reverse(screen)).content.decode())

    assert [text for text in english if text in page] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    [
        pytest.param("nl", ("Doorschakelnummer", "Het eigen nummer van de vestiging"), id="nl"),
        pytest.param("ru", ("Номер переадресации", "Собственный номер филиала"), id="ru"),
        pytest.param("uk", ("Номер переадресації", "Власний номер філії"), id="uk"),
    ],
)
def test_an_editor_reads_their_own_language(
    admin_client: Client, language: str, words: tuple[str, ...]
) -> None:
    with override(language):
        page = admin_client.get(reverse("calltrack_vestigingen:add")).content.decode()

    assert [word for word in words if word not in page] == []
