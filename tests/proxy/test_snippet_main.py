"""The commands of `calltrack-snippet`: the line for a site's pages, and settings without a site."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from calltrack.errors import SettingsError
from proxy.config.reading import in_force
from proxy.snippet_main import build_parser, main
from snippet_server import assets

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("args", "address"),
    [
        pytest.param(["--url", "https://calls.example.nl"], "/_calltrack/", id="a host"),
        pytest.param(["--url", "https://calls.example.nl/"], "/_calltrack/", id="with a slash"),
        pytest.param(["--url", "https://calls.example.nl/c/"], "/c/", id="with a prefix"),
        pytest.param(
            ["--url", "https://calls.example.nl", "--prefix", "/a/b/"], "/a/b/", id="another prefix"
        ),
    ],
)
def test_the_line_for_a_site_is_printed(
    args: list[str], address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tag", *args]) == 0

    line = f'<script src="https://calls.example.nl{address}snippet.js" async></script>\n'
    assert capsys.readouterr().out == line


def test_a_pinned_line_holds_the_newest_script_to_its_hash(
    capsys: pytest.CaptureFixture[str],
) -> None:
    newest = assets.load().newest
    assert newest is not None

    assert main(["tag", "--url", "https://calls.example.nl", "--pinned"]) == 0

    said = capsys.readouterr().out
    assert f"/_calltrack/{newest.name}" in said
    assert f'integrity="{newest.integrity}"' in said
    assert "crossorigin" in said


@pytest.mark.parametrize(
    ("url", "status"),
    [
        pytest.param("https://calls.example.nl/c", 2, id="a page"),
        pytest.param("https://calls.example.nl/c/?x=1", 2, id="a query"),
    ],
)
def test_what_is_no_place_of_ours_is_named(
    url: str, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tag", "--url", url]) == status
    assert capsys.readouterr().err.startswith("calltrack-snippet: --url: «https://calls")


@pytest.mark.parametrize(
    ("args", "environ", "problem"),
    [
        pytest.param([], {}, "no Plan: name it with --plan", id="no Plan"),
        pytest.param(
            ["--plan", "plan.toml"],
            {"CALLTRACK_UPSTREAM": "http://127.0.0.1:1"},
            "CALLTRACK_UPSTREAM: there is no site behind this server; leave it out",
            id="a site in the environment",
        ),
        pytest.param(
            ["--plan", "plan.toml"],
            {"CALLTRACK_DRY_RUN": "yes"},
            "CALLTRACK_DRY_RUN: there is no site behind this server; leave it out",
            id="a dry run of nothing",
        ),
    ],
)
def test_settings_of_a_site_have_no_place_and_a_plan_must_be_there(
    args: list[str], environ: dict[str, str], problem: str
) -> None:
    with pytest.raises(SettingsError) as raised:
        in_force(build_parser().parse_args(["run", *args]), environ)

    assert [found for found in raised.value.problems if problem in found]
    assert len(raised.value.problems) == 1


def test_a_site_in_the_file_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "snippet.toml"
    file.write_text(
        '[plan]\nsource = "plan.toml"\n[upstream]\nurl = "http://127.0.0.1:1"\n'
        '[[sites]]\nhosts = ["a.example"]\nurl = "http://127.0.0.1:1"\n'
    )

    with pytest.raises(SettingsError) as raised:
        in_force(build_parser().parse_args(["run", "--config", str(file)]), {})

    said = [problem.removeprefix(f"{tmp_path}/") for problem in raised.value.problems]
    assert said == [
        "snippet.toml:4: upstream.url: there is no site behind this server; leave it out",
        "snippet.toml:5: sites: there is no site behind this server; leave this row out",
    ]


def test_its_help_names_no_option_of_a_site(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["run", "--help"])

    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out))
    assert {"--plan", "--store", "--trust", "--workers", "--listen"} <= options
    assert not {one for one in options if "upstream" in one or "cache" in one or "dry" in one}


def test_an_unknown_option_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["run", "--upstream", "http://127.0.0.1:1"])

    assert ended.value.code == 2
    assert "unknown: --upstream" in capsys.readouterr().err


def test_a_proxy_of_somebody_else_is_named_by_the_command_that_was_called(tmp_path: Path) -> None:
    (tmp_path / "proxy").mkdir()
    (tmp_path / "proxy" / "__init__.py").write_text("")
    code = (
        f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(ROOT)!r}]; "
        "from calltrack.__main__ import snippet; sys.exit(snippet())"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr.startswith("calltrack-snippet: the package «proxy» here is not ours")
    assert len(done.stderr.splitlines()) == 1
