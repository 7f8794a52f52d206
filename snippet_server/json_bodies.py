"""A body as JSON, read strictly: what could be read in two ways is refused.

Refused are: what is no UTF-8, what is no object, a name that stands twice, NaN and Infinity, a
number longer than any of ours, half of a surrogate pair, and what is nested deeper than anything
of ours. Whoever reads the object bounds its texts and lists.

Errors: AskError with a sentence that names the field, where there is one, and what to do.
"""

import json
from collections.abc import Sequence
from typing import Any, NoReturn

DEEPEST = 8
LONGEST_NUMBER = 15


class AskError(Exception):
    """Why an ask is refused: a status, and a sentence for whoever wrote the asking script."""

    def __init__(self, sentence: str, *, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


def read_object(body: bytes) -> dict[str, Any]:
    """Give the object that a body is."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise AskError("the body is no UTF-8: send the text of JSON.stringify") from error
    try:
        found = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_whole,
            parse_float=_fraction,
            parse_constant=_no_number,
        )
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError as error:
        raise AskError("the body is no JSON: send the text of JSON.stringify") from error
    if not isinstance(found, dict):
        raise AskError("the body must be one JSON object, as {…}")
    _check(found)
    return found


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise AskError("a field stands twice in the body: send each once")
    return found


def _whole(text: str) -> int:
    _refuse_long(text)
    return int(text)


def _fraction(text: str) -> float:
    _refuse_long(text)
    return float(text)


def _refuse_long(text: str) -> None:
    if len(text) > LONGEST_NUMBER:
        raise AskError(f"the body holds a number of more than {LONGEST_NUMBER} characters")


def _no_number(text: str) -> NoReturn:
    raise AskError(f"the body holds {text}, which is no JSON: send null")


def _too_deep() -> AskError:
    return AskError(f"lists and objects stand in one another more than {DEEPEST} deep in the body")


def _check(value: object, left: int = DEEPEST) -> None:
    """Refuse texts that are no Unicode, and what is nested too deeply."""
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict | list):
        if not left:
            raise _too_deep()
        for one in value:
            _check(one, left - 1)
        if isinstance(value, dict):
            for one in value.values():
                _check(one, left - 1)


def _check_text(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise AskError(
            "the body holds half of a surrogate pair: cut texts between characters, or call "
            "toWellFormed() on them"
        ) from error
