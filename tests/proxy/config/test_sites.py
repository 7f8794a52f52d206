"""One site for all hosts, or several by host."""

from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

import pytest

from calltrack.errors import SettingsError
from proxy.config.reading import in_force
from proxy.upstreams import Site

TWO = """\
[[sites]]
hosts = ["www.a.nl", "*.A.nl"]
url = "http://127.0.0.1:1"
host_sent = "inner.a"

[[sites]]
hosts = ["b.nl"]
url = "http://127.0.0.1:2"
"""
ONE = '[upstream]\nurl = "http://127.0.0.1:3"\nhost_sent = "c"\n'


def sites(
    folder: Path, text: str, environ: Mapping[str, str] | None = None, **options: str
) -> tuple[Site, ...]:
    file = folder / "proxy.toml"
    file.write_text(text)
    found: tuple[Site, ...] = in_force(
        Namespace(config=str(file), **options), environ or {}
    ).upstreams
    return found


def test_each_row_is_a_site(tmp_path: Path) -> None:
    assert sites(tmp_path, TWO) == (
        Site(("www.a.nl", "*.a.nl"), "http://127.0.0.1:1", "inner.a"),
        Site(("b.nl",), "http://127.0.0.1:2"),
    )


def test_one_site_is_for_all_hosts(tmp_path: Path) -> None:
    assert sites(tmp_path, ONE) == (Site(("*",), "http://127.0.0.1:3", "c"),)


@pytest.mark.parametrize(
    ("environ", "options"),
    [
        pytest.param({"CALLTRACK_UPSTREAM": "http://127.0.0.1:4"}, {}, id="the environment"),
        pytest.param({}, {"upstream": "http://127.0.0.1:4"}, id="the command line"),
    ],
)
def test_one_site_said_nearer_to_ops_counts_before_the_rows(
    tmp_path: Path, environ: Mapping[str, str], options: Mapping[str, str]
) -> None:
    assert sites(tmp_path, TWO, environ, **options) == (Site(("*",), "http://127.0.0.1:4"),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "no site: name it with --upstream URL", id="none"),
        pytest.param(
            ONE.replace("host_sent", "# ") + TWO, "leave one of them out", id="one and several"
        ),
        pytest.param(TWO.replace("b.nl", "www.a.nl"), ":6: sites: www.a.nl stands at ", id="twice"),
        pytest.param(
            TWO + '[upstream]\nhost_sent = "c"\n',
            ":10: upstream.host_sent: one name for all of [[sites]]",
            id="one Host for several",
        ),
    ],
)
def test_what_cannot_be_is_told(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        sites(tmp_path, text)

    assert said in caught.value.problems[0]
    assert len(caught.value.problems) == 1


def test_a_site_that_cannot_be_read_is_told_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        sites(tmp_path, '[upstream]\nurl = "ftp://x"')

    assert ["no address of a site" in problem for problem in caught.value.problems] == [True]
