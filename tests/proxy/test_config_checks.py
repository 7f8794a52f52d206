"""What no reader sees: every check runs, names the setting as it was said, and makes nothing."""

import resource
import socket
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from calltrack.plan import Consent
from proxy.config.reading import read_settings, whole
from proxy.config_checks import Findings, look
from tests.calltrack.plans import SITE, make_plan
from tests.e2e.edges import write_plan

UPSTREAM: dict[str, Any] = {"upstream": "http://127.0.0.1:9"}


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("COOKIE_KEY", "PLAN_TOKEN", "ADMIN_TOKEN"):
        monkeypatch.delenv(f"CALLTRACK_{name}", raising=False)
        monkeypatch.delenv(f"CALLTRACK_{name}_FILE", raising=False)
    monkeypatch.setattr(resource, "getrlimit", lambda _what: (-1, -1))


def checked(
    text: str = "",
    environ: Mapping[str, str] | None = None,
    *,
    try_ports: bool = False,
    **options: Any,
) -> Findings:
    Path("proxy.toml").write_text(text)
    args = Namespace(config="proxy.toml", **options)
    settings = read_settings(args, environ or {})
    return look(settings, whole(args, settings), environ or {}, try_ports=try_ports)


def planned(*hosts: str, **fields: object) -> str:
    site = replace(SITE, hosts=hosts, **fields)  # type: ignore[arg-type]
    write_plan(Path("plan.json"), make_plan(sites=(site,)))
    return "plan.json"


def test_good_settings_are_good_and_nothing_is_made() -> None:
    found = checked(plan=planned("a.nl"), **UPSTREAM)

    assert (found.problems, found.notes) == ([], [])
    assert sorted(path.name for path in Path().iterdir()) == ["plan.json", "proxy.toml"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            '[plan]\nsource = "no.toml"',
            ["proxy.toml:2: plan.source: no.toml cannot be read"],
            id="no Plan",
        ),
        pytest.param(
            '[plan]\nsource = "bad.toml"',
            [
                "proxy.toml:2: plan.source: bad.toml: the Plan: region is missing",
                "proxy.toml:2: plan.source: bad.toml: the Plan: [organisation] is missing",
            ],
            id="a Plan with two problems",
        ),
        pytest.param(
            '[trust]\ngeoip = "no.mmdb"', ["proxy.toml:2: trust.geoip: no.mmdb"], id="no GeoIP file"
        ),
        pytest.param(
            '[admin]\naddress = "127.0.0.1:8080"',
            ["proxy.toml:2: admin.address: 127.0.0.1:8080 is the address of listen.address, too"],
            id="one port for two",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_told_where_it_was_named(text: str, said: list[str]) -> None:
    Path("bad.toml").write_text("serial = 1")

    problems = checked(text, **UPSTREAM).problems

    assert [problem[: len(each)] for problem, each in zip(problems, said, strict=True)] == said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param({"store": "sqlite:///file/l.db"}, "--store: file is no folder", id="a file"),
        pytest.param({"store": "sqlite:///folder"}, "--store: folder is no file", id="a folder"),
        pytest.param({"data": "file/x/y"}, "--data: ", id="below a file"),
        pytest.param(
            {"store": "redis://h", "data": "file"}, "--data: file is no folder", id="both"
        ),
    ],
)
def test_a_folder_that_cannot_be_written_is_told(options: dict[str, Any], said: str) -> None:
    Path("file").write_text("")
    Path("folder").mkdir()

    (problem,) = checked(plan=planned("a.nl"), **options, **UPSTREAM).problems

    assert problem.startswith(said)


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        pytest.param("CALLTRACK_COOKIE_KEY", "hush", "at least 32 characters", id="a short key"),
        pytest.param("CALLTRACK_COOKIE_KEY_FILE", "no", "no cannot be read", id="no key file"),
        pytest.param("CALLTRACK_PLAN_TOKEN", "hush hush", "one word", id="two words"),
        pytest.param("CALLTRACK_PLAN_TOKEN_FILE", "no", "no cannot be read", id="no token file"),
    ],
)
def test_a_secret_that_cannot_be_used_is_told_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(variable, value)

    (problem,) = checked(environ={variable: value}, **UPSTREAM).problems

    assert problem.startswith(f"{variable}: ")
    assert said in problem
    assert "hush" not in problem


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            '[store]\ncookie_key_file = "short"', "store.cookie_key_file: a key has", id="key"
        ),
        pytest.param('[admin]\ntoken_file = "short"', "admin.token_file: ", id="a short token"),
        pytest.param('[plan]\ntoken_file = "no"', "plan.token_file: no cannot be read", id="token"),
        pytest.param(
            '[upstream]\nca_file = "short"\nurl = "https://x"',
            "upstream.ca_file: the CA file short cannot be used",
            id="certificates",
        ),
        pytest.param(
            '[upstream]\n[[sites]]\nhosts = ["a"]\nurl = "https://x"\nca_file = "no"',
            "sites: the CA file no cannot be used",
            id="certificates of a site",
        ),
    ],
)
def test_a_file_of_the_settings_that_cannot_be_used_is_told_with_its_line(
    text: str, said: str
) -> None:
    Path("short").write_text("hush")
    Path("short").chmod(0o600)

    options = {} if "url" in text else UPSTREAM
    (problem,) = checked(text, **options).problems

    assert problem.startswith(f"proxy.toml:2: {said}")
    assert "hush" not in problem


SITES = '[plan]\nsource = "plan.json"\n[[sites]]\nhosts = ["a.nl", "*.c.nl"]\nurl = "http://x"\n'


@pytest.mark.parametrize(
    ("hosts", "problems", "notes"),
    [
        pytest.param(("a.nl", "x.c.nl"), [], [], id="alike"),
        pytest.param(("a.nl",), ["*.c.nl"], [], id="a site that the Plan does not have"),
        pytest.param(("a.nl", "x.c.nl", "c.nl"), [], ["c.nl"], id="a host that no site has"),
    ],
)
def test_hosts_of_the_sites_are_compared_with_those_of_the_plan(
    hosts: tuple[str, ...], problems: list[str], notes: list[str]
) -> None:
    planned(*hosts)

    found = checked(SITES)

    assert found.problems == [
        f"proxy.toml:3: sites: {host} is no host of the Plan, so its visitors get 421; add it to "
        "the hosts of a site there"
        for host in problems
    ]
    assert found.notes == [
        f"the Plan has {host}, and no row of [[sites]] does: visitors of it get 421"
        for host in notes
    ]


def test_ports_are_tried_when_that_is_asked_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"

        left_alone = checked(listen=address, **UPSTREAM)
        tried = checked(listen=address, try_ports=True, **UPSTREAM)

    assert left_alone.problems == []
    assert [problem.startswith("--listen: port ") for problem in tried.problems] == [True]


@pytest.mark.parametrize(
    ("variable", "near"),
    [
        pytest.param("CALLTRACK_LISTNE", "CALLTRACK_LISTEN", id="a setting"),
        pytest.param("CALLTRACK_COKIE_KEY", "CALLTRACK_COOKIE_KEY", id="a secret"),
        pytest.param("CALLTRACK_DEBUG", None, id="another program's"),
        pytest.param("CALLTRACK_SECRET_TWILIO", None, id="a carrier's"),
        pytest.param("CALLTRACK_LISTEN", None, id="a setting itself"),
    ],
)
def test_a_variable_that_is_nearly_one_of_ours_is_noted(variable: str, near: str | None) -> None:
    found = checked(environ={variable: ":1"}, **UPSTREAM)

    said = [f"{variable}: is no setting; did you mean {near}?"] if near else []
    assert (found.problems, found.notes) == ([], said)


def test_what_only_a_trusted_peer_may_say_is_noted_while_nobody_is_trusted() -> None:
    plan = planned("a.nl", consent=Consent.REQUIRED, consent_header="X-Agreed", consent_value="1")

    found = checked(plan=plan, region_header="CF-IPCountry", **UPSTREAM)

    assert found.problems == []
    assert [("consent_header" in note, "--region-header" in note) for note in found.notes] == [
        (True, False),
        (False, True),
    ]


def test_a_secret_that_everybody_may_read_is_noted() -> None:
    Path("key").write_text("k" * 40)
    Path("key").chmod(0o644)

    (note,) = checked('[store]\ncookie_key_file = "key"', **UPSTREAM).notes

    assert note.startswith("proxy.toml:2: store.cookie_key_file: all users of this machine can")
    assert note.endswith("chmod 600 key")


@pytest.mark.parametrize(
    ("files", "problems", "notes"),
    [
        pytest.param(-1, 0, 0, id="no limit"),
        pytest.param(2 * 4096 + 128, 0, 0, id="enough"),
        pytest.param(2 * 4096 + 127, 0, 1, id="one less than all"),
        pytest.param(192, 0, 1, id="some can be served"),
        pytest.param(191, 1, 0, id="hardly any"),
    ],
)
def test_fewer_files_than_connections_take_are_told(
    monkeypatch: pytest.MonkeyPatch, files: int, problems: int, notes: int
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _what: (64, files))

    found = checked(**UPSTREAM)

    assert (len(found.problems), len(found.notes)) == (problems, notes)
    assert all("limits.connections" in one for one in [*found.problems, *found.notes])
