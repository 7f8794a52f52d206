"""Every word that a call may hold has its sentence."""

import pytest

from calltrack.spam import SpamReason
from calltrack.targets import TargetReason
from wagtail_calltrack.judging import why_spam, why_target
from wagtail_calltrack.models import Call


@pytest.mark.parametrize("reason", list(TargetReason))
def test_each_reason_of_a_target_call(reason: str) -> None:
    assert why_target(Call(target_reason=reason)).endswith((".", "more."))


@pytest.mark.parametrize("reason", list(SpamReason))
def test_each_reason_of_spam(reason: str) -> None:
    assert why_spam(Call(spam_reason=reason)).endswith(".")


def test_the_figure_stands_in_the_sentence() -> None:
    assert "90 seconds or more" in why_target(Call(target_reason="short 90"))
    assert "1 second or more" in why_target(Call(target_reason="short 1"))
    assert "30 days before" in why_target(Call(target_reason="repeat 30"))


def test_what_was_not_judged_has_none() -> None:
    assert why_target(Call()) == ""
    assert why_spam(Call(spam_reason="gone")) == ""
