"""Settings from outside: read once, and everything that is wrong told at once."""

from pathlib import Path
from typing import Any

import pytest

from settings.environment import Environment, database

URLS = [
    pytest.param(
        "postgresql://ann:p%40ss@db.example:5433/calls?sslmode=require",
        {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "calls",
            "USER": "ann",
            "PASSWORD": "p@ss",
            "HOST": "db.example",
            "PORT": "5433",
            "OPTIONS": {"sslmode": "require"},
        },
        id="postgresql",
    ),
    pytest.param(
        "postgres:///calls",
        {"ENGINE": "django.db.backends.postgresql", "NAME": "calls", "HOST": "", "PORT": ""},
        id="postgres on a local socket",
    ),
    pytest.param(
        "sqlite:////srv/a%20b.sqlite3",
        {"ENGINE": "django.db.backends.sqlite3", "NAME": "/srv/a b.sqlite3"},
        id="sqlite",
    ),
    pytest.param("sqlite://", {"NAME": ":memory:"}, id="sqlite in memory"),
]


@pytest.mark.parametrize(("url", "expected"), URLS)
def test_a_database_address_becomes_django_s_settings(url: str, expected: dict[str, Any]) -> None:
    found = database(url)

    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        pytest.param("mysql://db/x", "must begin with", id="another database"),
        pytest.param("postgresql://db", "names no database", id="no name"),
        pytest.param("postgresql://db:port/x", "Port could not be cast", id="port"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused(url: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        database(url)


def test_a_secret_comes_from_the_variable_or_its_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("from the file\n")

    environment = Environment({"A": "from the variable", "B_FILE": str(file)})

    assert environment.secret("A", "x") == "from the variable"
    assert environment.secret("B", "x") == "from the file"
    assert environment.problems == []


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        pytest.param({}, "KEY is not set, nor KEY_FILE: a key", id="neither"),
        pytest.param({"KEY": "  "}, "KEY is not set, nor KEY_FILE: a key", id="blank"),
        pytest.param(
            {"KEY_FILE": "/nope"}, "KEY_FILE names /nope, which cannot be read", id="gone"
        ),
        pytest.param(
            {"KEY_FILE": "/dev/null"}, "KEY_FILE names /dev/null, which is empty", id="empty"
        ),
    ],
)
def test_a_missing_secret_is_a_problem(variables: dict[str, str], sentence: str) -> None:
    environment = Environment(variables)

    assert environment.secret("KEY", "a key") == ""
    assert len(environment.problems) == 1
    assert environment.problems[0].startswith(sentence)


def test_all_problems_are_told_at_once() -> None:
    environment = Environment({"SECONDS": "soon", "DATA": "/nope"})
    environment.secret("KEY", "a key")
    environment.words("HOSTS", "the names")
    environment.whole_number("SECONDS", 0)
    environment.folder("DATA", ".")

    with pytest.raises(SystemExit) as stopped:
        environment.stop_if_any("settings.x")

    lines = str(stopped.value).splitlines()
    assert lines[0] == "settings.x cannot be used yet:"
    assert [line.split()[1] for line in lines[1:]] == ["KEY", "HOSTS", "SECONDS", "DATA:"]


def test_nothing_wrong_stops_nothing() -> None:
    environment = Environment({"HOSTS": "a.nl, b.nl,", "ON": "Yes"})

    assert environment.words("HOSTS", "the names") == ["a.nl", "b.nl"]
    assert environment.switch("ON")
    assert not environment.switch("OFF")
    environment.stop_if_any("settings.x")
