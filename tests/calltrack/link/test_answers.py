"""What an answer of the Plan's endpoint means."""

import json

import pytest

from calltrack import planfile
from calltrack.link.answers import read_answer
from calltrack.link.outcomes import Failed, Found, Refused, Same
from tests.calltrack.plans import make_plan

GOOD = json.dumps(planfile.to_mapping(make_plan())).encode()


def test_a_good_plan_is_found_with_its_text_and_its_name() -> None:
    assert read_answer(200, GOOD, etag='"7"') == Found(make_plan(), GOOD, '"7"')


def test_not_modified_means_the_same_as_was_asked_about() -> None:
    assert read_answer(304, b"", asked='"7"') == Same()


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        pytest.param(304, b"", "unasked", id="the same as nothing"),
        pytest.param(401, b"", "CALLTRACK_PLAN_TOKEN", id="no token"),
        pytest.param(403, b'{"error": "revoked"}', "revoked", id="a token that is over"),
        pytest.param(404, b"<html>", "no Plan at this address", id="a wrong address"),
        pytest.param(503, b'{"error": "busy"}', "503: busy", id="an error"),
        pytest.param(
            503,
            json.dumps({"error": "bad", "problems": ["region: XX", "x" * 9000]}).encode(),
            "503: bad: region: XX; xxx",
            id="an error with its problems",
        ),
        pytest.param(500, b"it\r\nbroke", "it answers 500: it broke", id="a reason in plain text"),
        pytest.param(502, b"<html>bad gateway", "it answers 502", id="a page of a front"),
        pytest.param(500, b"\xff\xfe\x00", "it answers 500", id="bytes"),
        pytest.param(500, b"[" * 5000, "it answers 500", id="too deep a body"),
        pytest.param(500, b"7", "it answers 500", id="a reason that is no text"),
        pytest.param(500, b'{"problems": 7}', "it answers 500", id="problems that are no list"),
        pytest.param(204, b"", "it answers 204", id="nothing at all"),
        pytest.param(200, b" <!doctype html>", "a web page came", id="a log-in page"),
        pytest.param(200, b" " * (planfile.LARGEST_BYTES + 1), "larger than 16 MB", id="too large"),
    ],
)
def test_what_is_no_plan_fails_with_the_reason(status: int, body: bytes, said: str) -> None:
    found = read_answer(status, body)

    assert isinstance(found, Failed)
    assert said in found.reason
    assert found.reason.isprintable()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"{}", "organisation", id="nothing in it"),
        pytest.param(b"[]", "one JSON object", id="a list"),
        pytest.param(b"no json", "no valid JSON", id="no JSON"),
        pytest.param(b'"\xff"', "not UTF-8", id="another charset"),
        pytest.param(GOOD[:-40], "no valid JSON", id="cut short"),
    ],
)
def test_a_bad_plan_is_refused_under_its_name_with_its_problems(body: bytes, said: str) -> None:
    found = read_answer(200, body, etag='"8"')

    assert isinstance(found, Refused)
    assert found.etag == '"8"'
    assert any(said in problem for problem in found.problems)
