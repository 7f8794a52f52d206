"""A row's number is printed as people write it, and found however they write it."""

import pytest

from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.content.choosers import VestigingSearchForm
from wagtail_calltrack.models import Vestiging
from wagtail_calltrack.phones import abroad, at_home, number_of, shared_digits


@pytest.mark.parametrize(
    ("e164", "home", "elsewhere"),
    [
        pytest.param("+31207654301", "020 765 4301", "+31 20 765 4301", id="a number"),
        pytest.param("+31", "+31", "+31", id="half of one"),
        pytest.param("+999", "+999", "+999", id="none, written by SQL"),
    ],
)
def test_a_number_is_printed_and_what_is_none_stands_as_it_is(
    e164: str, home: str, elsewhere: str
) -> None:
    assert (at_home(e164), abroad(e164)) == (home, elsewhere)
    assert (number_of(e164) is None) == (home == e164)


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        pytest.param("020 765 43 01", "207654301", id="as at home"),
        pytest.param("+31 (0)20 765 43 01", "31207654301", id="with a zero in brackets"),
        pytest.param("0031-20-7654301", "31207654301", id="as dialled abroad"),
        pytest.param("7654", "7654", id="a part"),
        pytest.param("(0)", "", id="no digit that counts"),
    ],
)
def test_the_digits_that_all_forms_share_find_a_number(typed: str, digits: str) -> None:
    found = shared_digits(typed)

    assert found == digits
    assert found in "+31207654301"


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["020 123 45 67", "+31 (0)20 123", "amsterdam"])
def test_a_chooser_finds_a_vestiging_by_its_number_too(typed: str) -> None:
    make_firm()
    form = VestigingSearchForm({"q": typed})

    assert form.is_valid()
    assert [row.key for row in form.filter(Vestiging.objects.all())] == ["amsterdam"]
