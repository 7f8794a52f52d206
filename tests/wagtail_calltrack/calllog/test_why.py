"""Why a call is taken to be whose it is, in sentences."""

import pytest

from calltrack.matching import Code
from wagtail_calltrack.calllog.why import why

FORMER = "Somebody else had had the number until 45 minutes before, and may have called."

REASONS = [
    pytest.param("", "", id="none"),
    pytest.param("odd 1=2", "odd 1=2", id="not ours"),
    pytest.param(
        "promised", "The number was promised to this visitor at that moment.", id="promised"
    ),
    pytest.param(
        "promised former=45",
        f"The number was promised to this visitor at that moment. {FORMER}",
        id="another had it before",
    ),
    pytest.param(
        "shared count=3 former=45",
        f"3 visitors shared the number at that moment. {FORMER}",
        id="shared, and another had it before",
    ),
    pytest.param(
        "called_before minutes=2880", "The same caller had called 2 days before.", id="known"
    ),
]


@pytest.mark.parametrize(("reason", "sentence"), REASONS)
def test_a_reason_is_a_sentence(reason: str, sentence: str) -> None:
    assert why(reason) == sentence


@pytest.mark.parametrize("code", Code)
def test_each_reason_has_a_sentence(code: Code) -> None:
    told = why(f"{code} count=2 minutes=90")

    assert told.endswith(".")
    assert "%" not in told
