"""A body as JSON: one object, read in one way, or refused with what to do."""

import pytest

from snippet_server.json_bodies import DEEPEST, AskError, read_object


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param(b"{}", {}, id="nothing"),
        pytest.param(b' {"a": [1, 2.5, true, null]}\n', {"a": [1, 2.5, True, None]}, id="all"),
        pytest.param('{"a":"é😀"}'.encode(), {"a": "é😀"}, id="UTF-8"),
        pytest.param(rb'{"a":"\ud83d\ude00"}', {"a": "😀"}, id="a whole pair, escaped"),
        pytest.param(b'{"a":"' + b"x" * 60_000 + b'"}', {"a": "x" * 60_000}, id="a long text"),
    ],
)  # fmt: skip
def test_an_object_is_read(body: bytes, found: object) -> None:
    assert read_object(body) == found


@pytest.mark.parametrize(
    ("body", "word"),
    [
        pytest.param(b"", "no JSON", id="nothing"),
        pytest.param(b"{", "no JSON", id="cut off"),
        pytest.param(b"{} {}", "no JSON", id="two"),
        pytest.param(b'{"a":1,}', "no JSON", id="a comma too many"),
        pytest.param(b"{'a':1}", "no JSON", id="other quotes"),
        pytest.param(b'{"a":"\n"}', "no JSON", id="a line break in a text"),
        pytest.param(b"url=https%3A%2F%2Fa.nl%2F", "no JSON", id="a form"),
        pytest.param(b"\xef\xbb\xbf{}", "no JSON", id="a byte order mark"),
        pytest.param("{}".encode("utf-16"), "no UTF-8", id="UTF-16"),
        pytest.param(b'{"a":"\xe9"}', "no UTF-8", id="Latin-1"),
        pytest.param(b'{"a":"\xed\xa0\x80"}', "no UTF-8", id="half of a pair as bytes"),
        pytest.param(b"\x1f\x8b\x08\x00", "no UTF-8", id="packed"),
        pytest.param(b"[]", "one JSON object", id="a list"),
        pytest.param(b"null", "one JSON object", id="null"),
        pytest.param(b'"a"', "one JSON object", id="a text"),
        pytest.param(b'{"a":1,"a":1}', "stands twice", id="a name twice"),
        pytest.param(b'{"b":{"a":1,"\\u0061":2}}', "stands twice", id="twice, escaped, inside"),
        pytest.param(b'{"a":NaN}', "NaN", id="NaN"),
        pytest.param(b'{"a":-Infinity}', "-Infinity", id="Infinity"),
        pytest.param(b'{"a":1' + b"0" * 50_000 + b"}", "a number of more than", id="a huge number"),
        pytest.param(b'{"a":0.' + b"1" * 5_000 + b"}", "a number of more", id="a huge fraction"),
        pytest.param(rb'{"a":"\ud800"}', "half of a surrogate pair", id="half of a pair"),
        pytest.param(rb'{"\udc00":1}', "half of a surrogate pair", id="half of a pair in a name"),
        pytest.param(rb'{"a":["\ude00\ud83d"]}', "half of a surrogate", id="a pair turned round"),
        pytest.param(b'{"a":' + b"[" * DEEPEST + b"]" * DEEPEST + b"}", "deep", id="one too deep"),
        pytest.param(b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "deep", id="ten thousand deep"),
        pytest.param(b"[" * 65_000, "deep", id="all brackets"),
    ],
)  # fmt: skip
def test_what_could_be_read_in_two_ways_is_refused(body: bytes, word: str) -> None:
    with pytest.raises(AskError, match=word) as caught:
        read_object(body)

    assert caught.value.status == 400
    assert len(str(caught.value)) < 120  # and shows nothing of the body


def test_what_is_as_deep_as_may_be_is_read() -> None:
    body = b'{"a":' + b"[" * (DEEPEST - 1) + b"]" * (DEEPEST - 1) + b"}"

    assert "a" in read_object(body)
