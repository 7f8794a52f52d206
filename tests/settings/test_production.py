"""settings.production, as an operator meets it: through `python -m django check`."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from settings.base import ROOT

KEY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP"


def check(*arguments: str, **variables: str) -> tuple[int, str]:
    """Run Django's check with these variables; give its status and all that it said."""
    outside = {n: v for n, v in os.environ.items() if not n.startswith(("CALLTRACK_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-m", "django", "check", "--settings", "settings.production", *arguments],
        cwd=ROOT,
        env={**outside, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_what_is_missing_is_one_list_without_a_traceback() -> None:
    status, said = check()

    assert status == 1
    assert "Traceback" not in said
    for name in ("CALLTRACK_SECRET_KEY", "CALLTRACK_HOSTS", "CALLTRACK_DATA"):
        assert f"  - {name}" in said


def test_with_what_is_asked_for_django_warns_of_what_is_on_purpose_only(tmp_path: Path) -> None:
    status, said = check(
        "--deploy",
        CALLTRACK_SECRET_KEY=KEY,
        CALLTRACK_HOSTS="www.example.nl",
        CALLTRACK_DATA=str(tmp_path),
        CALLTRACK_HSTS_SECONDS="3600",
    )

    assert status == 0
    assert set(re.findall(r"\((\w+\.\w+)\)", said)) == {
        "security.W005",  # HSTS for subdomains: they may not speak TLS
        "security.W019",  # frames: Wagtail shows previews in one of its own
        "security.W021",  # HSTS preload: hard to take back
    }


@pytest.mark.parametrize("behind", ["", "1"])
def test_the_forwarded_scheme_counts_only_where_the_operator_says_so(
    tmp_path: Path, behind: str
) -> None:
    program = "import settings.production as s; print(getattr(s, 'SECURE_PROXY_SSL_HEADER', None))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={
            **os.environ,
            "CALLTRACK_SECRET_KEY": KEY,
            "CALLTRACK_HOSTS": "www.example.nl",
            "CALLTRACK_DATA": str(tmp_path),
            "CALLTRACK_BEHIND_TLS_PROXY": behind,
        },
        capture_output=True,
        text=True,
        check=True,
    )

    expected = "('HTTP_X_FORWARDED_PROTO', 'https')" if behind else "None"
    assert done.stdout.strip() == expected
