"""Pages as gzip that are put together out of blocks: any reader of gzip reads them."""

import gzip
import zlib

import pytest

from proxy.rewrite import Bindings, fill, scan
from proxy.shared_cache.entry import joined
from proxy.shared_cache.spliced import SplicedGzip
from tests.proxy.guests import NUMBERS, ORIGINAL
from tests.proxy.sample import LONG, PAGE, PLAIN

NUMBER = b"085 0199 999"


@pytest.mark.parametrize("number", [NUMBERS[0], ORIGINAL, None])
@pytest.mark.parametrize(
    "page",
    [
        pytest.param(PAGE, id="two places"),
        pytest.param(LONG, id="long"),
        pytest.param(b"<p>" + NUMBER, id="at the end"),
        pytest.param(b"<p>" + b"</p><p>".join([NUMBER] * 200), id="many"),
        pytest.param(PLAIN, id="none"),
        pytest.param(b"", id="empty"),
    ],
)
def test_the_page_is_what_fill_gives(page: bytes, number: object) -> None:
    pieces = joined(scan(page, Bindings(numbers=frozenset({ORIGINAL}))))
    slots = [piece for piece in pieces if not isinstance(piece, bytes)]

    def show(_slot: object) -> object:
        return number

    text = fill(pieces, show)  # type: ignore[arg-type] # of any kind
    shown = [fill((slot,), show) for slot in slots]  # type: ignore[arg-type]
    coded = SplicedGzip(pieces).put_together(text, shown)

    assert gzip.decompress(coded) == text
    decoder = zlib.decompressobj(wbits=31)
    assert b"".join(decoder.decompress(bytes([byte])) for byte in coded) == text
    assert (decoder.eof, decoder.unused_data) == (True, b"")


def test_what_stands_in_a_place_may_be_long() -> None:
    pieces = joined(scan(PAGE, Bindings(numbers=frozenset({ORIGINAL}))))
    shown = [b"x" * 200_000, b""]
    text = b"".join(
        shown.pop(0) if not isinstance(piece, bytes) else piece for piece in list(pieces)
    )

    coded = SplicedGzip(pieces).put_together(text, [b"x" * 200_000, b""])

    assert gzip.decompress(coded) == text
