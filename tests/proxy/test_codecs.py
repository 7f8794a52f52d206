"""Content codings: every one, cut at every place, and what only looks like one."""

import gzip
import tracemalloc
import zlib
from collections.abc import Iterable

import brotli
import pytest
import zstandard

from proxy.codecs import PIECE_BYTES, Codec, CodingError, acceptable, codings
from tests.proxy.coded import DECODE, ENCODE, raw_deflate, two_frames, two_members

TEXT = b"".join(b"<p>%d: 085 0199 999</p>\n" % n for n in range(50))
LONG = b"<p>tekst</p>\n" * 100_000


def decoded(codec: Codec, parts: Iterable[bytes]) -> bytes:
    pieces = [piece for part in parts for piece in codec.decode(part)]
    assert all(len(piece) <= PIECE_BYTES for piece in pieces)
    return b"".join(pieces)


@pytest.mark.parametrize("name", ENCODE)
def test_every_cut_gives_the_same_text(name: str) -> None:
    names = codings([(b"Content-Encoding", name.encode())])
    assert names is not None
    data = ENCODE[name](TEXT)

    for cut in range(len(data) + 1):
        codec = Codec(names)
        assert decoded(codec, [data[:cut], data[cut:]]) == TEXT
        assert codec.is_complete


@pytest.mark.parametrize("name", ENCODE)
def test_what_is_coded_whole_is_read_by_others(name: str) -> None:
    names = codings([(b"Content-Encoding", name.encode())])
    assert names is not None
    for text in (b"", TEXT, LONG):
        codec = Codec(names)
        decoded(codec, [ENCODE[name](text)])

        assert DECODE[name](codec.finish(text)) == text


@pytest.mark.parametrize("name", ENCODE)
def test_every_part_of_a_stream_can_be_read_when_it_is_there(name: str) -> None:
    names = codings([(b"Content-Encoding", name.encode())])
    assert names is not None
    codec, reader = Codec(names), Codec(names)
    decoded(codec, [ENCODE[name](TEXT)])

    read = b""
    for part in (TEXT[:1], TEXT[1:500], TEXT[500:]):
        read += decoded(reader, [codec.encode(part)])
        assert TEXT.startswith(read)
        assert len(read) >= len(part)
    read += decoded(reader, [codec.finish()])

    assert read == TEXT
    assert reader.is_complete


@pytest.mark.parametrize(
    ("name", "data"),
    [
        pytest.param("gzip", two_members(TEXT), id="gzip of two members"),
        pytest.param("gzip", gzip.compress(TEXT) + b"garbage", id="garbage behind"),
        pytest.param("gzip", gzip.compress(TEXT) + b"\x1f", id="one byte behind"),
        pytest.param("gzip", gzip.compress(TEXT) + bytes(512), id="zeros behind"),
        pytest.param("deflate", zlib.compress(TEXT) + b"garbage", id="garbage behind deflate"),
        pytest.param("deflate", raw_deflate(TEXT), id="deflate without container"),
        pytest.param("deflate", zlib.compress(TEXT, 0), id="deflate, stored"),
        pytest.param("zstd", two_frames(TEXT), id="zstd of two frames"),
        pytest.param("zstd", zstandard.compress(TEXT) + b"garbage", id="garbage behind zstd"),
        pytest.param("br", brotli.compress(TEXT, quality=0), id="quick brotli"),
    ],
)
def test_odd_streams_are_read_at_every_cut(name: str, data: bytes) -> None:
    for cut in range(len(data) + 1):
        codec = Codec([name])
        assert decoded(codec, [data[:cut], data[cut:]]) == TEXT
        assert codec.is_complete


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
def test_a_stream_that_ends_early_is_not_complete(name: str) -> None:
    data = ENCODE[name](TEXT)
    codec = Codec([name])

    assert TEXT.startswith(decoded(codec, [data[:-9]]))
    assert not codec.is_complete


@pytest.mark.parametrize("name", ["gzip", "br", "zstd"])
@pytest.mark.parametrize("data", [b"<!doctype html>" * 9, b"\xff" * 100])
def test_what_is_not_coded_is_told(name: str, data: bytes) -> None:
    with pytest.raises(CodingError):
        decoded(Codec([name]), [data])


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd", "gzip, br"])
def test_a_bomb_is_stopped_and_costs_no_memory(name: str) -> None:
    bomb = ENCODE[name](bytes(40_000_000))
    codec = Codec(codings([(b"Content-Encoding", name.encode())]) or ())
    given = 0

    def read_all() -> None:
        nonlocal given
        for piece in codec.decode(bomb):
            given += len(piece)

    tracemalloc.start()
    with pytest.raises(CodingError, match="more comes out"):
        read_all()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert given < 10_000_000
    assert peak < 70_000_000 if name == "zstd" else peak < 2_000_000


def test_a_page_that_repeats_itself_is_no_bomb() -> None:
    codec = Codec(["gzip"])

    assert decoded(codec, [gzip.compress(LONG * 4)]) == LONG * 4


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param([], (), id="none"),
        pytest.param([b"identity"], (), id="identity"),
        pytest.param([b" GZip "], ("gzip",), id="case"),
        pytest.param([b"x-gzip"], ("gzip",), id="x-gzip"),
        pytest.param([b"gzip, br"], ("gzip", "br"), id="two"),
        pytest.param([b"gzip", b"br"], ("gzip", "br"), id="two lines"),
        pytest.param([b"gzip, gzip, gzip"], None, id="three"),
        pytest.param([b"compress"], None, id="unknown"),
        pytest.param([b"gzip, dcb"], None, id="one of two unknown"),
        pytest.param([b"none"], None, id="none, seen in the wild"),
    ],
)
def test_codings_are_named_in_order(lines: list[bytes], expected: tuple[str, ...] | None) -> None:
    assert codings([(b"Content-Encoding", line) for line in lines]) == expected


def test_what_is_asked_for_keeps_its_place_and_is_asked_once() -> None:
    fields = [
        (b"accept-encoding", b"gzip, dcz"),
        (b"A", b"b"),
        (b"Accept-Encoding", b"br;q=0.1"),
    ]

    assert acceptable(fields) == [(b"accept-encoding", b"gzip, br;q=0.1"), (b"A", b"b")]
