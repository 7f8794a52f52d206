"""Only the work that a test asks for is done: nobody is forgotten meanwhile."""

import pytest

from wagtail_calltrack.jobs.kinds import _kinds


@pytest.fixture(autouse=True)
def nothing_due(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(_kinds, "forget", raising=False)
