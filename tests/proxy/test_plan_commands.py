"""`plan check`: what a person reads about a Plan."""

import argparse
from pathlib import Path

import pytest

from calltrack.errors import PlanError
from proxy.plan_commands import add_commands

DEMO = Path(__file__).parents[2] / "demo" / "plan.toml"


def check(file: Path) -> int:
    parser = argparse.ArgumentParser()
    add_commands(parser)
    args = parser.parse_args(["check", str(file)])
    status: int = args.run(args)
    return status


def test_a_good_plan_is_told_with_what_it_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(DEMO) == 0

    assert capsys.readouterr().out == (
        f"{DEMO}: good. Serial 1, Van Dam Plafonds: 1 site, 4 vestigingen, 6 campaigns, "
        "48 numbers in 4 pools, 11 static numbers.\n"
        "telephony «demo»: generic calls /_calltrack/calls/demo/, its secret is in "
        "CALLTRACK_SECRET_DEMO\n"
    )


def test_what_looks_like_a_mistake_is_noted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "plan.toml"
    text = DEMO.read_text(encoding="utf-8")
    text = text.replace('source = ["instagram"]', 'referrer = ["https://instagram.com"]')
    plan.write_text(text.replace('"not_required"', '"required"'), encoding="utf-8")

    assert check(plan) == 0

    first, _account, consent, pattern = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{plan}: good.")
    assert consent.startswith("note: sites «van-dam»: consent is required, and no consent_cookie")
    assert pattern.startswith("note: campaigns «instagram»: rules[1]: referrer «https://instagram")


def test_accounts_are_told_with_their_address_and_their_variable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "plan.toml"
    rows = '\n[[telephony]]\nkey = "line"\nprovider = "twilio"\nsecret = "TWILIO"\n'
    plan.write_text(DEMO.read_text(encoding="utf-8") + rows, encoding="utf-8")

    assert check(plan) == 0

    assert capsys.readouterr().out.splitlines()[-1] == (
        "telephony «line»: twilio calls /_calltrack/calls/line/, its secret is in "
        "CALLTRACK_SECRET_TWILIO"
    )


def test_a_number_that_is_disabled_or_in_stock_is_in_no_count(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "plan.toml"
    text = DEMO.read_text(encoding="utf-8")
    for number in ("+31200199417", "+31200199711"):
        text = text.replace(f'"{number}"', f'"{number}"\nstate = "disabled"')
    text = text.replace('"+31200199428"\npool = "amsterdam"', '"+31200199428"')
    plan.write_text(text, encoding="utf-8")

    check(plan)

    first, _account, note = capsys.readouterr().out.splitlines()
    assert first.endswith("46 numbers in 4 pools, 10 static numbers.")
    assert note.startswith("note: campaigns «newsletter»: its static number for «amsterdam» is")


def test_a_plan_that_breaks_is_an_error(tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    text = DEMO.read_text(encoding="utf-8")
    plan.write_text(text.replace('key = "newsletter"', 'key = "news"'), encoding="utf-8")

    with pytest.raises(PlanError, match=r"campaign «newsletter» is not among the campaigns"):
        check(plan)
