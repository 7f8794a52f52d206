"""Reading a Plan: from files and texts, with every problem named, and written back."""

import copy
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltrack import planfile
from calltrack.errors import PlanError
from calltrack.plan import (
    PLACEHOLDER_CLASS,
    PRIORITY_PLACEHOLDER_CLASS,
    CampaignKey,
    Plan,
)
from tests.calltrack.plans import make_plan

DOCS = Path(__file__).parents[2] / "docs" / "plan.md"
EXAMPLE = planfile.to_mapping(make_plan())


def example() -> dict[str, Any]:
    return copy.deepcopy(EXAMPLE)


def problems(data: dict[str, Any]) -> list[str]:
    with pytest.raises(PlanError) as refused:
        planfile.check(data)
    return list(refused.value.problems)


def docs_example() -> str:
    found = re.search(
        r"^```toml\n(.*?)^```", DOCS.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    assert found
    return found[1]


def test_the_example_in_the_docs_is_a_good_plan() -> None:
    plan = planfile.loads(docs_example(), "toml")

    assert len(plan.vestigingen) == 3
    campaigns = {campaign.key: campaign for campaign in plan.campaigns}
    assert list(campaigns) == ["newsletter", "ads", "flyer", "spring", "utrecht", "everyone"]
    starts_at = campaigns[CampaignKey("spring")].starts_at
    assert starts_at is not None
    assert starts_at.isoformat() == "2027-02-28T23:00:00+00:00"
    assert [len(rule.medium) for rule in campaigns[CampaignKey("ads")].rules] == [0, 2]
    assert len(plan.shown_numbers) == 8
    assert len(plan.by_campaign) == 3


@pytest.mark.parametrize(
    "plan", [make_plan(), planfile.loads(docs_example(), "toml")], ids=["tests", "docs"]
)
def test_a_plan_written_as_json_reads_back_as_the_same(plan: Plan) -> None:
    text = json.dumps(planfile.to_mapping(plan))

    assert planfile.loads(text, "json") == plan


def test_without_placeholders_the_two_classes_count() -> None:
    data = example()
    del data["placeholders"]

    found = planfile.check(data).placeholders

    names = (PLACEHOLDER_CLASS, PRIORITY_PLACEHOLDER_CLASS)
    assert [(p.key, p.css_class, p.vestiging) for p in found] == [(n, n, None) for n in names]
    assert [p.priority for p in found] == [False, True]
    assert planfile.check({**data, "placeholders": []}).placeholders == ()


def test_the_smallest_plan_has_a_serial_a_region_and_a_firm() -> None:
    text = 'serial = 1\nregion = "NL"\norganisation = {name = "X", kvk = "00000000"}'

    plan = planfile.loads(text, "toml")

    assert (plan.sites, dict(plan.vestigingen), plan.campaigns) == ((), {}, ())


def test_null_in_json_counts_as_left_out() -> None:
    data = example()
    data["vestigingen"][0]["vestigingsnummer"] = None

    assert planfile.check(data) == make_plan()


def change(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    """Set what stands at a path like "sites.0.mode"; leave it out when the value is `...`."""

    def apply(data: dict[str, Any]) -> None:
        *way, last = path.split(".")
        target: Any = data
        for step in way:
            target = target[int(step) if isinstance(target, list) else step]
        if value is ...:
            del target[last]
        elif isinstance(target, list):
            target.append(value)
        else:
            target[last] = value

    return apply


ROT = "vestigingen[2] «rotterdam»"


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("serial", 0, "the Plan: serial «0» must be a whole number from 1"),
        ("serial", ..., "the Plan: serial is missing: a whole number from 1"),
        ("region", "NLD", "the Plan: region «NLD» must be a country in two capitals, as NL"),
        ("sitess", [], "the Plan: «sitess» is no field here; did you mean sites?"),
        ("voicemail", [], "the Plan: «voicemail» is no field here; there are serial, region, "),
        ("organisation", ..., "the Plan: [organisation] is missing: the firm's name and kvk"),
        ("organisation", "X", "organisation: must be a table of fields"),
        ("organisation.kvk", "1234567", "organisation: kvk «1234567» must be 8 digits"),
        ("sites", {}, "sites: must be a list of rows, each headed [[sites]]"),
        ("sites.+", 5, "sites[2]: must be a table of fields"),
        ("sites.0.consent", ..., "sites[1] «main»: consent is missing: required or not_required"),
        ("sites.0.hold_minutes", ..., "sites[1] «main»: hold_minutes is missing: minutes, from 5"),
        (
            "sites.0.hold_minutes",
            4,
            "sites[1] «main»: hold_minutes «4» must be a number of minutes, 5 to 43,200",
        ),
        ("sites.0.host", [], "sites[1] «main»: «host» is no field here; did you mean hosts?"),
        ("sites.0.hosts", [], "sites[1] «main»: hosts must not be empty"),
        (
            "sites.0.hosts",
            ["a b"],
            "sites[1] «main»: hosts holds «a b», which must be a host name, as www.example.nl",
        ),
        (
            "vestigingen.1.forwarding_number",
            "010",
            f"{ROT}: forwarding_number «010» is no phone number: it is too short",
        ),
        (
            "vestigingen.1.vestigingsnummer",
            "12345",
            f"{ROT}: vestigingsnummer «12345» must be 12 digits",
        ),
        ("vestigingen.1.key", ..., "vestigingen[2]: key is missing: a key"),
        (
            "pools.0.quarantine",
            5,
            "pools[1] «amsterdam»: «quarantine» is no field here; there are key, rest_minutes",
        ),
        (
            "sites.0.gpc",
            "yes",
            "sites[1] «main»: gpc «yes» must be ignored or no_consent or opt_out",
        ),
        (
            "sites.0.consent_cookie",
            "a=b",
            "sites[1] «main»: consent_cookie «a=b» must be a name alone",
        ),
        (
            "numbers.0.released_at",
            True,
            "numbers[1] «+31207654301»: released_at «true» must be a date and time",
        ),
        (
            "numbers.0.carrier",
            "x",
            "numbers[1] «+31207654301»: «carrier» is no field here; there are number, pool, ",
        ),
        ("campaigns.0.off_site", "yes", "campaigns[1] «everyone»: off_site «yes» must be true or"),
        ("campaigns.0.paused", 1, "campaigns[1] «everyone»: paused «1» must be true or false"),
        (
            "campaigns.0.starts_at",
            "2026-01-31 09:00",
            "campaigns[1] «everyone»: starts_at «2026-01-31 09:00» has no time zone: add Z",
        ),
        ("campaigns.0.exhaustion", ..., "campaigns[1] «everyone»: exhaustion is missing: original"),
        (
            "placeholders.0.key",
            "off",
            'placeholders[1] «off»: key «off» is reserved: data-calltrack="off"',
        ),
    ],
)
def test_a_bad_field_is_named_with_its_row(path: str, value: object, expected: str) -> None:
    data = example()
    change(path, value)(data)

    assert any(problem.startswith(expected) for problem in problems(data))


def test_all_problems_are_told_at_once() -> None:
    data = example()
    for path, value in (
        ("serial", "1"),
        ("organisation.kvk", "x"),
        ("sites.0.mode", "auto"),
        ("vestigingen.0.forwarding_number", "1"),
        ("vestigingen.1.pool", "roterdam"),
        ("numbers.0.number", "+31101234567"),
        ("campaigns.0.surprise", 1),
    ):
        change(path, value)(data)

    found = problems(data)

    assert len(found) == 7
    assert all(len(sentence) < 300 and "\n" not in sentence for sentence in found)


def test_no_more_problems_are_told_than_anybody_reads() -> None:
    data = example()
    data["numbers"] = [{"number": "1"}] * 250

    found = problems(data)

    assert len(found) == 101
    assert found[-1] == "and 150 more problems"


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        pytest.param("plan.toml", b"", "the Plan is empty", id="empty"),
        pytest.param("plan.json", b" \n", "the Plan is empty", id="blank"),
        pytest.param("plan.toml", b"serial = \n", "no valid TOML: .*line 1", id="TOML"),
        pytest.param("plan.toml", b"a = 1\na = 2\n", "no valid TOML: .*line 2", id="TOML twice"),
        pytest.param("plan.json", b'{"serial": 1,}', "no valid JSON: .*line 1", id="JSON"),
        pytest.param("plan.json", b'{"a": 1, "a": 2}', "«a» stands twice", id="JSON twice"),
        pytest.param("plan.json", b'{"serial": NaN}', "NaN is no JSON", id="NaN"),
        pytest.param("plan.json", b"[]", "must be one JSON object", id="JSON list"),
        pytest.param("plan.json", b"[" * 100_000, "nested too deeply", id="JSON depth"),
        pytest.param("plan.toml", b"a = " + b"[" * 100_000, "nested too deeply", id="TOML depth"),
        pytest.param("plan.json", b'{"a": ' + b"9" * 5000 + b"}", "no valid JSON", id="digits"),
        pytest.param("plan.toml", b"serial = 1\n\na = '\xff'\n", "line 3 is not UTF-8", id="8bit"),
        pytest.param("plan.toml", "serial = 1".encode("utf-16"), "is not UTF-8", id="UTF-16"),
        pytest.param("plan.toml", b"a = 1\nb = '\0'\n", "line 2 holds a NUL byte", id="NUL"),
        pytest.param("plan.yaml", b"serial: 1", r"ends in \.toml or \.json", id="YAML"),
        pytest.param("plan.json", b" " * (1 << 24) + b"{}", "larger than 16 MB", id="huge"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_plan_is_refused(
    tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)

    with pytest.raises(PlanError, match=reason) as refused:
        planfile.load(path)

    assert str(refused.value).startswith(str(path))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(
            "a = Van Dam", "line 1, .*: «a = Van Dam»; a text stands in quotes", id="bare"
        ),
        pytest.param("a = “Van Dam”", "«a = “Van Dam”»; quotes are straight", id="curly quotes"),
        pytest.param("a = 0205550101", "«a = 0205550101»; a number that begins", id="leading 0"),
        pytest.param("a = +31 20 555", "a number that begins with 0 or [+] stands in", id="plus"),
        pytest.param(
            "[pools]\n[[pools]]", "«.*pools.*»; every heading .* double brackets", id="[]"
        ),
        pytest.param("[[b]]\n[b]\na = 1", "line 2.*; every heading .* double", id="one bracket"),
        pytest.param("a = 1\na = 2\n", "«a = 2»; it stands there already", id="twice"),
        pytest.param("serial: 1", "«serial: 1»; a value stands after =", id="a colon"),
        pytest.param("a = [1", "Unclosed array", id="at the end, without a line"),
        pytest.param("a = " + "x" * 200, "«a = x{76}»", id="a long line is cut"),
    ],
)
def test_a_mistake_in_toml_is_told_with_its_line_and_the_likely_fix(text: str, told: str) -> None:
    with pytest.raises(PlanError, match=f"^no valid TOML: .*{told}"):
        planfile.loads(text, "toml")


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    directory = tmp_path / "plans.toml"
    directory.mkdir()
    pipe = tmp_path / "pipe.toml"
    os.mkfifo(pipe)
    loop = tmp_path / "loop.toml"
    loop.symlink_to(loop)

    for path, reason in (
        (directory, "is a directory; name the file"),
        (pipe, "is no regular file"),
        (tmp_path / "none.toml", "cannot be read: No such file or directory"),
        (loop, "cannot be read: Too many levels of symbolic links"),
        (Path("nul\0.toml"), "cannot be read: .*embedded null"),
    ):
        with pytest.raises(PlanError, match=reason):
            planfile.load(path)


def test_a_file_is_read_with_a_byte_order_mark_and_crlf(tmp_path: Path) -> None:
    path = tmp_path / "Plan.TOML"
    path.write_bytes(b"\xef\xbb\xbf" + docs_example().replace("\n", "\r\n").encode())

    assert planfile.load(path).serial == 12


def test_an_older_plan_does_not_supersede() -> None:
    new, old = make_plan(serial=6), make_plan(serial=7)

    planfile.supersedes(old, new)
    planfile.supersedes(new, new)
    with pytest.raises(PlanError, match=r"serial «6» is lower than «7», which is in force"):
        planfile.supersedes(new, old)


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List the ways to every value inside."""
    inside = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [way, *(p for key, one in inside for p in places(one, (*way, key)))]


scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.dates()
    | st.datetimes()
)
junk = st.recursive(
    scalars, lambda one: st.lists(one) | st.dictionaries(st.text(), one), max_leaves=5
)


EVERY_FIELD = planfile.to_mapping(planfile.loads(docs_example(), "toml"))


@given(st.sampled_from(places(EVERY_FIELD)[1:]), junk)
def test_junk_anywhere_is_a_good_value_or_a_problem(way: tuple[Any, ...], value: object) -> None:
    data = copy.deepcopy(EVERY_FIELD)
    target: Any = data
    for step in way[:-1]:
        target = target[step]
    target[way[-1]] = value

    try:
        plan = planfile.check(data)
    except PlanError:
        told = problems(data)
        assert told
        assert all("\n" not in problem and len(problem) < 400 for problem in told)
    else:
        assert planfile.check(planfile.to_mapping(plan)) == plan


@given(st.text(), st.sampled_from(["toml", "json"]))
def test_junk_as_a_file_is_a_problem(text: str, syntax: Any) -> None:
    with pytest.raises(PlanError):
        planfile.loads(text, syntax)
