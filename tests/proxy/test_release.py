"""What runs here is told: the release, and which build of the rewriter."""

import os
import subprocess
import sys
from importlib import metadata

import pytest

from proxy import release
from proxy.rewrite import strides
from tests.packaging.wheels import ROOT


@pytest.mark.parametrize(
    ("build", "why_pure", "said"),
    [
        pytest.param("compiled", None, "(rewriter: compiled)", id="compiled"),
        pytest.param(
            "pure",
            "installed without a C compiler",
            "(rewriter: pure Python: installed without a C compiler)",
            id="pure",
        ),
    ],
)
def test_the_build_of_the_rewriter_is_named(
    build: str, why_pure: str | None, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strides, "BUILD", build)
    monkeypatch.setattr(strides, "why_pure", why_pure)

    assert release.told() == f"calltrack-proxy {metadata.version('wagtail-calltrack')} {said}"


def test_a_copy_of_the_sources_has_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)

    assert (release.release(), release.in_short().strip()) in {("", ""), ("", "(pure Python)")}
    assert release.told().startswith("calltrack-proxy from sources (rewriter: ")


def test_the_command_tells_it_and_can_be_made_to_take_the_pure_one() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "calltrack", "--version"],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "CALLTRACK_REWRITER": "pure"},
    )

    assert done.stdout.strip() == (
        f"calltrack-proxy {release.release()} (rewriter: pure Python: CALLTRACK_REWRITER=pure)"
    )
