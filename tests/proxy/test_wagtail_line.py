"""The token for Wagtail, and what a library's errors are called."""

from pathlib import Path

import aiohttp
import pytest

from calltrack.errors import ConfigError
from calltrack.link.reasons import TOKEN as VARIABLE
from proxy.wagtail_line import TOKEN_FILE, plan_token, why
from tests.proxy.plan_server import TOKEN


def test_the_token_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TOKEN_FILE, raising=False)
    monkeypatch.delenv(VARIABLE, raising=False)
    assert plan_token() == ""

    monkeypatch.setenv(VARIABLE, f" {TOKEN}\n")

    assert plan_token() == TOKEN


def test_the_token_comes_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    monkeypatch.setenv(VARIABLE, "another")
    monkeypatch.setenv(TOKEN_FILE, str(tmp_path / "token"))

    assert plan_token() == TOKEN


@pytest.mark.parametrize(
    ("name", "value", "written", "said"),
    [
        pytest.param(VARIABLE, "a b", "", "one word", id="two words"),
        pytest.param(VARIABLE, "tök", "", "one word", id="no ASCII"),
        pytest.param(TOKEN_FILE, "token", "a\r\nX: y", "one word", id="a line end"),
        pytest.param(TOKEN_FILE, "token", "\n", "holds no token", id="an empty file"),
        pytest.param(TOKEN_FILE, "nothing", "", "cannot be read", id="no file"),
    ],
)
def test_a_token_that_cannot_be_sent_is_an_error_that_does_not_show_it(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    name: str,
    value: str,
    written: str,
    said: str,
) -> None:
    (tmp_path / "token").write_text(written)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(TOKEN_FILE, raising=False)
    monkeypatch.setenv(name, value)

    with pytest.raises(ConfigError, match=said) as caught:
        plan_token()

    assert name in str(caught.value)
    assert "X: y" not in str(caught.value)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        pytest.param(aiohttp.ServerTimeoutError(), "no connection in time", id="nobody there"),
        pytest.param(aiohttp.ClientPayloadError(), "(ClientPayloadError)", id="half an answer"),
        pytest.param(ValueError("a secret"), "no whole answer came (ValueError)", id="no HTTP"),
    ],
)
def test_an_error_of_a_library_is_told_in_our_words(error: Exception, said: str) -> None:
    assert said in why(error)
    assert "secret" not in why(error)
