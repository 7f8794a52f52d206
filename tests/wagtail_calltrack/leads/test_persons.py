"""Who is one person, and which lead their calls make: the table at the module's head."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from wagtail_calltrack.leads.persons import Contact, Known, deals

START = datetime(2026, 1, 1, tzinfo=UTC)
CYCLE = timedelta(days=30)


def call(
    name: str, day: int, keys: str = "", lead: int | None = None, *, begins: bool = True
) -> Contact:
    """Make a call on a day; keys are letters: a, b callers, v, w visitors."""
    return Contact(
        ("call", name), START + timedelta(days=day), frozenset(("key", one) for one in keys),
        lead, begins,
    )  # fmt: skip


def known(pk: int, day: int = 0, state: str = "new") -> Known:
    return Known(pk, START + timedelta(days=day), state)


def made(contacts: Sequence[Contact], *leads: Known) -> list[tuple[str, list[int]]]:
    """Give each lead as the names of its contacts, and the leads that it was."""
    found = deals(contacts, {one.id: one for one in leads}, CYCLE)
    return sorted(
        ("".join(c.ref[1] for c in one.contacts), [lead.id for lead in one.leads]) for one in found
    )


@pytest.mark.parametrize(
    ("contacts", "leads", "expected"),
    [
        pytest.param([call("1", 0, "a")], [], [("1", [])], id="nobody known begins a lead"),
        pytest.param(
            [call("1", 0, "a", 7), call("2", 400, "a")], [known(7)], [("12", [7])],
            id="a new lead takes in a call of the same caller, however late",
        ),
        pytest.param(
            [call("1", 0, "av", 7), call("2", 1, "bv")], [known(7, state="open")], [("12", [7])],
            id="an open lead takes in a call of the same visitor",
        ),
        pytest.param(
            [call("1", 0, "a", 7), call("2", 30, "a")], [known(7, state="won")], [("12", [7])],
            id="a won lead takes in a call within the cycle",
        ),
        pytest.param(
            [call("1", 0, "a", 7), call("2", 31, "a")], [known(7, state="won")],
            [("1", [7]), ("2", [])],
            id="a call after the cycle of a won lead begins a new one",
        ),
        pytest.param(
            [call("1", 0, "a", 7), call("2", 31, "a")], [known(7, state="lost")],
            [("1", [7]), ("2", [])],
            id="a call after the cycle of a lost lead begins a new one",
        ),
        pytest.param(
            [call("1", 0, "a", 7), call("2", 29, "a", 7), call("3", 50, "a")],
            [known(7, state="won")], [("123", [7])],
            id="the cycle runs from the last contact",
        ),
        pytest.param(
            [call("1", 0, "a", 7), call("2", 300, "a", 7)], [known(7, state="won")],
            [("12", [7])],
            id="a lead that was won late is not taken apart",
        ),
        pytest.param(
            [call("1", 0, "a", 7), call("2", 90, "a", 8), call("3", 95, "a")],
            [known(7, state="won"), known(8, 90)], [("1", [7]), ("23", [8])],
            id="of two leads the call joins the latter",
        ),
        pytest.param(
            [call("1", 0, "a", 7), call("2", 400, "a")], [known(7, state="spam")], [("12", [7])],
            id="spam stays spam",
        ),
        pytest.param(
            [call("1", 5, "a", 9), call("2", 1, "b", 8), call("3", 6, "ab")],
            [known(9, 5, "open"), known(8, 1)], [("213", [8, 9])],
            id="two leads of one person become one, the older first",
        ),
        pytest.param(
            [call("1", 0), call("2", 1)], [], [("1", []), ("2", [])],
            id="withheld numbers without a visitor are a lead each",
        ),
        pytest.param(
            [call("1", 0, "", 7), call("2", 1, "a", 7), call("3", 2, "a")], [known(7)],
            [("123", [7])],
            id="a call that was forgotten stays where it is",
        ),
        pytest.param(
            [call("1", 0, "", 7), call("2", 1, "", 7)], [known(7)], [("12", [7])],
            id="a lead of which all was forgotten stays together",
        ),
        pytest.param(
            [call("1", 0, "av", 7), call("2", 1, "bw", 7)], [known(7)],
            [("1", [7]), ("2", [])],
            id="a call that turns out to be of another visitor leaves",
        ),
        pytest.param(
            [call("1", 0, "av", 7), call("2", 1, "bw", 7), call("3", 1, "w", 8)],
            [known(7), known(8, 1)], [("1", [7]), ("23", [8])],
            id="and goes to that visitor's lead",
        ),
        pytest.param(
            [call("1", 0, "a", begins=False)], [], [],
            id="the firm's own call makes no lead",
        ),
        pytest.param(
            [call("1", 0, "a", begins=False), call("2", 1, "a")], [], [("12", [])],
            id="the firm's own call comes to the lead there is",
        ),
    ],
)  # fmt: skip
def test_contacts_make_leads(
    contacts: list[Contact], leads: list[Known], expected: list[tuple[str, list[int]]]
) -> None:
    orders = {tuple(map(str, made(order, *leads))) for order in permutations(contacts)}

    assert orders == {tuple(map(str, expected))}


def test_a_chain_of_shared_keys_is_one_person() -> None:
    chain = [call("1", 0, "a"), call("2", 1, "av"), call("3", 2, "vb"), call("4", 3, "c")]

    assert made(chain) == [("123", []), ("4", [])]


def test_of_two_leads_the_further_state_stays() -> None:
    found = deals(
        [call("1", 0, "a", 7), call("2", 1, "a", 8)],
        {7: known(7, 0, "open"), 8: known(8, 1, "won")},
        CYCLE,
    )

    assert [one.state for one in found] == ["won"]
