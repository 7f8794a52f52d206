"""A number that a person enters has all its digits, and is not somebody else's already."""

import pytest
from django.core.exceptions import ValidationError

from calltrack.numbers import PhoneNumber, has_usual_length
from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.importing.cells import CellError, number_of
from wagtail_calltrack.models import Pool, TrackingNumber, Vestiging

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param("+31200199100", True, id="a range that is not given out"),
        pytest.param("+31612345678", True, id="a mobile"),
        pytest.param("+31850199999", True, id="of no place"),
        pytest.param("+318001234", True, id="a short one that is free of charge"),
        pytest.param("+3220199100", True, id="from abroad"),
        pytest.param("+3158019910", False, id="a digit short"),
        pytest.param("+312019910", False, id="two digits short"),
        pytest.param("+3120019910012", False, id="two digits too many"),
    ],
)
def test_a_number_has_a_length_that_is_usual_in_its_country(number: str, expected: bool) -> None:
    assert has_usual_length(PhoneNumber(number)) is expected


@pytest.mark.parametrize("text", ["058 019 910", "+31 20 019 91 00 12"])
def test_a_number_that_lost_a_digit_is_refused_where_it_is_entered(text: str) -> None:
    make_firm()

    with pytest.raises(ValidationError, match="count its digits"):
        TrackingNumber(number=text).full_clean()
    with pytest.raises(ValidationError, match="count its digits"):
        Vestiging(key="x", name="X", forwarding_number=text).full_clean()
    with pytest.raises(CellError, match="count its digits"):
        number_of(text, "NL")


def test_a_tracking_number_is_no_forwarding_number_and_the_field_says_so() -> None:
    make_firm()
    pool = Pool.objects.get(key="utrecht")
    vestiging = Vestiging(key="x", name="X", forwarding_number="020 765 43 01", pool=pool)

    with pytest.raises(ValidationError) as refused:
        vestiging.full_clean()

    assert list(refused.value.message_dict) == ["forwarding_number"]


def test_a_forwarding_number_is_not_rented_and_the_field_names_its_vestiging() -> None:
    make_firm()

    with pytest.raises(ValidationError) as refused:
        TrackingNumber(number="020 123 45 67").full_clean()

    assert "«Amsterdam»" in refused.value.message_dict["number"][0]
