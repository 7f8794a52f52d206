"""Content codings written by other libraries than the proxy's where there is one."""

import gzip
import zlib
from collections.abc import Callable

import brotli
import zstandard

Coding = Callable[[bytes], bytes]


def raw_deflate(data: bytes) -> bytes:
    coder = zlib.compressobj(wbits=-15)
    return coder.compress(data) + coder.flush()


def two_members(data: bytes) -> bytes:
    half = len(data) // 2
    return gzip.compress(data[:half]) + gzip.compress(data[half:])


def two_frames(data: bytes) -> bytes:
    half = len(data) // 2
    return zstandard.compress(data[:half]) + zstandard.compress(data[half:])


ENCODE: dict[str, Coding] = {
    "": bytes,
    "identity": bytes,
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
    "gzip, br": lambda data: brotli.compress(gzip.compress(data)),
    "br, identity, gzip": lambda data: gzip.compress(brotli.compress(data)),
}


def zstd_decode(data: bytes) -> bytes:
    return zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True).read()


DECODE: dict[str, Coding] = {
    "": bytes,
    "identity": bytes,
    "gzip": gzip.decompress,
    "x-gzip": gzip.decompress,
    "deflate": zlib.decompress,
    "br": brotli.decompress,
    "zstd": zstd_decode,
    "gzip, br": lambda data: gzip.decompress(brotli.decompress(data)),
    "br, identity, gzip": lambda data: brotli.decompress(gzip.decompress(data)),
}


def in_two(coding: str, first: bytes, second: bytes) -> tuple[bytes, bytes]:
    """Code a page in two parts, of which the first can be read by itself."""
    if coding == "br":
        br = brotli.Compressor()
        return br.process(first) + br.flush(), br.process(second) + br.finish()
    if coding == "zstd":
        zstd = zstandard.ZstdCompressor().compressobj()
        begun = zstd.compress(first) + zstd.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
        return begun, zstd.compress(second) + zstd.flush()
    if coding == "gzip":
        coder = zlib.compressobj(wbits=31)
        begun = coder.compress(first) + coder.flush(zlib.Z_SYNC_FLUSH)
        return begun, coder.compress(second) + coder.flush()
    return first, second
