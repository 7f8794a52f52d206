"""The lines that `run` prints once it serves."""

import pytest

from proxy.__main__ import build_parser
from proxy.config.reading import in_force
from proxy.rewrite import strides
from proxy.run_told import lines_when_ready
from proxy.workers.sockets import Ports, bind


@pytest.mark.parametrize("why", [None, "installed without a C compiler"])
def test_the_log_tells_once_that_the_rewriter_is_the_slower_one(
    why: str | None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(strides, "why_pure", why)
    args = in_force(build_parser().parse_args(["run", "--upstream", "http://127.0.0.1:9"]), {})

    with caplog.at_level("INFO", logger="calltrack.proxy"):
        ports = Ports(bind("127.0.0.1", 0), None, bind("127.0.0.1", 0))
        lines_when_ready(args, ports, None)
        ports.close()

    said = [f"the rewriter runs in pure Python, and is slower: {why}"]
    assert caplog.messages == (said if why is not None else [])
