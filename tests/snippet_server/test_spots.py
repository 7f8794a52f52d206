"""Spots as a page, and the rewritten page as texts."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.rewrite import fill, scan
from snippet_server.spots import SpotError, page_of, read_spots, values_of
from tests.proxy.rewrite.oracle import BINDINGS, SHOWN
from tests.proxy.rewrite.test_decisions_forms import FORMS

MAIN = [1, {"class": "qooqie-number-placeholder"}]


def shown(*spots: Any) -> list[list[str | None] | None]:
    """Send spots as JSON; every place shows another number."""
    read = read_spots(json.loads(json.dumps(spots)))
    page = page_of(read)
    assert values_of(page, read) == [None] * len(spots)
    return values_of(fill(scan(page, BINDINGS, charset="utf-8"), lambda _: SHOWN), read)


@pytest.mark.parametrize(
    ("before", "after"), [row for row in FORMS if "&" not in row[0] and "<" not in row[0]]
)
def test_a_text_is_shown_in_its_own_form(before: str, after: str) -> None:
    assert shown(["t", "Bel:", [before], ", "]) == [[after]]


@pytest.mark.parametrize(
    ("spot", "values"),
    [
        pytest.param(
            ["t", "", [1, "085", 0, " 0199 999"], ""], ["020", " 1234 567"], id="cut by an element"
        ),
        pytest.param(["t", "", ["2024", 0, 1, "0850199999"], ""], [None, "0201234567"], id="ends"),
        pytest.param(["t", "", ["2024", 1, "0850199999"], ""], None, id="tied"),
        pytest.param(["t", "", ["085", 3, "0199999"], ""], None, id="no number crosses a link"),
        pytest.param(["t", "T", [1, "0850199999"], ""], ["0201234567"], id="another element"),
        pytest.param(["t", "T", ["0850199999"], ""], None, id="a letter touches"),
        pytest.param(["t", "", ["0850199999"], "a"], None, id="a letter touches behind"),
        pytest.param(["t", "", ["0850199999"], "<b"], ["0201234567"], id="a sign that is markup"),
        pytest.param(["t", "&", ["0850199999"], "&a"], ["0201234567"], id="an ampersand"),
        pytest.param(["t", "x'", ["0850199999"], "'"], ["0201234567"], id="quotes"),
        pytest.param(["t", "https://x.nl/", ["0850199999"], ""], None, id="an address"),
        pytest.param(["t", "NL02 ABNA ", ["0850 1999 99"], ""], None, id="an account"),
        pytest.param(
            ["t", "0850199999,", ["0850199999"], ""], ["0201234567"], id="a number before"
        ),
        pytest.param(["t", "", [], ""], None, id="nothing"),
        pytest.param(["t", "", ["\ud83d0850199999"], ""], ["\ud83d0201234567"], id="half a sign"),
        pytest.param(["l", "tel:+31850199999"], ["tel:+31201234567"], id="a link"),
        pytest.param(["l", "tel:0850199999;ext=1&2"], ["tel:0201234567;ext=1&2"], id="extension"),
        pytest.param(["l", "https://x.nl/\"'<>"], None, id="no phone link"),
        pytest.param(["p", [MAIN, "", 0]], ["020 123 4567"], id="an empty placeholder"),
        pytest.param(["p", [MAIN, "x", 0]], ["020 123 4567"], id="a placeholder with a text"),
        pytest.param(["p", [MAIN, "x", 2, "", 0, 0]], None, id="with child elements"),
        pytest.param(
            ["p", [MAIN, "x", 2, 1, "010", 0, "-7654321", 0, 0]],
            [None, "020", "-1234567"],
            id="anyone's number deep inside",
        ),
        pytest.param(
            ["p", [[1, {"data-calltrack": "service", "href": "tel:0850199999"}], "Bel", 0]],
            ["tel:0201234567", "020 123 4567"],
            id="on a link",
        ),
        pytest.param(
            ["p", [MAIN, [1, {"href": "tel:"}], "010-7654321", 0, 0]],
            ["tel:+31201234567", "020-1234567"],
            id="around a link",
        ),
        pytest.param(
            ["p", [MAIN, [2, {"title": '"010 7654321"<>', "class": "b"}], "", 0, 0]],
            ['"020 1234567"<>', None],
            id="a title in it",
        ),
        pytest.param(["p", [[1, {"data-calltrack": "on"}], "x", 0]], None, id="no key of ours"),
        pytest.param(["p", [[1, {"data-calltrack": "off"}], "", 0]], None, id="opted out"),
    ],
)
def test_a_spot_is_decided_as_on_a_page(spot: Any, values: list[str | None] | None) -> None:
    other = ["t", "", ["085-0199999"], ""]
    assert shown(other, spot, other) == [["020-1234567"], values, ["020-1234567"]]


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        pytest.param(None, "spots: must be a list", id="nothing"),
        pytest.param([[]] * 201, "spots: at most 200, not 201", id="too many"),
        pytest.param([[]], 'spots[0]: must be a list that begins with "t", "l" or "p"', id="empty"),
        pytest.param(
            [[["t"]]], 'spots[0]: must be a list that begins with "t", "l" or "p"', id="x"
        ),
        pytest.param([["t", "", []]], "spots[0]: must have 4 items, not 3", id="short"),
        pytest.param([["l", 1]], "spots[0][1]: must be a text", id="a number"),
        pytest.param([["t", "", "x", ""]], "spots[0][2]: must be a list", id="no parts"),
        pytest.param([["t", "", [2], ""]], "spots[0][2][0]: must be a text, 0, 1 or 3", id="part"),
        pytest.param(
            [["t", "", [True], ""]], "spots[0][2][0]: must be a text, 0, 1 or 3", id="a boolean"
        ),
        pytest.param(
            [["t", "", ["a", "b"], ""]],
            "spots[0][2][1]: two texts stand side by side: make them one",
            id="two texts",
        ),
        pytest.param([["t", "", [], "abc"]], "spots[0][3]: at most 2 characters", id="after"),
        pytest.param(
            [["t", "", ["1" * 1025], ""]],
            "spots[0]: at most 1024 characters, not 1025",
            id="too long",
        ),
        pytest.param(
            [["t", "", [0] * 513, ""]], "spots[0][2]: at most 512 parts, not 513", id="parts"
        ),
        pytest.param(
            [["p", [3]]], "spots[0][1][0]: must be a text, 0, 1, 2 or [1, {…}]", id="linked"
        ),
        pytest.param([["p", []]], "spots[0][1]: each element that begins has its end", id="none"),
        pytest.param([["p", [MAIN]]], "spots[0][1]: each element that begins", id="unclosed"),
        pytest.param([["p", ["x"]]], "spots[0][1]: must be one element", id="no element"),
        pytest.param([["p", [MAIN, 0, "x"]]], "spots[0][1]: must be one element", id="behind it"),
        pytest.param(
            [["p", [[1]]]], "spots[0][1][0]: an element is [1, {…}] or [2, {…}]", id="no values"
        ),
        pytest.param(
            [["p", [[1, {"A>": ""}]]]],
            "spots[0][1][0]: its attributes have names in lower case",
            id="a name",
        ),
        pytest.param(
            [["p", [[1, {"href": 1}]]]], "spots[0][1][0].href: must be a text", id="no text"
        ),
    ],
)
def test_what_is_no_spot_is_refused(sent: Any, message: str) -> None:
    with pytest.raises(SpotError) as refused:
        read_spots(sent)

    assert str(refused.value).startswith(message)


_TEXTS = st.text(st.sampled_from("0185９<>&\"'-+( )#;axé\u00a0\n\r\0\ud83d"), max_size=12)


@given(st.lists(st.tuples(_TEXTS, _TEXTS, _TEXTS), max_size=5))
def test_any_texts_come_back_as_they_were_sent(texts: list[tuple[str, str, str]]) -> None:
    read = read_spots(
        [
            spot
            for before, text, value in texts
            for spot in (
                ["t", before, [text, 1, value, 0], text[:2]],
                ["l", value],
                ["p", [[1, {"class": text, "title": value}], text, 1, "", 0, 2, before, 0, 0]],
            )
        ]
    )

    filled = fill(scan(page_of(read), BINDINGS, charset="utf-8"), lambda _: None)

    assert values_of(filled, read) == [None] * len(read)


def test_a_page_of_other_spots_is_refused() -> None:
    read = read_spots([["l", "tel:"]])

    with pytest.raises(ValueError, match="not one of these"):
        values_of(b"<hr><hr>", read)
    with pytest.raises(ValueError, match="not one of these"):
        values_of(b"", read)
