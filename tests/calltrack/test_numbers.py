"""Every country that phonenumbers knows, with its own example numbers."""

from collections import Counter

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from calltrack.errors import NumberError
from calltrack.numbers import (
    SHORTEST_SPELLING,
    PhoneNumber,
    Spelling,
    digits,
    mould,
    national_text,
    parse,
    print_like,
    spellings,
    usual,
)

KINDS = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.TOLL_FREE)


def examples() -> list[PhoneNumber]:
    found = [
        phonenumbers.example_number_for_type(region, kind)
        for region in sorted(phonenumbers.SUPPORTED_REGIONS)
        for kind in KINDS
    ]
    texts = {phonenumbers.format_number(n, PhoneNumberFormat.E164) for n in found if n}
    return [PhoneNumber(text) for text in sorted(texts)]


EXAMPLES = examples()
COUNTRIES = {number.country_code: number for number in EXAMPLES}
each_country = pytest.mark.parametrize(
    "number", [pytest.param(n, id=f"{n.region}{n}") for n in COUNTRIES.values()]
)
number_strategy = st.sampled_from(EXAMPLES)
size_strategy = st.lists(st.integers(1, 4), min_size=20, max_size=20)


def cut_sizes(length: int, wanted: list[int]) -> list[int]:
    """Cut a length into pieces of the wanted sizes, as long as it lasts."""
    sizes: list[int] = []
    for size in wanted:
        if sum(sizes) < length:
            sizes.append(min(size, length - sum(sizes)))
    return sizes


def caller(written: str) -> str | None:
    """Where somebody is who dials so: in America, in Australia, or anywhere."""
    return next((r for r, p in (("US", "011"), ("AU", "0011")) if written.startswith(p)), None)


def test_the_examples_cover_every_supported_region() -> None:
    regions = {number.region for number in EXAMPLES}

    assert len(regions) > 200
    assert set(phonenumbers.SUPPORTED_REGIONS) - regions <= {
        # No number of their own among the kinds tried; their codes are covered.
        "CA", "GG", "VA", "SJ", "AX", "EH", "BQ", "CC", "CX", "TA", "BL", "MF", "YT", "KZ",
    }  # fmt: skip


@each_country
def test_every_spelling_reads_back_as_its_number(number: PhoneNumber) -> None:
    kept = [n for n in EXAMPLES if n.country_code == number.country_code]

    for one in kept:
        for text, spelling in spellings(one).items():
            if spelling in {Spelling.INTERNATIONAL, Spelling.TRUNK}:
                assert parse("+" + text) == one, text
            elif spelling.is_from_abroad:
                assert parse(text, region=caller(text)) == one, text
            else:
                assert parse(text, region=one.region) == one, text


@each_country
def test_usual_texts_read_back_as_their_number(number: PhoneNumber) -> None:
    for spelling in Spelling:
        if spelling is Spelling.SUBSCRIBER:
            continue
        text = usual(number, spelling)
        region = caller(text) if spelling.is_from_abroad else number.region
        assert parse(text, region=region) == number, text
        assert digits(number, spelling) == "".join(c for c in text if c.isdigit())


def test_spellings_of_different_numbers_do_not_collide_within_a_country() -> None:
    found = Counter(
        (number.country_code, text) for number in EXAMPLES for text in spellings(number)
    )

    assert [text for text, count in found.items() if count > 1] == []


@each_country
def test_no_spelling_is_shorter_than_a_price(number: PhoneNumber) -> None:
    assert min(len(text) for text in spellings(number)) >= SHORTEST_SPELLING


@each_country
def test_printing_a_number_like_itself_changes_nothing(number: PhoneNumber) -> None:
    for spelling in set(spellings(number).values()):
        text = usual(number, spelling)
        assert print_like(number, text, old=number) == text


@given(number_strategy, number_strategy, size_strategy)
def test_as_many_groups_come_out_as_the_old_text_has(
    old: PhoneNumber, new: PhoneNumber, wanted: list[int]
) -> None:
    for text, spelling in spellings(old).items():
        sizes = cut_sizes(len(text), wanted)

        groups = mould(old, text, tuple(sizes)).groups(new)

        assert len(groups) == len(sizes)
        written = "".join(groups)
        if spelling in {Spelling.INTERNATIONAL, Spelling.TRUNK}:
            written = "+" + written
        region = caller(written) if spelling.is_from_abroad else old.region
        assert parse(written, region=region) == new, (groups, spelling)


@given(number_strategy, size_strategy, st.data())
def test_numbers_of_the_same_length_are_exchanged_digit_for_digit(
    old: PhoneNumber, wanted: list[int], data: st.DataObject
) -> None:
    tail = len(old.national) - 4
    new = PhoneNumber(
        old.e164[: len(old.e164) - tail]
        + data.draw(st.text("0123456789", min_size=tail, max_size=tail))
    )
    shared = set(spellings(old).values()) & set(spellings(new).values())

    for text, spelling in spellings(old).items():
        twins = [t for t, s in spellings(new).items() if s is spelling and len(t) == len(text)]
        if spelling in shared and twins:
            sizes = cut_sizes(len(text), wanted)
            groups = mould(old, text, tuple(sizes)).groups(new)
            assert [len(group) for group in groups] == sizes
            assert "".join(groups) in twins


@given(number_strategy, number_strategy)
def test_a_pattern_filled_with_another_number_and_back_is_the_pattern(
    old: PhoneNumber, new: PhoneNumber
) -> None:
    if old.country_code != new.country_code or len(old.national) != len(new.national):
        return
    for spelling in (Spelling.INTERNATIONAL, Spelling.TRUNK, Spelling.DIALLED):
        text = usual(old, spelling, separator=" - ")
        assert print_like(old, print_like(new, text, old=old), old=new) == text


@pytest.mark.parametrize(
    ("text", "region", "e164"),
    [
        pytest.param("085 - 0199 999", "NL", "+31850199999", id="dash"),
        pytest.param("(085) 019 99 99", "NL", "+31850199999", id="brackets"),
        pytest.param("085.019.99.99", "NL", "+31850199999", id="dots"),
        pytest.param("085/0199999", "NL", "+31850199999", id="slash"),
        pytest.param("+31 (0)85 019 99 99", None, "+31850199999", id="trunk prefix"),
        pytest.param("0031 (0)85 019 99 99", None, "+31850199999", id="dialled from anywhere"),
        pytest.param("0031 85 0199999", "NL", "+31850199999", id="dialled from home"),
        pytest.param("0031 85 0199999", "US", "+31850199999", id="00 where 011 is dialled"),
        pytest.param("011 31 85 0199999", "US", "+31850199999", id="011"),
        pytest.param("0011 31 800 1234", "AU", "+318001234", id="0011"),
        pytest.param("1 310-1234", "CA", "+13101234", id="short, and whole"),
        pytest.param("(+31) 85 0199999", None, "+31850199999", id="plus in brackets"),
        pytest.param("0057 601 2345678", "CO", "+576012345678", id="00 where 005 is dialled"),
        pytest.param("00 31 99 999 9999", "US", "+31999999999", id="00, range not in use"),
        pytest.param("31850199999", "NL", "+31850199999", id="bare country code"),
        pytest.param("＋31 ８５ 0199999", None, "+31850199999", id="full-width"),
        pytest.param("\u202a+31 85 019\u00a099\u200999\u202c", None, "+31850199999", id="pasted"),
        pytest.param("085\u20110199\u2212999", "NL", "+31850199999", id="odd dashes"),
        pytest.param("8 (495) 123-45-67", "RU", "+74951234567", id="Russia"),
        pytest.param("495 123-45-67", "RU", "+74951234567", id="Russia, no prefix"),
        pytest.param("1-415-555-2671", "US", "+14155552671", id="United States"),
        pytest.param("06 1234 5678", "IT", "+390612345678", id="Italy keeps its zero"),
        pytest.param("12 34 56 78", "DK", "+4512345678", id="Denmark has no prefix"),
        pytest.param("06 1 234 5678", "HU", "+3612345678", id="Hungary's prefix is 06"),
        pytest.param("8 017 212-34-56", "BY", "+375172123456", id="Belarus from afar"),
        pytest.param("(017) 212-34-56", "BY", "+375172123456", id="Belarus"),
        pytest.param("011 15-2345-6789", "AR", "+5491123456789", id="Argentina's 15"),
        pytest.param("00800 1234 5678", "NL", "+80012345678", id="no country's"),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, region: str | None, e164: str) -> None:
    assert parse(text, region=region).e164 == e164


@pytest.mark.parametrize(
    ("text", "region", "reason"),
    [
        pytest.param("", "NL", "it holds no digits", id="empty"),
        pytest.param("call us", "NL", "it holds no digits", id="words"),
        pytest.param("Tel: 085 0199999", "NL", "more than digits", id="a word before"),
        pytest.param("085 0199999 ext. 12", "NL", "more than digits", id="extension"),
        pytest.param("085 0199999+", "NL", "more than digits", id="plus at the end"),
        pytest.param("010 1234567", None, "write it with its country code", id="no country"),
        pytest.param("010 1234567", "XX", "write it with its country code", id="unknown region"),
        pytest.param("+999 123456", None, "its country is not known", id="unknown code"),
        pytest.param("010", "NL", "too short", id="too short"),
        pytest.param("1", "NL", "too short", id="one digit"),
        pytest.param("+31 85 0199 999 999 999", None, "too long", id="too long"),
        pytest.param("9" * 9999, "NL", "too long", id="much too long"),
        pytest.param("555-2671", "US", "its area code is missing", id="no area code"),
        pytest.param("085 0199999/010 1234567", "NL", "too long", id="two numbers"),
        pytest.param("+45 1234567", None, "too short for its country", id="short for its country"),
        pytest.param("NL91 ABNA 0417 1643 00", "NL", "more than digits", id="IBAN"),
    ],
)
def test_what_is_no_number_is_refused_with_a_reason(
    text: str, region: str | None, reason: str
) -> None:
    with pytest.raises(NumberError, match=reason) as refused:
        parse(text, region=region)

    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    "text",
    ["", "31850199999", "+31 850199999", "+0850199999", "+31", "+99912345678", "+3185019999999999"],
)
def test_a_value_that_is_no_e164_number_is_refused(text: str) -> None:
    with pytest.raises(NumberError, match="is no phone number of the form"):
        PhoneNumber(text)


def test_a_number_knows_its_country() -> None:
    number = PhoneNumber("+31850199999")

    assert (number.country_code, number.national, number.region) == (31, "850199999", "NL")
    assert PhoneNumber("+390612345678").national == "0612345678"
    assert PhoneNumber("+14165550123").region == "CA"
    assert PhoneNumber("+80012345678").region == "001"
    assert str(number) == "+31850199999"


@pytest.mark.parametrize(
    ("e164", "expected"),
    [
        pytest.param(
            "+31850199999",
            {
                "31850199999": Spelling.INTERNATIONAL,
                "0031850199999": Spelling.DIALLED,
                "01131850199999": Spelling.DIALLED,
                "001131850199999": Spelling.DIALLED,
                "310850199999": Spelling.TRUNK,
                "00310850199999": Spelling.DIALLED_TRUNK,
                "011310850199999": Spelling.DIALLED_TRUNK,
                "0011310850199999": Spelling.DIALLED_TRUNK,
                "0850199999": Spelling.NATIONAL,
            },
            id="Netherlands",
        ),
        pytest.param(
            "+74951234567",
            {
                "74951234567": Spelling.INTERNATIONAL,
                "0074951234567": Spelling.DIALLED,
                "01174951234567": Spelling.DIALLED,
                "001174951234567": Spelling.DIALLED,
                "784951234567": Spelling.TRUNK,
                "00784951234567": Spelling.DIALLED_TRUNK,
                "011784951234567": Spelling.DIALLED_TRUNK,
                "0011784951234567": Spelling.DIALLED_TRUNK,
                "84951234567": Spelling.NATIONAL,
                "4951234567": Spelling.SUBSCRIBER,
            },
            id="Russia",
        ),
        pytest.param(
            "+14155552671",
            {
                "14155552671": Spelling.INTERNATIONAL,
                "0014155552671": Spelling.DIALLED,
                "01114155552671": Spelling.DIALLED,
                "001114155552671": Spelling.DIALLED,
                "4155552671": Spelling.NATIONAL,
            },
            id="United States",
        ),
        pytest.param(
            "+4512345678",
            {
                "4512345678": Spelling.INTERNATIONAL,
                "004512345678": Spelling.DIALLED,
                "0114512345678": Spelling.DIALLED,
                "00114512345678": Spelling.DIALLED,
                "12345678": Spelling.NATIONAL,
            },
            id="Denmark",
        ),
        pytest.param(
            "+80012345678",
            {
                "80012345678": Spelling.INTERNATIONAL,
                "0080012345678": Spelling.DIALLED,
                "01180012345678": Spelling.DIALLED,
                "001180012345678": Spelling.DIALLED,
            },
            id="no country's",
        ),
    ],
)
def test_every_usual_spelling_is_known(e164: str, expected: dict[str, Spelling]) -> None:
    assert dict(spellings(PhoneNumber(e164))) == expected


@pytest.mark.parametrize(
    ("e164", "spelling", "text"),
    [
        pytest.param("+31850199999", Spelling.NATIONAL, "085 019 9999", id="NL"),
        pytest.param("+31850199999", Spelling.INTERNATIONAL, "+31 85 019 9999", id="NL abroad"),
        pytest.param("+31850199999", Spelling.DIALLED, "0031 85 019 9999", id="NL dialled"),
        pytest.param("+31850199999", Spelling.TRUNK, "+31 (0)85 019 9999", id="NL trunk"),
        pytest.param("+31850199999", Spelling.SUBSCRIBER, "85 019 9999", id="NL bare"),
        pytest.param("+74951234567", Spelling.NATIONAL, "8 (495) 123-45-67", id="RU"),
        pytest.param("+14155552671", Spelling.NATIONAL, "(415) 555-2671", id="US"),
        pytest.param("+14155552671", Spelling.TRUNK, "+1 415-555-2671", id="US has no trunk"),
        pytest.param("+80012345678", Spelling.NATIONAL, "+800 1234 5678", id="no country's"),
        pytest.param("+31999999999", Spelling.NATIONAL, "0999999999", id="range not in use"),
    ],
)
def test_numbers_are_written_as_is_usual_in_their_country(
    e164: str, spelling: Spelling, text: str
) -> None:
    assert usual(PhoneNumber(e164), spelling) == text


def test_a_separator_of_ones_own_stands_between_all_groups() -> None:
    number = PhoneNumber("+14155552671")

    assert usual(number, Spelling.NATIONAL, separator="-") == "415-555-2671"
    assert usual(number, Spelling.INTERNATIONAL, separator=".") == "+1.415.555.2671"


def test_a_number_without_a_known_pattern_still_has_its_prefix() -> None:
    number = PhoneNumber("+31123456789012")

    assert national_text(number) == "0123456789012"
    assert "0123456789012" in spellings(number)


@pytest.mark.parametrize(
    ("new", "pattern", "old", "expected"),
    [
        ("+31850199999", "020 - 1234 567", "+31201234567", "085 - 0199 999"),
        ("+31850199999", "+31 (0)20 123 45 67", "+31201234567", "+31 (0)85 019 99 99"),
        ("+31850199999", "0031201234567", "+31201234567", "0031850199999"),
        ("+31850199999", "０２０ 1234567", "+31201234567", "085 0199999"),
        ("+74957654321", "495 123-45-67", "+74951234567", "495 765-43-21"),
        ("+74957654321", "8-495-123-45-67", "+74951234567", "8-495-765-43-21"),
        ("+14155552671", "1.212.555.0123", "+12125550123", "1.415.555.2671"),
        ("+5511961234567", "0 11 2345-6789", "+551123456789", "0 11 96123-4567"),
        pytest.param("+318001234", "(020) 123 45 67", "+31201234567", "(0800) 12 34", id="shorter"),
        pytest.param("+318001234", "+31(0)201234567", "+31201234567", "+31(0)8001234", id="glued"),
        ("+4915123456789", "030 / 12 34 56", "+4930123456", "01512 / 34 56 789"),
        pytest.param("+3225551234", "(020) 1234567", "+31201234567", "(+32) 25551234", id="abroad"),
        pytest.param("+4512345678", "+31 (0)20-1234567", "+31201234567", "+45 12345678", id="no 0"),
        ("+4512345678", "+31 (020) 123 4567", "+31201234567", "+45 123 45678"),
        pytest.param("+14155552671", "0201234567", "+31201234567", "+14155552671", id="one group"),
        ("+31850199999", "1-415-555-2671", "+14155552671", "+31-85-019-9999"),
        ("+31850199999", "415 26 71", "+14155552671", "+31 85 019 9999"),
        pytest.param("+31850199999", "+31 20", "+31201234567", "+31 85 019 9999", id="half"),
        pytest.param("+31850199999", "1234567", "+31201234567", "085 019 9999", id="no area code"),
    ],
)  # fmt: skip
def test_the_pattern_of_the_old_number_stays(
    new: str, pattern: str, old: str, expected: str
) -> None:
    assert print_like(PhoneNumber(new), pattern, old=PhoneNumber(old)) == expected


def test_numbers_sort_and_count_as_values() -> None:
    first, second = PhoneNumber("+31201234567"), PhoneNumber("+31850199999")

    assert sorted([second, first]) == [first, second]
    assert len({first, PhoneNumber("+31201234567"), second}) == 2
