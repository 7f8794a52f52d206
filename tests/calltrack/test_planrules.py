"""What must hold between the rows of a Plan."""

from time import process_time
from typing import Any

import pytest

from calltrack import planfile
from calltrack.errors import PlanError
from tests.calltrack.plans import CARRIER, make_plan


def row(name: str, at: int, /, **fields: object) -> tuple[str, int, dict[str, object]]:
    """Name a row and what changes in it; one past the last is a copy of the first."""
    return name, at, fields


TWICE = "stands already in"
MIDNIGHT = "2026-02-01T00:00:00Z"
ASKS: dict[str, object] = {"consent": "required"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param(
            [row("vestigingen", 2, key="amsterdam")],
            "vestigingen[2] «amsterdam»: "
            f"key «amsterdam» {TWICE} vestigingen[1] «amsterdam» as key",
            id="key twice",
        ),
        pytest.param(
            [row("sites", 2, key="shop")],
            f"sites[2] «shop»: hosts «localhost» {TWICE} sites[1] «main» as hosts",
            id="host of two sites",
        ),
        pytest.param(
            [row("sites", 1, hosts=["a.nl", "A.NL."])],
            f"sites[1] «main»: hosts «a.nl» {TWICE} the same list",
            id="host twice in a site",
        ),
        pytest.param(
            [row("numbers", 2, number="020 765 43 01")],
            f"numbers[2] «020 765 43 01»: number «+31207654301» {TWICE} numbers[1] «+31207654301» "
            "as number",
            id="number twice",
        ),
        pytest.param(
            [row("numbers", 2, number="+31 20 1234567")],
            f"numbers[2] «+31 20 1234567»: number «+31201234567» {TWICE} "
            "vestigingen[1] «amsterdam» as forwarding_number",
            id="tracking number that forwards to itself",
        ),
        pytest.param(
            [row("vestigingen", 2, forwarding_number="+31201234567")],
            f"vestigingen[2] «rotterdam»: forwarding_number «+31201234567» {TWICE} "
            "vestigingen[1] «amsterdam» as forwarding_number",
            id="two vestigingen with one number",
        ),
        pytest.param(
            [row("placeholders", 2, css_class="qooqie-number-placeholder")],
            "placeholders[2] «qooqie-priority-number-placeholder»: css_class "
            f"«qooqie-number-placeholder» {TWICE} placeholders[1] «qooqie-number-placeholder» "
            "as css_class",
            id="class twice",
        ),
        pytest.param(
            [row("telephony", 2, provider="twilio")],
            f"telephony[2] «main-line»: key «main-line» {TWICE} telephony[1] «main-line» as key",
            id="two accounts under one address",
        ),
        pytest.param(
            [row("vestigingen", 2, pool="roterdam")],
            "vestigingen[2] «rotterdam»: pool «roterdam» is not among the pools; "
            "did you mean rotterdam?",
            id="unknown pool of a vestiging",
        ),
        pytest.param(
            [row("numbers", 1, pool="x")],
            "numbers[1] «+31207654301»: pool «x» is not among the pools",
            id="unknown pool of a number",
        ),
        pytest.param(
            [row("campaigns", 1, vestigingen=["amsterdam", "utrecht"])],
            "campaigns[1] «everyone»: vestigingen «utrecht» is not among the vestigingen",
            id="unknown vestiging of a campaign",
        ),
        pytest.param(
            [row("placeholders", 1, vestiging="amsterdm")],
            "placeholders[1] «qooqie-number-placeholder»: vestiging «amsterdm» is not among the "
            "vestigingen; did you mean amsterdam?",
            id="unknown vestiging of a placeholder",
        ),
        pytest.param(
            [row("placeholders", 1, campaigns=["everyon"])],
            "placeholders[1] «qooqie-number-placeholder»: campaigns «everyon» is not among the "
            "campaigns; did you mean everyone?",
            id="unknown campaign of a placeholder",
        ),
        pytest.param(
            [row("campaigns", 1, sites=["man"])],
            "campaigns[1] «everyone»: sites «man» is not among the sites; did you mean main?",
            id="unknown site of a campaign",
        ),
        pytest.param(
            [row("campaigns", 1, pool="ads")],
            "campaigns[1] «everyone»: pool «ads» is not among the pools",
            id="unknown pool of a campaign",
        ),
        pytest.param(
            [row("numbers", 1, pool=None, campaign="every", vestiging="amsterdam")],
            "numbers[1] «+31207654301»: campaign «every» is not among the campaigns; "
            "did you mean everyone?",
            id="unknown campaign of a number",
        ),
        pytest.param(
            [row("numbers", 1, pool=None, campaign="everyone", vestiging="amstrdam")],
            "numbers[1] «+31207654301»: vestiging «amstrdam» is not among the vestigingen; "
            "did you mean amsterdam?",
            id="unknown vestiging of a number",
        ),
        pytest.param(
            [
                row("placeholders", 2, css_class="tel", paths=["/a/", "/b/"]),
                row("placeholders", 1, css_class="tel", paths=["/b/"]),
            ],
            "placeholders[2] «qooqie-priority-number-placeholder»: css_class «tel» stands already "
            "in placeholders[1] «qooqie-number-placeholder» as css_class for the path «/b/»",
            id="class twice for a path",
        ),
        pytest.param(
            [row("placeholders", 2, vestiging="amsterdam")],
            "placeholders[2] «qooqie-priority-number-placeholder»: priority lets the campaign name "
            "the vestiging, and vestiging «amsterdam» names one: leave one of them out",
            id="priority and a vestiging",
        ),
        pytest.param(
            [row("sites", 1, **ASKS, consent_cookie="a", consent_header="B", consent_value="yes")],
            "sites[1] «main»: consent_cookie and consent_header: consent is told in one place; "
            "leave one of them out",
            id="consent in two places",
        ),
        pytest.param(
            [row("sites", 1, **ASKS, consent_cookie="a")],
            "sites[1] «main»: consent_value is missing: what consent_cookie holds when the "
            "visitor agreed",
            id="consent without its value",
        ),
        pytest.param(
            [row("sites", 1, **ASKS, consent_value="yes")],
            "sites[1] «main»: consent_value has no place: name the consent_cookie or the "
            "consent_header that holds it",
            id="value without a place",
        ),
        pytest.param(
            [row("sites", 1, consent_header="X-Consent", consent_value="yes")],
            "sites[1] «main»: consent_header is for a site whose consent is required: leave it "
            "out, or write consent = required",
            id="consent that nobody is asked for",
        ),
        pytest.param(
            [row("campaigns", 1, starts_at=MIDNIGHT, ends_at="2026-02-01T01:00:00+01:00")],
            "campaigns[1] «everyone»: ends_at «2026-02-01 00:00:00+00:00» is not after starts_at "
            "«2026-02-01 00:00:00+00:00»: it would never run",
            id="window of no length",
        ),
        pytest.param(
            [row("sites", 1, hosts=["www.a.nl", "nota.nl"], cookie_domain="a.nl")],
            "sites[1] «main»: cookie_domain «a.nl» does not hold the host «nota.nl»: browsers "
            "would refuse its cookies",
            id="cookie domain of another host",
        ),
    ],
)
def test_what_does_not_hold_between_rows_is_told(
    changes: list[tuple[str, int, dict[str, object]]], expected: str
) -> None:
    with pytest.raises(PlanError) as refused:
        planfile.check(changed(changes))

    assert refused.value.problems == (expected,) or (
        # A second site is a copy: its other host stands twice as well.
        expected in refused.value.problems and "sites[2]" in expected
    )


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(
            [
                row("placeholders", 1, css_class="tel"),
                row("placeholders", 2, css_class="tel", paths=["/a/"]),
            ],
            id="a class again for some paths",
        ),
        pytest.param(
            [row("sites", 1, **ASKS, consent_cookie="CookieConsent", consent_value="*x:true*")],
            id="consent in a cookie",
        ),
        pytest.param(
            [row("sites", 1, **ASKS, consent_header="X-Consent", consent_value="yes")],
            id="consent in a header",
        ),
        pytest.param([row("sites", 1, **ASKS)], id="consent that nobody tells"),
        pytest.param(
            [row("campaigns", 1, starts_at=MIDNIGHT, ends_at="2026-02-01T00:00:01Z")],
            id="a short window",
        ),
        pytest.param(
            [row("sites", 1, hosts=["www.a.nl", "a.nl"], cookie_domain=".a.nl")],
            id="a cookie domain that holds its hosts",
        ),
        pytest.param([row("numbers", 1, pool=None)], id="a number in no pool"),
        pytest.param(
            [row("campaigns", 2, key="later")], id="two campaigns for the same vestigingen"
        ),
    ],
)
def test_what_holds_is_a_good_plan(changes: list[tuple[str, int, dict[str, object]]]) -> None:
    assert planfile.check(changed(changes)).serial == 1


def test_an_account_in_a_plan_without_vestigingen_is_refused() -> None:
    plan = changed([])
    for name in ("vestigingen", "pools", "numbers", "campaigns", "placeholders"):
        del plan[name]

    with pytest.raises(PlanError) as refused:
        planfile.check(plan)

    (problem,) = refused.value.problems
    assert problem == (
        "telephony[1] «main-line»: there is no vestiging, and its calls could be connected to "
        "nobody"
    )


def test_a_pool_misspelt_in_all_its_numbers_is_told_at_once() -> None:
    plan = changed([])
    plan["pools"] += [{"key": f"filiaal-{n}"} for n in range(200)]
    plan["numbers"] = [
        {"number": f"+31 30 76{n:05}", "pool": f"filliaal-{n % 200}"} for n in range(4000)
    ]
    before = process_time()

    with pytest.raises(PlanError) as refused:
        planfile.check(plan)

    first = refused.value.problems[0]
    assert first.endswith("«filliaal-0» is not among the pools; did you mean filiaal-0?")
    assert process_time() - before < 5  # one; with a search for each number 15


def changed(changes: list[tuple[str, int, dict[str, object]]]) -> dict[str, Any]:
    data: dict[str, Any] = planfile.to_mapping(make_plan(telephony={CARRIER.key: CARRIER}))
    for name, number, fields in changes:
        rows = data[name]
        if number > len(rows):
            rows.append(dict(rows[0]))
        rows[number - 1].update(fields)
    return data
