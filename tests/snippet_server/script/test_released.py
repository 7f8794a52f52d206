"""The released scripts: they never change, and the newest is the source, and small."""

import json

import brotli

from tests.snippet_server.script.building import HASHES, RELEASED, built, integrity, newest

BYTES_MAX = 4096


def test_a_released_script_never_changes() -> None:
    hashes = json.loads(HASHES.read_text(encoding="utf-8"))

    found = {path.name: integrity(path.read_bytes()) for path in RELEASED.glob("*.js")}

    assert found == hashes, "raise VERSION in building.py, and run `make snippet`"


def test_the_newest_is_built_from_the_source() -> None:
    assert newest().read_text(encoding="utf-8") == built(), "run `make snippet`"


def test_the_newest_is_small() -> None:
    text = newest().read_bytes()

    packed = len(brotli.compress(text, mode=brotli.MODE_TEXT, quality=11))

    assert packed <= BYTES_MAX


def test_no_name_that_was_left_is_a_number_of_the_source() -> None:
    """What `built` puts in for a name is gone from the text."""
    assert "_MAX" not in built()
    assert "_MS" not in built()
