"""Where secrets come from, and what is said of one that is missing."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from snippet_server.account_secrets import AccountSecrets
from tests.calltrack.plans import CARRIER, make_plan

PLAN = make_plan(telephony={CARRIER.key: CARRIER})
NAME = "CALLTRACK_SECRET_MAIN_LINE"


@pytest.mark.parametrize(
    ("written", "environment", "secret", "problem"),
    [
        pytest.param(None, {NAME: " abc\n"}, "abc", "", id="in the environment"),
        pytest.param(b"abc\n", {f"{NAME}_FILE": "FILE"}, "abc", "", id="in a file"),
        pytest.param(b"abc", {NAME: "x", f"{NAME}_FILE": "FILE"}, "abc", "", id="the file first"),
        pytest.param(None, {}, "", f"{NAME} is not set, and neither is {NAME}_FILE", id="nowhere"),
        pytest.param(None, {NAME: " "}, "", f"{NAME} is not set, and neither", id="empty"),
        pytest.param(
            None, {f"{NAME}_FILE": "FILE"}, "", "names a file that cannot be read", id="no file"
        ),
        pytest.param(
            b"\xff", {f"{NAME}_FILE": "FILE"}, "", "names a file that cannot be read", id="no text"
        ),
        pytest.param(
            b" ", {f"{NAME}_FILE": "FILE"}, "", "names a file that is empty", id="an empty file"
        ),
    ],
)
async def test_a_secret_is_in_the_environment_or_in_a_file(
    tmp_path: Path, written: bytes | None, environment: dict[str, str], secret: str, problem: str
) -> None:
    file = tmp_path / "secret"
    if written is not None:
        file.write_bytes(written)
    secrets = AccountSecrets({k: v.replace("FILE", str(file)) for k, v in environment.items()})

    await secrets.look(PLAN)

    assert list(await secrets.of("MAIN_LINE")) == ([secret] if secret else [])
    assert problem in secrets.problem("MAIN_LINE")
    assert bool(secrets.problem("MAIN_LINE")) is not bool(secret)


async def test_a_file_is_read_anew_and_what_changed_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    file = tmp_path / "secret"
    secrets = AccountSecrets({f"{NAME}_FILE": str(file)})

    for text in (None, None, "one", "two"):
        if text:
            file.write_text(text)
        await secrets.look(PLAN)

    assert await secrets.of("MAIN_LINE") == ["two"]
    assert [record.getMessage() for record in caplog.records] == [
        f"{NAME}_FILE names a file that cannot be read: webhooks of its accounts get 503",
        "the secret MAIN_LINE is there now",
    ]


async def test_a_secret_of_a_new_account_is_looked_for_when_it_is_needed() -> None:
    environment = {"CALLTRACK_SECRET_OTHER": "abc"}
    secrets = AccountSecrets(environment)
    await secrets.look(PLAN)

    assert await secrets.of("OTHER") == ["abc"]


async def test_a_secret_that_no_account_names_any_more_is_forgotten() -> None:
    environment = {NAME: "abc"}
    secrets = AccountSecrets(environment)
    await secrets.look(PLAN)
    await secrets.look(replace(PLAN, telephony={}))
    environment[NAME] = "def"

    assert await secrets.of("MAIN_LINE") == ["def"]


async def test_an_old_secret_and_a_new_one_stand_on_two_lines(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("old\r\n\n new \n")
    secrets = AccountSecrets({f"{NAME}_FILE": str(file)})

    assert await secrets.of("MAIN_LINE") == ["old", "new"]
