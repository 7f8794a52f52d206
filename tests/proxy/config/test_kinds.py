"""The kinds of values: read from text and from TOML, nothing guessed."""

import argparse

import pytest

from proxy.config.kinds import Kind, decimal, flag, many, one_of, text, whole


def upper(said: str) -> str:
    if not said:
        raise argparse.ArgumentTypeError("«» is nothing")
    return said.upper()


@pytest.mark.parametrize(
    ("kind", "said", "expected"),
    [
        pytest.param(text(upper), "a", "A", id="a text"),
        pytest.param(many(text(upper)), "a, b,", ["A", "B"], id="texts"),
        pytest.param(whole(1, 9), "9", 9, id="a whole number"),
        pytest.param(decimal(0, 9), "0.5", 0.5, id="a fraction"),
        pytest.param(flag(), "Yes", True, id="yes"),
        pytest.param(flag(), "0", False, id="no"),
        pytest.param(one_of(["text", "json"]), "json", "json", id="a word"),
    ],
)
def test_text_becomes_a_value(kind: Kind, said: str, expected: object) -> None:
    assert kind.from_text(said) == expected


@pytest.mark.parametrize(
    ("kind", "said", "expected"),
    [
        pytest.param(text(upper), "a", "A", id="a text"),
        pytest.param(many(text(upper)), ["a", "b"], ["A", "B"], id="texts"),
        pytest.param(many(text(upper)), [], [], id="no texts"),
        pytest.param(whole(1, 9), 9, 9, id="a whole number"),
        pytest.param(decimal(0, 9), 5, 5.0, id="a number without a fraction"),
        pytest.param(flag(), False, False, id="no"),
        pytest.param(one_of(["text", "json"]), "json", "json", id="a word"),
    ],
)
def test_toml_becomes_a_value_and_is_written_the_same(
    kind: Kind, said: object, expected: object
) -> None:
    found = kind.from_toml(said)

    assert found == expected
    assert kind.from_toml(kind.written(found)) == found or kind.read is upper


@pytest.mark.parametrize(
    ("kind", "said", "sentence"),
    [
        pytest.param(text(upper), 8080, "«8080» must be a text in quotes", id="no quotes"),
        pytest.param(text(upper), "", "«» is nothing", id="what the reader refuses"),
        pytest.param(text(upper), {"a": 1}, "must be a text in quotes", id="a table"),
        pytest.param(many(text(upper)), "a", 'must be a list, as ["…"]', id="one for a list"),
        pytest.param(many(text(upper)), [1], "«1» must be a text in quotes", id="one of a list"),
        pytest.param(whole(1, 9), "5", "«5» must be a whole number from 1 to 9", id="quotes"),
        pytest.param(whole(1, 9), 5.0, "«5.0» must be a whole number from 1 to 9", id="a point"),
        pytest.param(whole(1, 9), True, "«true» must be a whole number from 1 to 9", id="true"),
        pytest.param(whole(1, 9), 10, "«10» must be a whole number from 1 to 9", id="too much"),
        pytest.param(whole(1, 9), -1, "«-1» must be a whole number from 1 to 9", id="too little"),
        pytest.param(
            decimal(0, 9.5), float("nan"), "«nan» must be a number from 0 to 9.5", id="NaN"
        ),
        pytest.param(flag(), 1, "«1» must be true or false", id="1 for yes"),
        pytest.param(flag(), "yes", "«yes» must be true or false", id="a word for yes"),
        pytest.param(one_of(["a", "b"]), "c", "«c» is neither a nor b", id="another word"),
    ],
)
def test_toml_of_another_kind_is_refused(kind: Kind, said: object, sentence: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError) as caught:
        kind.from_toml(said)

    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("kind", "said", "sentence"),
    [
        pytest.param(flag(), "maybe", "«maybe» must be true or false", id="maybe"),
        pytest.param(whole(1, 9), "²", "«²» must be a whole number", id="a digit that is none"),
        pytest.param(whole(1, 9), "9" * 5000, "must be a whole number", id="thousands of digits"),
        pytest.param(decimal(0, 9), "soon", "«soon» must be a number from 0 to 9", id="a word"),
        pytest.param(many(whole(1, 9)), "1,x", "«x» must be a whole number", id="one of several"),
    ],
)
def test_text_that_is_no_such_value_is_refused(kind: Kind, said: str, sentence: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=sentence):
        kind.from_text(said)
