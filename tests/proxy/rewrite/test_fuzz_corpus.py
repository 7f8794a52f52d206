"""The pages that fuzzing kept: each is scanned alike by both builds, however it is cut."""

import pytest

from tests.fuzz import inputs
from tests.fuzz.builds import difference

PARTS = 8
KEPT = inputs.kept()


def test_there_is_a_corpus() -> None:
    assert len(KEPT) > 100
    assert inputs.CORPUS.stat().st_size < 300_000


@pytest.mark.parametrize("part", range(PARTS))
def test_a_build_gives_the_pieces_of_the_pure_one_and_loses_nothing(part: int, build: str) -> None:
    found = [difference(inputs.read(data), build) for data in KEPT[part::PARTS]]

    assert [said for said in found if said is not None] == []
