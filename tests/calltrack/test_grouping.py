"""Groups of digits: cut, fitted into another number's, and put together again."""

import pytest

from calltrack.grouping import cut, fit, join, kept, regroup

AMSTERDAM = (("",), ("31",), ("0",), ("20",), ("123", "4567"))
AMSTERDAM_AT_HOME = (("0",), ("",), ("",), ("20",), ("123", "4567"))


@pytest.mark.parametrize(
    ("new", "old", "sizes", "expected"),
    [
        pytest.param(
            (("",), ("31",), ("0",), ("800",), ("1234",)),
            AMSTERDAM,
            (2, 1, 2, 3, 4),
            ("31", "0", "800", "12", "34"),
            id="every border shown",
        ),
        pytest.param(
            (("",), ("31",), ("0",), ("800",), ("1234",)),
            AMSTERDAM,
            (12,),
            ("3108001234",),
            id="no border shown",
        ),
        pytest.param(
            (("",), ("31",), ("0",), ("800",), ("1234",)),
            AMSTERDAM,
            (3, 2, 7),
            ("310", "800", "1234"),
            id="country code and trunk prefix in one group",
        ),
        pytest.param(
            (("",), ("45",), ("",), (), ("12345678",)),
            AMSTERDAM,
            (2, 1, 9),
            ("45", "", "12345678"),
            id="no trunk prefix in the new one",
        ),
        pytest.param(
            (("",), ("45",), ("",), (), ("12345678",)),
            AMSTERDAM,
            (2, 3, 7),
            ("45", "", "12345678"),
            id="no area code in the new one",
        ),
        pytest.param(
            (("0",), ("",), ("",), ("85",), ("019", "9999")),
            AMSTERDAM_AT_HOME,
            (2, 2, 6),
            ("085", "019", "9999"),
            id="a group across the border",
        ),
        pytest.param(
            (("0",), ("",), ("",), ("1512",), ("3456789",)),
            AMSTERDAM_AT_HOME,
            (3, 3, 2, 2),
            ("01512", "345", "67", "89"),
            id="longer area code",
        ),
        pytest.param(
            (("",), ("",), ("",), (), ("7012",)),
            (("",), ("",), ("",), ("888",), ("4012",)),
            (3, 4),
            ("7012", ""),
            id="no area code at all: the first group is filled",
        ),
    ],
)
def test_borders_of_the_old_text_stay_where_they_mean_the_same(
    new: tuple[tuple[str, ...], ...],
    old: tuple[tuple[str, ...], ...],
    sizes: tuple[int, ...],
    expected: tuple[str, ...],
) -> None:
    assert regroup(new, old, sizes) == expected


@pytest.mark.parametrize(
    ("groups", "sizes", "expected"),
    [
        pytest.param(["85", "019", "9999"], [3, 4, 3], ["85", "019", "9999"], id="same count"),
        pytest.param(["85", "019", "9999"], [3, 7], ["85", "0199999"], id="too many"),
        pytest.param(["12345678"], [2, 3, 3], ["12", "345", "678"], id="too few"),
        pytest.param(["123456789"], [2, 3, 3], ["12", "345", "6789"], id="last takes the rest"),
        pytest.param(["1234567"], [2, 3, 3], ["12", "345", "67"], id="one less"),
        pytest.param(["123456"], [2, 4, 4], ["12", "34", "56"], id="two less in each"),
        pytest.param(["1234"], [3, 2, 2], ["12", "34", ""], id="too few for all"),
        pytest.param(["12345"], [2, 2, 2], ["12", "345", ""], id="an odd one"),
        pytest.param(["1"], [2, 2, 2], ["1", "", ""], id="one digit"),
        pytest.param([], [2, 2], ["", ""], id="none"),
        pytest.param([], [], [], id="nothing to fill"),
    ],
)
def test_groups_are_fitted_into_the_sizes(
    groups: list[str], sizes: list[int], expected: list[str]
) -> None:
    assert list(fit(groups, sizes)) == expected


def test_a_cut_gives_the_rest_to_the_last() -> None:
    assert cut("0850199999", (3, 4, 1)) == ("085", "0199", "999")
    assert cut("085", (3, 4, 3)) == ("085", "", "")


@pytest.mark.parametrize(
    ("groups", "separators", "expected"),
    [
        pytest.param(["085", "0199"], ["", " - ", ""], "085 - 0199", id="all filled"),
        pytest.param(["45", "", "12"], ["+", " (", ")", ""], "+45 12", id="brackets round nothing"),
        pytest.param(
            ["45", "", "12"], ["+", "(", ") ", ""], "+45 12", id="space after the bracket"
        ),
        pytest.param(["45", "", "12"], ["+", "(", ")", ""], "+4512", id="no space at all"),
        pytest.param(["45", "", "12"], ["", "-", ".", "."], "45-12.", id="one of two separators"),
        pytest.param(["45", "", ""], ["(", ") ", "-", ""], "(45)", id="nothing at the end"),
        pytest.param(["", "45"], ["(", ") ", "!"], " 45!", id="nothing at the start"),
    ],
)
def test_separators_beside_an_empty_group_go(
    groups: list[str], separators: list[str], expected: str
) -> None:
    assert join(groups, separators) == expected


def test_what_stays_of_the_separators_is_told_one_by_one() -> None:
    assert kept(["45", "", "123", "4567"], ["", " (", ")", " ", ""]) == ["", "", " ", " ", ""]
    assert kept(["7012", ""], ["", ") ", ""]) == ["", "", ")"]
