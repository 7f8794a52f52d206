"""Everything about the rewriter is tried on both builds."""

import os

import pytest

from proxy.rewrite import strides


@pytest.fixture(params=[strides.COMPILED, strides.PURE], autouse=True)
def build(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run a test on one build of the rewriter, and give its name."""
    name: str = request.param
    if name == strides.COMPILED and strides.BUILD != strides.COMPILED:
        why = f"the compiled rewriter is not there: {strides.why_pure}"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    monkeypatch.setattr(strides, "BUILD", name)
    return name
