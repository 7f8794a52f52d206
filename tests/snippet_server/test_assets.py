"""Released scripts: each with its codings and its hash, the newest by its number."""

import base64
import gzip
import hashlib

import brotli
import pytest

from snippet_server import assets
from tests.snippet_server.asking import SCRIPTS

OLD, NEW = SCRIPTS.by_name["snippet-1.2.0.js"], SCRIPTS.by_name["snippet-1.10.0.js"]


def test_the_newest_is_the_one_of_the_highest_version() -> None:
    assert SCRIPTS.newest is NEW
    assert SCRIPTS.find("snippet.js") is NEW
    assert SCRIPTS.find("snippet-1.2.0.js") is OLD


@pytest.mark.parametrize(
    "name", ["snippet-1.2.js", "snippet-1.2.0.css", "released.json", "", "../snippet-1.2.0.js"]
)
def test_what_was_not_released_is_not_there(name: str) -> None:
    assert SCRIPTS.find(name) is None
    assert set(assets.gathered({name: b"x"}).by_name) == set()


def test_without_a_release_there_is_no_newest() -> None:
    assert assets.gathered({}).find("snippet.js") is None


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        pytest.param("gzip, deflate, br, zstd", "br", id="a browser's"),
        pytest.param("gzip, deflate", "gzip", id="of an old one"),
        pytest.param("BR;q=0.1", "br", id="a small weight, in capitals"),
        pytest.param("br;q=0, gzip;q=1.0", "gzip", id="not this one"),
        pytest.param("br ; q=0.000 ,gzip; q=0", "", id="none of them"),
        pytest.param("", "", id="nothing said"),
        pytest.param("*", "", id="any: none is named"),
        pytest.param("brx, xgzip", "", id="others that have their letters"),
        pytest.param("br;q=x", "", id="junk for a weight"),
    ],
)
def test_the_smallest_coding_is_taken_that_is_accepted(accepted: str, coding: str) -> None:
    packed = NEW.packed(accepted)

    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[coding]
    assert packed.coding == coding
    assert unpack(packed.body) == NEW.text


def test_each_coding_of_each_script_has_a_tag_of_its_own_and_the_same_every_time() -> None:
    tags = [one.etag for script in (OLD, NEW) for one in script.codings.values()]
    again = assets.gathered({OLD.name: OLD.text}).by_name[OLD.name]

    assert len(set(tags)) == 6
    assert all(tag.startswith('"') and tag.endswith('"') and len(tag) > 20 for tag in tags)
    assert again == OLD


def test_the_hash_is_the_one_that_browsers_work_out() -> None:
    kind, _, word = NEW.integrity.partition("-")

    assert kind == "sha384"
    assert base64.b64decode(word) == hashlib.sha384(NEW.text).digest()
    assert assets.integrity(b"") == (
        "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb"
    )


def test_the_line_for_a_page_holds_it_to_a_script_or_asks_for_the_newest() -> None:
    held = assets.tag("https://www.example.nl/_calltrack/", OLD)

    assert held == (
        '<script src="https://www.example.nl/_calltrack/snippet-1.2.0.js" '
        f'integrity="{OLD.integrity}" crossorigin="anonymous" async></script>'
    )
    assert assets.tag("/_calltrack/") == '<script src="/_calltrack/snippet.js" async></script>'
    assert '"><' not in assets.tag('/"><b>/', OLD).removesuffix("></script>")
