"""Every phone number of a page is listed, with the reason why it is replaced or left alone."""

import pytest

from calltrack.numbers import PhoneNumber
from proxy.rewrite import Bindings, Finding, Outcome, Rule, explain
from tests.proxy.rewrite.oracle import BINDINGS, OURS

OTHER = PhoneNumber("+31107654321")

REPLACED = {"forwarding-number", "in-placeholder", "placeholder-content"}
REASONS = [
    # the page, place, text, number, rule, reason
    ("<p>085 0199 999", "text", "085 0199 999", OURS, "forwarding-number", "a forwarding number"),
    (
        "<a href=tel:+31850199999>",
        "link",
        "31850199999",
        OURS,
        "forwarding-number",
        "a forwarding number",
    ),
    (
        "<b title=0850199999>",
        "attribute",
        "0850199999",
        OURS,
        "forwarding-number",
        "a forwarding number",
    ),
    (
        "<i class=qooqie-number-placeholder>010 7654321</i>",
        *("text", "010 7654321", OTHER, "in-placeholder", "in a placeholder"),
    ),
    (
        "<i class=qooqie-number-placeholder>Bel</i>",
        *("placeholder", "Bel", None, "placeholder-content", "a placeholder's content"),
    ),
    (
        "<i class=qooqie-number-placeholder><b>Bel</b></i>",
        *("placeholder", "<b>Bel</b>", None, "placeholder-with-elements"),
        "a placeholder with child elements and without a number",
    ),
    (
        "<img class=qooqie-number-placeholder>",
        *("placeholder", "<img class=qooqie-number-placeholder>", None, "placeholder-without-text"),
        "a placeholder that can hold no text",
    ),
    (
        "<p><i class=qooqie-number-placeholder>Bel</p>",
        *("placeholder", "Bel", None, "placeholder-without-end"),
        "a placeholder without a number that never ends, or is too long",
    ),
    (
        "010 7654321",
        "text",
        "010 7654321",
        OTHER,
        "not-a-forwarding-number",
        "not a forwarding number that is looked for",
    ),
    (
        "+49 30 1234567",
        *("text", "+49 30 1234567", PhoneNumber("+49301234567"), "not-a-forwarding-number"),
        "not a forwarding number that is looked for",
    ),
    (
        "order 2024-0850199999-17",
        *("text", "0850199999", OURS, "tied-to-longer-number", "part of a longer number"),
    ),
    (
        "20240850199999",
        "text",
        "20240850199999",
        OURS,
        "tied-to-longer-number",
        "part of a longer number",
    ),
    ("x0850199999", "text", "0850199999", OURS, "letters-touch", "letters or signs touch it"),
    ("NL02 ABNA 0850 1999 99", "text", "0850 1999 99", OURS, "iban", "part of an IBAN"),
    ("wa.me/31850199999", "text", "31850199999", OURS, "address", "inside an address"),
    (
        "+49 (0)85 0199999",
        *("text", "0)85 0199999", OURS, "abroad", "part of another country's number"),
    ),
    (
        "+0850199999",
        *("text", "+0850199999", OURS, "not-international"),
        "no international number, though written with a +",
    ),
    (
        "<p data-calltrack=off>085 0199999",
        *("text", "085 0199999", OURS, "opted-out", "in an opt-out region"),
    ),
    (
        "<p data-calltrack=off title='085 0199999'>",
        *("attribute title", "085 0199999", OURS, "opted-out", "in an opt-out region"),
    ),
    (
        "<p data-calltrack=off><a href=tel:0850199999>",
        *("link", "0850199999", OURS, "opted-out", "in an opt-out region"),
    ),
    ("<script>a='0850199999'", "script", "0850199999", OURS, "inside-script", "inside <script>"),
    ("<style>0850199999</style>", "style", "0850199999", OURS, "inside-style", "inside <style>"),
    ("<title>085 0199999</title>", "title", "085 0199999", OURS, "inside-title", "inside <title>"),
    (
        "<textarea>0850199999",
        "textarea",
        "0850199999",
        OURS,
        "inside-textarea",
        "inside <textarea>",
    ),
    ("<!-- 0850199999 -->", "comment", "0850199999", OURS, "comment", "inside a comment"),
    (
        "<!x 0850199999 >",
        *("declaration", "0850199999", OURS, "declaration", "inside a declaration or a broken tag"),
    ),
    (
        "<p title='0850199999",
        *("declaration", "0850199999", OURS, "declaration", "inside a declaration or a broken tag"),
    ),
    (
        "<svg><![CDATA[0850199999]]></svg>",
        *("CDATA", "0850199999", OURS, "cdata", "inside a CDATA section"),
    ),
    (
        "<meta content='085 0199999'>",
        *(
            "attribute content",
            "085 0199999",
            OURS,
            "attribute-not-text",
            "in the attribute content of <meta>",
        ),
    ),
    (
        "<img alt='085 0199999'>",
        *(
            "attribute alt",
            "085 0199999",
            OURS,
            "attribute-not-text",
            "in the attribute alt of <img>",
        ),
    ),
    (
        "<a href='https://wa.me/31850199999'>",
        *("link", "31850199999", OURS, "no-phone-link", "in a link that is no phone link"),
    ),
]


@pytest.mark.parametrize(
    ("html", "place", "text", "number", "rule", "reason"),
    [pytest.param(*row, id=row[0]) for row in REASONS],
)
def test_a_number_is_listed_with_its_reason(
    html: str, place: str, text: str, number: PhoneNumber | None, rule: str, reason: str
) -> None:
    before = "<p>tekst</p>\n\n"

    (finding,) = explain((before + html).encode(), BINDINGS)

    assert finding == Finding(
        offset=len(before) + html.index(text),
        line=3,
        column=html.index(text) + 1,
        place=place,
        text=text,
        number=number,
        outcome=Outcome.REPLACED if rule in REPLACED else Outcome.LEFT,
        rule=Rule(rule),
        reason=reason,
    )


def test_numbers_are_listed_in_their_order() -> None:
    html = (
        b"<title>0850199999</title>\n<p>085 0199999 010 7654321\n<!-- 0850199999 -->"
        b"<a href='tel:0850199999' alt=0850199999>085 0199999"
    )

    found = explain(html, BINDINGS)

    assert [finding.offset for finding in found] == sorted(finding.offset for finding in found)
    assert [(finding.line, str(finding.outcome)) for finding in found] == [
        (1, "left"),
        (2, "replaced"),
        (2, "left"),
        (3, "left"),
        (3, "replaced"),
        (3, "left"),
        (3, "replaced"),
    ]


def test_a_page_that_is_given_up_says_so() -> None:
    html = b"<p>0850199999<p title='" + b"x" * 100_000 + b"'>0850199999"

    found = explain(html, BINDINGS)

    assert [finding.outcome for finding in found] == [Outcome.REPLACED, Outcome.LEFT]
    assert "over 64 KB" in found[1].reason


def test_a_charset_that_is_not_followed_is_told() -> None:
    (finding,) = explain(b"<p>0850199999", BINDINGS, charset="iso-2022-kr")

    assert finding.reason == "the charset iso-2022-kr is not followed"


def test_offsets_are_those_of_the_page_in_any_charset() -> None:
    html = "<p>tel\n085 0199999 010 7654321".encode("utf-16-le")

    found = explain(html, BINDINGS, charset="utf-16le")

    assert [(f.offset, f.line, f.text) for f in found] == [
        (14, 2, "085 0199999"),
        (38, 2, "010 7654321"),
    ]


def test_a_page_without_numbers_has_nothing_to_list() -> None:
    assert explain(b"<p>Sinds 1984, 12.345 klanten, KvK 12345678, 1012 AB", BINDINGS) == []
    assert explain(b"", Bindings()) == []


def test_without_bindings_numbers_are_listed_all_the_same() -> None:
    (finding,) = explain(b"<p>085 0199999", Bindings())

    assert (finding.number, finding.outcome) == (OURS, Outcome.LEFT)
    assert finding.reason == "not a forwarding number that is looked for"


@pytest.mark.timeout(60)  # it takes a second; four minutes, were each text read to the next number
def test_a_long_page_with_a_number_at_its_end_is_read_once() -> None:
    html = b"<p>x</p>\n" * 60_000 + b"085 0199999"

    (finding,) = explain(html, BINDINGS)

    assert (finding.line, finding.column) == (60_001, 1)


def test_elements_nested_without_an_end_cost_no_more_than_others() -> None:
    html = b"<div>" * 50_000 + b"085 0199999" + b"</div>" * 50_000 + b"010 7654321"

    found = explain(html, BINDINGS)

    assert [one.rule for one in found] == [Rule.FORWARDING_NUMBER, Rule.NOT_A_FORWARDING_NUMBER]


RULES = [
    (
        "<select><option title='0850199999'>0850199999</select>0850199999",
        ["form-choice", "form-choice", "forwarding-number"],
        "a form's choices",
    ),
    (
        "<select data-calltrack=off><option>0850199999</select>",
        ["form-choice"],
        "a form's choices, opted out",
    ),
    (
        "<p data-calltrack=off><select><option>0850199999</select>0850199999</p>0850199999",
        ["opted-out", "opted-out", "forwarding-number"],
        "choices in an opt-out",
    ),
    (
        "<xmp>0850199999</xmp><iframe>0850199999</iframe>",
        ["inside-raw-text", "inside-raw-text"],
        "other raw text",
    ),
    ("<svg><a xlink:href='tel:0850199999'>", ["forwarding-number"], "xlink"),
    ("<svg><a xlink:href='tel:0107654321'>", ["not-a-forwarding-number"], "x"),
    ("<a xlink:href='x?0850199999'>", ["no-phone-link"], "no phone link"),
    (
        "<i class=qooqie-number-placeholder><b alt=0850199999>Bel</b></i>",
        ["placeholder-with-elements", "attribute-not-text"],
        "a placeholder ends where the number in it begins",
    ),
    (
        "<p>0850199999<p title='" + "x" * 100_000 + "'>0850199999",
        ["forwarding-number", "gave-up"],
        "a page that is given up",
    ),
    (
        "<a href='tel:0107654321,0850199999'>",
        ["not-a-forwarding-number", "not-whole"],
        "a link dials its first number",
    ),
]


@pytest.mark.parametrize(("html", "rules"), [pytest.param(*row[:2], id=row[2]) for row in RULES])
def test_a_rule_says_why(html: str, rules: list[str]) -> None:
    found = explain(html.encode(), BINDINGS)

    assert [one.rule for one in found] == rules


def test_each_rule_has_its_page_here() -> None:
    tried = {row[-2] for row in REASONS} | {rule for row in RULES for rule in row[1]}

    assert tried == set(Rule)
