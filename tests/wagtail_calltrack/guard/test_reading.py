"""In which written forms a number is found in a text, and what only looks like one."""

import pytest

from calltrack.numbers import PhoneNumber
from wagtail_calltrack.guard.reading import Marks, numbers_in
from wagtail_calltrack.guard.stock import runs_in, stock_of

OURS = PhoneNumber("+31207654301")

WRITTEN = [
    pytest.param("Bel 020 765 43 01.", "020 765 43 01", id="national"),
    pytest.param("0207654301", "0207654301", id="digits only"),
    pytest.param("(020) 765-4301", "(020) 765-4301", id="brackets and dash"),
    pytest.param("020.765.43.01", "020.765.43.01", id="dots"),
    pytest.param("020/7654301", "020/7654301", id="slash"),
    pytest.param("+31 20 765 43 01", "+31 20 765 43 01", id="international"),
    pytest.param("+31 (0)20 765 43 01", "+31 (0)20 765 43 01", id="with the zero in brackets"),
    pytest.param("0031 20 765 43 01", "0031 20 765 43 01", id="dialled from abroad"),
    pytest.param("020&nbsp;765&#160;43&thinsp;01", "020 765 43 01", id="entities"),
    pytest.param("020\u00a0765\u202f43\u200b01", "020 765 43\u200b01", id="odd blanks"),
    pytest.param("０２０７６５４３０１", "０２０７６５４３０１", id="full-width digits"),
    pytest.param("&#48;20 765 43 01", "020 765 43 01", id="a digit as an entity"),
    pytest.param("<b>020</b> 765 <i>43</i> 01", "020 765 43 01", id="over inline tags"),
    pytest.param('<a href="tel:+31207654301">Bel</a>', "+31207654301", id="a phone link"),
    pytest.param('<a href="tel:%2B31%2020%207654301">Bel</a>', "31%2020%20", id="an encoded link"),
    pytest.param('<img alt="Bel 020 765 43 01">', "020 765 43 01", id="an alt text"),
    pytest.param('<a title="020 765 43 01">x</a>', "020 765 43 01", id="a title"),
    pytest.param('<a data-phone="0207654301">x</a>', "0207654301", id="any attribute"),
    pytest.param('<a href="sms:+31207654301">x</a>', "+31207654301", id="a link to write to it"),
    pytest.param("https://wa.me/31207654301", "31207654301", id="an address of a messenger"),
    pytest.param("https://x.example/?phone=31207654301", "31207654301", id="an address's query"),
    pytest.param("tel:%2B31207654301", "31207654301", id="an encoded address"),
    pytest.param('{"telephone": "+31-20-765-4301"}', "+31-20-765-4301", id="JSON"),
    pytest.param("<script>x('020 7654301')</script>", "020 7654301", id="a script"),
    pytest.param("<!-- 020 7654301 -->", "020 7654301", id="a comment"),
    pytest.param("<p data-calltrack=off>020 7654301</p>", "020 7654301", id="an opt-out"),
    pytest.param("bel-020-765-43-01", "020-765-43-01", id="a slug"),
    pytest.param("[Bel](tel:0207654301)", "0207654301", id="Markdown"),
    pytest.param("wit < zwart 020 765 43 01 & meer", "020 765 43 01", id="plain text with signs"),
]

NOT_OURS = [
    pytest.param("NL91ABNA0207654301", id="an IBAN"),
    pytest.param("NL91 ABNA 0207 6543 01", id="an IBAN in groups"),
    pytest.param('<img alt="NL91 ABNA 0207 6543 01">', id="an IBAN in an attribute"),
    pytest.param("<script>'NL91ABNA0207654301'</script>", id="an IBAN in a script"),
    pytest.param("Order 2024-0207654301-17", id="an order number"),
    pytest.param("Order 10207654301", id="a longer order number"),
    pytest.param("ABC0207654301", id="an article's number"),
    pytest.param("€ 207.654.301", id="a price"),
    pytest.param("020 123 45 67", id="a forwarding number"),
    pytest.param("020 765 43 02", id="a neighbour"),
    pytest.param("010 765 43 01", id="the same digits in another town"),
    pytest.param("+32 207654301", id="the same digits abroad"),
    pytest.param("2020 7654 3010", id="other digits around it"),
    pytest.param("<p>020</p><p>7654301</p>", id="two paragraphs"),
    pytest.param("", id="nothing"),
]


@pytest.mark.parametrize(("text", "written"), WRITTEN)
def test_a_number_is_found_however_it_is_written(text: str, written: str) -> None:
    found = list(numbers_in(text, frozenset({OURS})))

    assert {one.number for one in found} == {OURS}
    assert found[0].written.startswith(written)


@pytest.mark.parametrize(("text", "written"), WRITTEN)
def test_the_quick_answer_never_says_no_to_a_number(text: str, written: str) -> None:
    assert stock_of([str(OURS)]).near(runs_in(text)) == {OURS}


@pytest.mark.parametrize("text", NOT_OURS)
def test_what_only_looks_like_a_number_is_none(text: str) -> None:
    assert list(numbers_in(text, frozenset({OURS}))) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Wij zijn open van 9 tot 17 uur, ook op 12 mei.", id="hours"),
        pytest.param("€ 12,50 per m², vanaf 1998", id="prices and years"),
        pytest.param("1012 AB", id="a postcode"),
        pytest.param("a1b2c3d4e5f6a7b8", id="a code"),
    ],
)
def test_a_text_without_digits_enough_asks_for_no_numbers(text: str) -> None:
    assert runs_in(text) == []


@pytest.mark.parametrize(
    ("text", "is_marked"),
    [
        pytest.param(
            '<a href="tel:+31207654301" data-calltrack="head">020 765 43 01</a>', True, id="key"
        ),
        pytest.param('<b class="phone">020 765 43 01</b>', True, id="class"),
        pytest.param("<p data-calltrack=off>020 765 43 01</p>", True, id="opted out"),
        pytest.param('<b data-calltrack="gone">020 765 43 01</b>', False, id="a key that is none"),
        pytest.param("<b>020 765 43 01</b>", False, id="plain"),
    ],
)
def test_a_placeholder_around_a_number_is_told(text: str, is_marked: bool) -> None:
    marks = Marks(frozenset({"head"}), {"phone": "head"})

    found = list(numbers_in(text, frozenset({OURS}), marks))

    assert {one.is_marked for one in found} == {is_marked}


def test_ten_thousand_numbers_cost_no_more_than_one_that_may_stand_there() -> None:
    stock = stock_of(f"+3120{number}" for number in range(7650000, 7660000))

    near = stock.near(runs_in("Bel 020 765 43 01, IBAN NL91 ABNA 0417 1643 00"))

    assert near == {OURS}
