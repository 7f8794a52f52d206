"""The table on the command line: whole options, and no secrets."""

import pytest

from proxy.__main__ import build_parser, main
from proxy.config.setting import Secret, Setting
from proxy.config.settings import SECRETS, SETTINGS


def help_of_run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit):
        main(["run", "--help"])
    return capsys.readouterr().out


def test_the_help_names_every_option_with_its_default(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = " ".join(help_of_run(capsys, monkeypatch).split())

    missing = [
        one.name
        for one in SETTINGS
        if one.is_option
        and not (f"{one.option} " in told and f"{one.help} (default: {one.default_words})" in told)
    ]
    assert missing == []


@pytest.mark.parametrize("secret", SECRETS, ids=lambda one: one.variable)
def test_a_secret_is_refused_with_its_right_place(
    secret: Secret, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        build_parser().parse_args(["run", f"{secret.option}=hush"])

    told = capsys.readouterr().err
    assert caught.value.code == 2
    assert f"{secret.option}: a secret has no place on a command line" in told
    assert secret.variable in told
    assert "hush" not in told


def test_half_an_option_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["run", "--upst", "http://127.0.0.1:9"])

    assert "unknown: --upst" in capsys.readouterr().err


@pytest.mark.parametrize("one", SETTINGS, ids=lambda one: one.path)
def test_names_are_of_one_cut(one: Setting) -> None:
    assert one.variable == f"CALLTRACK_{one.name.upper()}"
    assert one.option == f"--{one.name.replace('_', '-')}"
    assert [each for each in SETTINGS if each.name == one.name or each.path == one.path] == [one]
