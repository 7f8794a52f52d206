"""`config check` and `config schema`, as they are typed."""

import json
from pathlib import Path

import pytest

from proxy.__main__ import main
from proxy.config.schema import json_schema


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CALLTRACK_CONFIG", raising=False)


GOOD = '[listen]\naddress = "0.0.0.0:80"\n[upstream]\nurl = "http://127.0.0.1:9"\n'
BAD = '[listen]\nadress = "x"\n\n[store]\nwait_ms = "fast"\n'


def test_good_settings_are_told_with_where_they_come_from(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("proxy.toml").write_text(GOOD)
    monkeypatch.setenv("CALLTRACK_QUIET", "true")

    status = main(["config", "check", "proxy.toml", "--trust", "10.0.0.1"])

    told = capsys.readouterr()
    lines = [line.split() for line in told.out.splitlines()]
    assert (status, told.err) == (0, "")
    assert ["address", "0.0.0.0:80", "proxy.toml:2"] in lines
    assert ["quiet", "yes", "CALLTRACK_QUIET"] in lines
    assert ["networks", "10.0.0.1/32", "--trust"] in lines
    assert lines[-1] == ["proxy.toml:", "good"]


def test_all_problems_are_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    Path("proxy.toml").write_text(BAD)

    status = main(["config", "check", "proxy.toml", "--upstream", "http://x", "--geoip", "no.mmdb"])

    told = capsys.readouterr()
    assert (status, told.out) == (1, "")
    first, second, third, last = told.err.splitlines()
    assert first == "proxy.toml:2: listen.adress: is no setting; did you mean address?"
    assert second.startswith("proxy.toml:5: store.wait_ms: «fast» must be a whole number from 1 to")
    assert third.startswith("--geoip: no.mmdb cannot be read")
    assert last == "3 problems"


def test_the_environment_names_the_file_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("other.toml").write_text(GOOD)
    monkeypatch.setenv("CALLTRACK_CONFIG", "other.toml")

    assert main(["config", "check"]) == 0
    assert capsys.readouterr().out.endswith("other.toml: good\n")


def test_without_any_settings_the_site_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "check"]) == 1

    assert capsys.readouterr().err.startswith("no site: name it with --upstream URL")


DOCS = Path(__file__).parents[2] / "docs" / "proxy-config.md"


def test_the_example_of_the_docs_is_good(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    example = DOCS.read_text(encoding="utf-8").split("```toml\n# proxy.toml\n")[1].split("```")[0]
    assert "////var/lib/calltrack/" in example
    Path("proxy.toml").write_text(example.replace("////var/lib/calltrack/", f"///{tmp_path}/"))

    assert main(["config", "check", "proxy.toml"]) == 0
    assert "public_url" in capsys.readouterr().out


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "schema"]) == 0

    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(json_schema()))
