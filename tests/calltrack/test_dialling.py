"""What is usual in each country: calling codes, prefixes, ranges."""

import phonenumbers
import pytest

from calltrack import dialling


@pytest.mark.parametrize(
    ("e164", "expected"),
    [
        ("+14155552671", (1, "4155552671")),
        ("+74951234567", (7, "4951234567")),
        ("+31850199999", (31, "850199999")),
        ("+390612345678", (39, "0612345678")),
        ("+375172123456", (375, "172123456")),
        ("+80012345678", (800, "12345678")),
        ("+99912345678", None),
    ],
)
def test_the_calling_code_is_cut_off(e164: str, expected: tuple[int, str] | None) -> None:
    assert dialling.split(e164) == expected


@pytest.mark.parametrize(
    ("code", "prefixes"),
    [
        pytest.param(31, ("0",), id="Netherlands"),
        pytest.param(7, ("8",), id="Russia"),
        pytest.param(36, ("06",), id="Hungary"),
        pytest.param(1, ("1",), id="America"),
        pytest.param(45, (), id="Denmark"),
        pytest.param(375, ("80", "0"), id="Belarus"),
        pytest.param(370, ("0", "8"), id="Lithuania"),
        pytest.param(57, (), id="Colombia"),
        pytest.param(800, (), id="no country"),
    ],
)
def test_a_country_has_its_national_prefixes(code: int, prefixes: tuple[str, ...]) -> None:
    assert dialling.national_prefixes(code) == prefixes


@pytest.mark.parametrize("code", sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE))
def test_every_calling_code_can_be_written(code: int) -> None:
    national = "9" * 8

    assert dialling.national_text(code, national)
    assert dialling.international_text(code, national).startswith(f"+{code} ")
    assert dialling.region(code, national)


def test_zeros_at_the_start_are_kept() -> None:
    assert dialling.international_text(39, "0612345678") == "+39 06 1234 5678"
    assert dialling.international_text(39, "00").replace(" ", "") == "+3900"
    assert dialling.international_text(225, "0123456789") == "+225 01 23 45 6789"


def test_the_prefix_is_left_out_where_people_do_so() -> None:
    assert dialling.is_prefix_optional(7, "4951234567")
    assert not dialling.is_prefix_optional(31, "850199999")
    assert dialling.is_prefix_optional(31, "123456789012"), "as phonenumbers writes it"


def test_a_range_that_nobody_has_is_not_in_use() -> None:
    assert dialling.is_in_use(31, "850199999")
    assert not dialling.is_in_use(31, "999999999")
