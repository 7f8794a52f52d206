"""What `rewrite --explain` and `--json` tell of a page, for people and for programs."""

import json

import pytest

from calltrack.numbers import PhoneNumber
from proxy.rewrite import Bindings, Slot, scan
from proxy.rewrite_report import Told, as_json, as_text, tell

OLD, NEW = PhoneNumber("+31850199999"), PhoneNumber("+31201234567")
BINDINGS = Bindings(frozenset({OLD}), classes={"tel": "tel"}, keys=frozenset({"tel"}))


def told(page: bytes, shown: PhoneNumber | None = NEW, bindings: Bindings = BINDINGS) -> list[Told]:
    """Explain a page whose places all show one number."""
    slots = {one.offset: one for one in scan(page, bindings) if isinstance(one, Slot)}
    return tell(page, bindings, slots, dict.fromkeys(slots, shown), frozenset({OLD}))


@pytest.mark.parametrize(
    ("page", "block"),
    [
        pytest.param(
            b"<p class='a b'>085 0199999",
            [
                "P:1:16: 085 0199999 -> 020 1234567",
                "    replaced: a forwarding number (forwarding-number)",
                "    text in body > p.a",
            ],
            id="a number",
        ),
        pytest.param(
            b"<p>\n\n085\r\n 0199999",
            [
                "P:3:1: 085 0199999 -> 020 1234567",
                "    replaced: a forwarding number (forwarding-number)",
                "    text in body > p",
            ],
            id="one of several lines is shown on one",
        ),
        pytest.param(
            b"<img id=top class=tel>",
            [
                "P:1:1: <img id=top class=tel>",
                "    left: a placeholder that can hold no text (placeholder-without-text)",
                "    placeholder in #top",
            ],
            id="a placeholder without a number, by its id",
        ),
        pytest.param(
            b"<!-- 085 0199999 --><p>",
            ["P:1:6: 085 0199999", "    left: inside a comment (comment)", "    comment"],
            id="in no element",
        ),
        pytest.param(
            b"<i class=tel>\x1b[31m" + b"x" * 99 + b"</i>",
            [
                "P:1:14: \\u001b[31m" + "x" * 74 + "… -> 020 123 4567",
                "    replaced: a placeholder's content (placeholder-content)",
                "    placeholder in body > i.tel",
            ],
            id="no more of a page, and nothing that a terminal obeys",
        ),
        pytest.param(
            "<p>085\u200b0199999".encode(),
            [
                "P:1:4: 085\\u200b0199999 -> 020\\u200b1234567",
                "    replaced: a forwarding number (forwarding-number)",
                "    text in body > p",
            ],
            id="what nobody sees is made visible",
        ),
    ],
)
def test_three_lines_tell_of_a_number(page: bytes, block: list[str]) -> None:
    lines = as_text("P", told(page)).splitlines()

    assert lines[:-1] == block


@pytest.mark.parametrize(
    ("page", "line"),
    [
        pytest.param(b"", "P: 0 replaced, 0 left alone", id="nothing"),
        pytest.param(b"<p>0850199999", "P: 1 replaced, 0 left alone", id="all is replaced"),
        pytest.param(
            b"<title>0850199999</title><!--0850199999--><!--0850199999-->0850199999",
            "P: 1 replaced, 3 left alone (2 comment, 1 inside-title)",
            id="the most frequent rule first",
        ),
    ],
)
def test_the_last_line_counts(page: bytes, line: str) -> None:
    assert as_text("P", told(page)).splitlines()[-1] == line


def test_a_number_that_no_map_names_is_left_alone_by_a_rule_of_its_own() -> None:
    (one,) = told(b"<p>0850199999", None)

    assert (one.outcome, one.rule, one.text) == ("left", "not-in-map", None)
    assert one.reason == "a forwarding number, but not in a --map"


def test_a_forwarding_number_outside_of_the_placeholders_that_a_site_wants_is_told_as_such() -> (
    None
):
    (one,) = told(b"<p>0850199999", bindings=Bindings(classes={"tel": "tel"}))

    assert (one.outcome, one.rule) == ("left", "outside-placeholder")


def test_what_is_shown_is_read_in_the_charset_of_the_page() -> None:
    page = b"\xff\xfe" + "<p>085\u00a00199999".encode("utf-16-le")

    (one,) = told(page)

    assert one.text == "020\u00a01234567"


def test_a_program_gets_the_sum_and_why_a_page_was_given_up() -> None:
    page = b"<p>0850199999<p title='" + b"x" * 200_000 + b"'>0850199999"

    read = json.loads(as_json("P", told(page), "a tag of over 64 KB"))

    assert (read["page"], read["replaced"], read["left"]) == ("P", 1, 1)
    assert read["rules"] == {"forwarding-number": 1, "gave-up": 1}
    assert read["gave_up"] == "a tag of over 64 KB"
    assert [one["line"] for one in read["numbers"]] == [1, 1]
