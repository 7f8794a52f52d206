"""How often Python looks for garbage in a process that serves."""

import gc

from proxy import collecting


def test_what_is_loaded_is_set_aside_while_it_serves() -> None:
    before = gc.get_freeze_count()
    with collecting.seldom():
        assert gc.get_freeze_count() > before + 1_000
        assert gc.get_threshold()[0] == collecting.YOUNG


def test_all_is_as_it_was_afterwards() -> None:
    usual, before = gc.get_threshold(), gc.get_freeze_count()
    with collecting.seldom():
        pass
    assert gc.get_threshold() == usual
    assert gc.get_freeze_count() <= before


def test_a_circle_is_collected_all_the_same() -> None:
    with collecting.seldom():
        circle: list[object] = []
        circle.append(circle)
        del circle
        assert gc.collect() >= 1
