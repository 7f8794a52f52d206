"""Numbers of every region, in every format that phonenumbers has, are found and exchanged."""

import html
import re
from collections.abc import Iterator, Mapping
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calltrack.dialling import national_prefixes
from calltrack.numbers import SHORTEST_SPELLING, PhoneNumber, Spelling, spellings
from proxy.rewrite import Bindings, Slot, fill, scan
from proxy.rewrite.alphabet import SEPARATORS_MAX
from tests.proxy.rewrite.world import EVERYWHERE, REGIONS, Print, examples, others, prints, read

TOO_SHORT = {"NU": 4, "TA": 4, "TK": 4}
"""Regions whose numbers have so few digits at home that they may be years and prices; they are
found with their country code."""

TAG = re.compile("<[^ >]*")

TWO_PREFIXES = {370, 375}
"""Lithuania dials 0 or 8, Belarus 80 or 0: in a free pattern another number may get the usual one
where the other stood. Both are dialled."""

each_region = pytest.mark.parametrize("region", [pytest.param(r, id=str(r)) for r in EVERYWHERE])


def is_too_short(printed: Print) -> bool:
    """Say whether so few digits are not looked for."""
    digits = re.sub(r"<[^>]*>|&[^;]*;|\D", "", printed.html)
    return "link" not in printed.name and len(digits) < SHORTEST_SPELLING


Shown = Mapping[PhoneNumber, PhoneNumber]


def exchanged(lines: list[str], *shows: Shown) -> Iterator[list[str]]:
    """Rewrite a page of these lines, once for each way to show other numbers."""
    page = "\n".join(f"<p>{line}</p>" for line in lines).encode()
    pieces = scan(page, Bindings(numbers=frozenset(shows[0])))
    for shown in shows:
        after = fill(pieces, partial(in_place, shown)).decode()
        yield re.findall("<p>(.*?)</p>", after, re.DOTALL)


def in_place(shown: Shown, slot: Slot) -> PhoneNumber | None:
    """Give what a slot shows."""
    return shown[slot.number] if slot.number else None


def shape(line: str) -> str:
    """Give a line without its digits' values."""
    return re.sub(r"\d", "9", line)


@each_region
def test_numbers_take_the_places_of_others_of_their_region_in_all_formats(
    region: str | int,
) -> None:
    alike = others(examples(region))
    other_kind = dict(zip(alike, [*list(alike)[1:], *alike.values()], strict=False))
    rows = [(old, row) for old in alike for row in prints(old, region) if not is_too_short(row)]

    pages = exchanged([row.html for _, row in rows], alike, other_kind)

    for (old, row), same_length, any_length in zip(rows, *pages, strict=True):
        assert row.read(same_length) == alike[old].e164, (row, same_length)
        assert shape(same_length) == shape(row.html), (row, same_length)
        assert row.read(any_length) == other_kind[old].e164, (row, any_length)
        assert TAG.findall(any_length) == TAG.findall(row.html), (row, any_length)


def test_numbers_of_four_digits_are_left_alone_at_home_and_there_are_few() -> None:
    short = {
        region: len(re.sub(r"\D", "", row.html))
        for region in REGIONS
        for number in examples(region)
        for row in prints(number, region)
        if row.name == "national" and is_too_short(row)
    }

    assert short == TOO_SHORT
    for region in TOO_SHORT:
        (number, *_) = examples(region)
        lines = [row.html for row in prints(number, region) if is_too_short(row)]
        assert lines
        assert next(exchanged(lines, others([number]))) == lines


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("001 31 85 019 9999", id="from Guyana and Mongolia"),
        pytest.param("009 31 85 019 9999", id="from Nigeria"),
    ],
)
def test_behind_00_and_a_digit_another_countrys_number_begins(written: str) -> None:
    ours = PhoneNumber("+31850199999")

    assert next(exchanged([written], others([ours]))) == [written]


EVERY = [number for region in EVERYWHERE for number in examples(region)]
SEPARATORS = (
    *("-", ".", "/", "(", ")", " ", "\u00a0", "\u2009", "\u200b", "\u2011", "\u2212", "\uff0e"),
    *("&nbsp;", "&#160;", "&#xa0;", "&thinsp;", "&shy;", "&ndash;", "&#8209;", "&zwj;", "&#47;"),
)
TAGS = ("<b>", "</b>", '<span class="a 1">', "</span>", "<i\n>", "<wbr>", "<a href=/x>", "</A>")
some_numbers = st.sampled_from(EVERY)
some_gaps = st.lists(st.sampled_from(SEPARATORS), max_size=SEPARATORS_MAX).flatmap(
    lambda gap: st.lists(st.sampled_from(TAGS), max_size=2).map(lambda tags: [*tags, *gap])
)


@st.composite
def some_patterns(draw: st.DrawFn, number: PhoneNumber) -> tuple[str, Spelling]:
    """Write a number in any way: a spelling of it, cut anywhere, with anything in the gaps."""
    digits, spelling = draw(st.sampled_from(sorted(spellings(number).items())))
    plus = "+" if spelling in {Spelling.INTERNATIONAL, Spelling.TRUNK} else ""
    cuts = draw(st.sets(st.integers(1, len(digits) - 1), max_size=6))
    gaps = {cut: "".join(draw(st.permutations(draw(some_gaps)))) for cut in sorted(cuts)}
    return plus + "".join(gaps.get(at, "") + digit for at, digit in enumerate(digits)), spelling


def where_read(spelling: Spelling, line: str, home: str) -> str:
    """Name a region in which digits of this spelling are read as what they are."""
    if not spelling.is_from_abroad:
        return home
    dialled = re.sub(r"\D", "", plain(line))
    return next(
        (r for start, r in (("0011", "AU"), ("011", "US")) if dialled.startswith(start)), "NL"
    )


def plain(line: str) -> str:
    """Keep the digits of a line, and a plus."""
    text = html.unescape(re.sub("<[^>]*>", "", line))
    return "".join(c for c in text if c in "+0123456789")


@settings(max_examples=100, deadline=None)
@given(some_numbers, some_numbers, st.data())
def test_any_number_takes_the_place_of_any_other_in_any_pattern(
    old: PhoneNumber, new: PhoneNumber, data: st.DataObject
) -> None:
    line, spelling = data.draw(some_patterns(old))

    ((after,),) = exchanged([line], {old: new})

    region = where_read(spelling, after, old.region)
    assert read(plain(after), region) == new.e164, (line, after)
    assert re.findall("<[^>]*>", after) == re.findall("<[^>]*>", line)


@settings(max_examples=100, deadline=None)
@given(some_numbers, st.data())
def test_a_number_and_back_gives_the_bytes_that_were(old: PhoneNumber, data: st.DataObject) -> None:
    (new,) = others([old]).values()
    line, _ = data.draw(some_patterns(old))

    ((after,),) = exchanged([line], {old: new})

    ((back,),) = exchanged([after], {new: old})
    assert shape(after) == shape(back) == shape(line)
    assert back == line or old.country_code in TWO_PREFIXES


def test_few_countries_have_two_prefixes() -> None:
    codes = {number.country_code for number in EVERY}

    assert {code for code in codes if len(national_prefixes(code)) > 1} == TWO_PREFIXES
