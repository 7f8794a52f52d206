"""What is in force is told with where it comes from, and without what is secret."""

from argparse import Namespace
from pathlib import Path

import pytest

from proxy.config.reading import read_settings
from proxy.config.summary import summary

FILE = """\
[listen]
address = "127.0.0.1:1"
[[sites]]
hosts = ["a.nl", "b.nl"]
url = "http://127.0.0.1:2"
host_sent = "inner"
"""


def told(folder: Path, environ: dict[str, str], **options: str) -> list[list[str]]:
    path = folder / "proxy.toml"
    path.write_text(FILE)
    settings = read_settings(Namespace(config=str(path), **options), environ)
    assert settings.problems == []
    lines = summary(settings, environ)
    return [line.replace(str(path), "FILE").split() for line in lines]


def test_each_value_is_told_with_its_place(tmp_path: Path) -> None:
    lines = told(tmp_path, {"CALLTRACK_TRUST": "10.0.0.1,10.0.0.2"}, admin=":3")

    assert ["address", "127.0.0.1:1", "FILE:2"] in lines
    assert ["address", "127.0.0.1:3", "--admin"] in lines
    assert ["networks", "10.0.0.1/32,", "10.0.0.2/32", "CALLTRACK_TRUST"] in lines
    assert ["a.nl,", "b.nl", "http://127.0.0.1:2", "as", "inner", "FILE:3"] in lines
    assert ["wait_ms", "50", "ms", "default"] in lines
    assert ["region_header", "(none)", "default"] in lines


@pytest.mark.parametrize(
    ("name", "url", "shown"),
    [
        pytest.param("store", "redis://u:hush@h/0", "redis://…@h/0", id="a login"),
        pytest.param("store", "unix://:hush@/run/r?db=0", "unix://…@/run/r?…", id="a socket's"),
        pytest.param("events", "https://a.nl/e/?token=hush", "https://a.nl/e/?…", id="a query"),
    ],
)
def test_what_may_be_secret_in_an_address_is_not_told(
    tmp_path: Path, name: str, url: str, shown: str
) -> None:
    lines = told(tmp_path, {}, **{name: url})

    assert [line for line in lines if shown in line and f"--{name}" in line]
    assert "hush" not in str(lines)


def test_of_a_secret_only_its_place_is_told(tmp_path: Path) -> None:
    lines = told(tmp_path, {"CALLTRACK_COOKIE_KEY": "hush", "CALLTRACK_PLAN_TOKEN_FILE": "/f"})

    assert ["CALLTRACK_COOKIE_KEY", "set", "CALLTRACK_COOKIE_KEY"] in lines
    assert ["CALLTRACK_PLAN_TOKEN", "set", "CALLTRACK_PLAN_TOKEN_FILE"] in lines
    assert ["CALLTRACK_STORE_PASSWORD", "not", "set"] in lines
    assert "hush" not in str(lines)
