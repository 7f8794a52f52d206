"""Command line before environment before file before default, and all problems at once."""

from argparse import Namespace
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path

import pytest

from calltrack.errors import SettingsError
from proxy.__main__ import build_parser, main
from proxy.config.reading import in_force, read_settings
from proxy.config.settings import SETTINGS
from proxy.run_arguments import DEFAULT_STORE, Address

SITE = ("--upstream", "http://127.0.0.1:9")


def parsed(*options: str) -> Namespace:
    return build_parser().parse_args(["run", *options])


def written(folder: Path, text: str) -> Path:
    path = folder / "proxy.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_nobody_says_is_as_the_table_has_it() -> None:
    args = in_force(parsed(*SITE), {})

    assert {one.name for one in SETTINGS} <= set(vars(args))
    assert (args.listen, args.store, args.trust, args.quiet, args.config) == (
        Address("127.0.0.1", 8080),
        DEFAULT_STORE,
        [],
        False,
        None,
    )


FILE = (
    '[listen]\naddress = "127.0.0.1:1"\n[store]\nwait_ms = 10\n[trust]\nnetworks = ["10.0.0.1"]\n'
)
FILE += "[log]\nquiet = true\n"


@pytest.mark.parametrize(
    ("environ", "options", "found", "origin"),
    [
        pytest.param({}, (), 1, "FILE:2", id="the file"),
        pytest.param({"CALLTRACK_LISTEN": ":2"}, (), 2, "CALLTRACK_LISTEN", id="the environment"),
        pytest.param({"CALLTRACK_LISTEN": ""}, (), 1, "FILE:2", id="an empty variable"),
        pytest.param({}, ("--listen", ":3"), 3, "--listen", id="the command line"),
        pytest.param(
            {"CALLTRACK_LISTEN": ":2"}, ("--listen", ":3"), 3, "--listen", id="all of them"
        ),
    ],
)
def test_the_place_that_is_nearer_to_ops_counts(
    tmp_path: Path, environ: Mapping[str, str], options: tuple[str, ...], found: int, origin: str
) -> None:
    file = written(tmp_path, FILE)

    settings = read_settings(parsed(*SITE, "--config", str(file), *options), environ)

    assert settings.problems == []
    assert settings.values["listen"].port == found
    assert settings.origins["listen"] == origin.replace("FILE", str(file))
    assert settings.origins["prefix"] == "default"


@pytest.mark.parametrize(
    ("environ", "options", "trusted", "quiet"),
    [
        pytest.param({}, (), ["10.0.0.1"], True, id="the file"),
        pytest.param(
            {"CALLTRACK_TRUST": "10.0.0.2, 10.0.0.3", "CALLTRACK_QUIET": "no"},
            (),
            ["10.0.0.2", "10.0.0.3"],
            False,
            id="the environment",
        ),
        pytest.param(
            {"CALLTRACK_TRUST": "10.0.0.2"},
            ("--trust", "10.0.0.4", "--trust", "10.0.0.5", "--no-quiet"),
            ["10.0.0.4", "10.0.0.5"],
            False,
            id="the command line",
        ),
    ],
)
def test_a_list_takes_the_place_of_another_and_a_no_that_of_a_yes(
    tmp_path: Path,
    environ: Mapping[str, str],
    options: tuple[str, ...],
    trusted: list[str],
    quiet: bool,
) -> None:
    file = written(tmp_path, FILE)

    args = in_force(parsed(*SITE, "--config", str(file), *options), environ)

    assert args.trust == [ip_network(each) for each in trusted]
    assert args.quiet is quiet


def test_the_environment_may_name_the_file_and_the_command_line_another(tmp_path: Path) -> None:
    file = written(tmp_path, FILE)
    environ = {"CALLTRACK_CONFIG": str(file)}

    assert in_force(parsed(*SITE), environ).config == file
    assert in_force(parsed(*SITE), environ).store_wait_ms == 10
    with pytest.raises(SettingsError, match=r"other\.toml: cannot be read"):
        in_force(parsed(*SITE, "--config", "other.toml"), environ)


def test_all_places_are_told_at_once_also_what_another_overrules(tmp_path: Path) -> None:
    file = written(tmp_path, '[listen]\naddress = "x"\n')
    environ = {"CALLTRACK_LISTEN": "y", "CALLTRACK_STORE_WAIT_MS": "soon"}

    with pytest.raises(SettingsError) as caught:
        in_force(parsed("--config", str(file), "--listen", ":1", "--trust", "z"), environ)

    assert [problem.partition(": ")[0] for problem in caught.value.problems] == [
        f"{file}:2",
        "CALLTRACK_LISTEN",
        "CALLTRACK_STORE_WAIT_MS",
        "--trust",
    ]


def test_a_login_in_a_stores_address_has_no_place_in_a_file(tmp_path: Path) -> None:
    file = written(tmp_path, '[store]\nurl = "redis://ann:hush@cache/0"\n')

    with pytest.raises(
        SettingsError, match=r":2: store\.url: .*CALLTRACK_STORE_PASSWORD"
    ) as caught:
        in_force(parsed(*SITE, "--config", str(file)), {})

    assert "hush" not in str(caught.value)
    assert in_force(parsed(*SITE, "--store", "redis://ann:hush@cache/0"), {}).store


def test_run_tells_them_a_line_each_and_ends(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, '[listen]\nadress = "x"\n')
    monkeypatch.setenv("CALLTRACK_CONFIG", "proxy.toml")
    monkeypatch.setenv("CALLTRACK_CLIENT_CAP", "0")

    assert main(["run", *SITE]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "calltrack-proxy: proxy.toml:2: listen.adress: is no setting; did you mean address?",
        "calltrack-proxy: CALLTRACK_CLIENT_CAP: «0» must be a whole number from 1 to 1000000",
    ]
