"""What the Plan's check says is read in the editor's language."""

import ast
import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from calltrack import campaigndoubts, numbers, plannumbers, planrules, planvalues
from wagtail_calltrack.refusals import DOUBTS, FIELDS, NUMBERS, ROWS, in_words

OF_FILES = (
    "must be X digits in quotes, for leading zeros count",
    "must be a list in square brackets, not X",
    "holds X, which X",
    "must be X, not X",
    "must be X",  # one of a few words: a screen offers these alone
    "must be a date and time, as 2026-01-31T09:00:00+01:00",
    "has no time zone: add Z, or what the clock is ahead, as +01:00",
    "is too far away",
    "must be true or false, without quotes",
    "must be a whole number from 1",
)
"""What no screen can be told: it is about how a Plan's file is written."""


def written(node: ast.expr) -> str:
    """Give a text of the source, X for each value in it."""
    if isinstance(node, ast.JoinedStr):
        parts = (written(one) if isinstance(one, ast.Constant) else "X" for one in node.values)
        return "".join(parts)
    return str(node.value) if isinstance(node, ast.Constant) else ""


def refused_values() -> list[str]:
    tree = ast.parse(Path(planvalues.__file__).read_text("utf-8"))
    calls = [one for one in ast.walk(tree) if isinstance(one, ast.Call) and one.args]
    texts = [written(one.args[0]) for one in calls if ast.unparse(one.func) == "RefusedError"]
    return [one for one in texts if one]


def source_of_sentences() -> str:
    """Give what the check's modules write, the pieces of a text joined."""
    modules = (planrules, plannumbers, campaigndoubts, numbers)
    trees = [ast.parse(Path(str(one.__file__)).read_text("utf-8")) for one in modules]
    nodes = (node for tree in trees for node in ast.walk(tree))
    return "\n".join(
        written(node) for node in nodes if isinstance(node, ast.JoinedStr | ast.Constant)
    )


@pytest.mark.parametrize("text", [one for one in refused_values() if one not in OF_FILES])
def test_each_reason_to_refuse_a_value_is_said_in_dutch(text: str) -> None:
    said = text.replace("«X»", "«*»").replace("X", "5")

    with override("nl"):
        told = in_words(said)

    assert told != said
    assert "%(" not in told


@pytest.mark.parametrize("text", [*NUMBERS, *ROWS, *DOUBTS])
def test_a_text_is_still_the_checks_own(text: str) -> None:
    values = r"%\(\w+\)s|«|»|method static|exhaustion static|its static number"
    words = [one for one in re.split(values, text) if one]
    longest = max(words, key=len)

    assert longest in source_of_sentences()


def test_a_reason_within_a_text_is_told_too() -> None:
    with override("nl"):
        told = in_words("«12» is no phone number: it is too short for its country")

    assert told == "«12» is geen telefoonnummer: het is te kort voor zijn land"


@pytest.mark.parametrize("text", [*FIELDS, *NUMBERS, *ROWS, *DOUBTS])
def test_english_is_what_the_check_says(text: str) -> None:
    said = re.sub(r"%\(\w+\)s", "«x»", text)

    assert in_words(said) == said


def test_what_is_not_known_stays_as_it_is() -> None:
    with override("nl"):
        assert in_words("line 3 holds a NUL byte") == "line 3 holds a NUL byte"


@pytest.mark.django_db
def test_a_field_is_refused_in_dutch(admin_client: Client) -> None:
    fields = {"key": "Head office", "rest_minutes": "0", "alarm_loss": "1"}

    with override("nl"):
        answer = admin_client.post(reverse("calltrack_pools:add"), fields)

    assert answer.context["form"].errors["key"] == [
        "«Head office» moet bestaan uit 1 tot 64 van de letters a tot z, cijfers, «-», «_» en «.»"
    ]
