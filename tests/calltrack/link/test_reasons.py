"""Why an answer is none: one line, in which nobody is named."""

import pytest

from calltrack.link.reasons import REASON_LIMIT, is_web_page, one_line, why_not, without_ids


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        pytest.param(401, b"", "the token is not accepted (401); set ", id="no token"),
        pytest.param(404, b"<html>", "there is no cake at this address (404)", id="nothing there"),
        pytest.param(410, b"", "there is no cake at this address any more", id="not any more"),
        pytest.param(418, b'{"error": "I am a pot"}', "it answers 418: I am a pot", id="a reason"),
        pytest.param(503, b'{"problems": ["a", "b"]}', "it answers 503: a; b", id="problems"),
    ],
)
def test_a_reason_names_the_status_and_what_was_said(status: int, body: bytes, said: str) -> None:
    assert why_not(status, body, nothing="there is no cake").startswith(said)


def test_somebody_elses_words_become_one_short_line() -> None:
    assert one_line("a\x1b[31m\n\n b\u202e") == "a [31m b"
    assert len(one_line("x" * 1000)) == REASON_LIMIT


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(b" \n<!doctype html>", True, id="a page"),
        pytest.param(b'{"a": "<p>"}', False, id="JSON"),
        pytest.param(b"", False, id="nothing"),
    ],
)
def test_a_web_page_begins_with_a_tag(body: bytes, expected: bool) -> None:
    assert is_web_page(body) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("data.number: +31201234567 is none", "data.number: … is none", id="E.164"),
        pytest.param("020 - 123 45 67 is none", "… is none", id="a number as people write it"),
        pytest.param("session 5f3a9c0b1d2e4f60", "session …", id="a session's id"),
        pytest.param("«Zm9vYmFyYmF6cXV4aGVsbG8»", "«…»", id="another id"),
        pytest.param("«abcdefghijklmnopqrstuv»", "«…»", id="an id without a digit"),
        pytest.param("data.promised_until: is missing", None, id="a field's name"),
        pytest.param("it answers 503: 12 events", None, id="short figures"),
        pytest.param("page.viewed: path is 1200 long", None, id="a length"),
    ],
)
def test_what_may_name_a_visitor_is_left_out(text: str, expected: str | None) -> None:
    assert without_ids(text) == (text if expected is None else expected)
