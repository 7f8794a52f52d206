"""Content codings: out of what the site sent, and back into the same.

Rules:

- Pages leave in the coding that they came in; the visitor's browser accepted that one.
- What is decoded comes in pieces of at most PIECE_BYTES, asked for one at a time: a bomb costs no
  memory. More than FREE_BYTES out of less than a RATIO-th of it is a bomb.
- At most two codings. A coding we do not know is nobody's error: the page passes as it came.

`deflate` means zlib's format, and some servers send the bare stream: both are read, and written
back as they came. Bytes after the end of a compressed stream are dropped, as browsers do; a gzip
stream may have several members, a zstd stream several frames.

Source: RFC 9110 §8.4, RFC 1950-1952, RFC 7932, RFC 8878.
"""

from collections.abc import Callable, Iterator, Sequence
from time import perf_counter
from typing import Protocol

import brotli
import zstandard
from isal import isal_zlib

from proxy.headers import Field, Fields, members

PIECE_BYTES = 64 * 1024
FREE_BYTES = 8 * 1024 * 1024
RATIO = 250
MOST_CODINGS = 2

_GULP_BYTES = FREE_BYTES // RATIO  # fed, and counted as read: a bomb gets as much again at most
_ZSTD_GULP_BYTES = 512  # zstandard cannot be told to stop: 3 bytes can give 128 KB
_ZSTD_WINDOW_BYTES = 8 * 1024 * 1024  # what browsers allow
_RAW, _ZLIB, _GZIP = -15, 15, 31
_ISAL_ERROR: type[Exception] = isal_zlib.error  # type: ignore[assignment] # isal's stub errs
_LEVEL = 1  # isal: of 0 to 3; packs as zlib's 1 does, at a fifth of its cost
_BROTLI_QUALITY = 2  # 3 packs no better, and takes a third longer
_ZSTD_LEVEL = 1


class CodingError(Exception):
    """Bytes that are not what their Content-Encoding says, or a bomb."""


class Encoder(Protocol):
    """Does one coding."""

    def encode(self, data: bytes) -> bytes:
        """Code these bytes; some may be held back."""
        ...

    def flush(self) -> bytes:
        """Give what is held back, so that the visitor can read all that came so far."""
        ...

    def finish(self) -> bytes:
        """Give what is held back, and end the coded stream."""
        ...


class Decoder(Protocol):
    """Undoes one coding."""

    @property
    def is_complete(self) -> bool:
        """Say whether the coded stream has come to its own end."""
        ...

    def decode(self, data: bytes) -> Iterator[bytes]:
        """Give what these bytes stand for, in pieces. Read all before the next call."""
        ...

    def encoder(self) -> Encoder:
        """Make the coder for the way back, in the format that came."""
        ...


def codings(fields: Fields) -> tuple[str, ...] | None:
    """Name the codings of an answer, in the order they were done; None: one we cannot undo."""
    named = [name.decode("latin-1") for name in members(fields, b"content-encoding")]
    found = tuple(name.removeprefix("x-") for name in named if name != "identity")
    if len(found) > MOST_CODINGS or any(name not in _KNOWN for name in found):
        return None
    return found


def acceptable(fields: Fields) -> Fields:
    """Ask the site only for codings that we can undo, of those that the visitor accepts."""
    asked = members(fields, b"accept-encoding")
    known = [item for item in asked if _coding_of(item) in _ASKED_FOR]
    if known == asked:
        return fields
    value = b", ".join(known) or b"identity"
    result: list[Field] = []
    for name, old in fields:
        if name.lower() != b"accept-encoding":
            result.append((name, old))
        elif value:
            result.append((name, value))
            value = b""
    return result


def _coding_of(item: bytes) -> str:
    return item.partition(b";")[0].strip().decode("latin-1")


class Codec:
    """One page's codings: decodes while it counts, and encodes the same way."""

    def __init__(self, names: Sequence[str]) -> None:
        """Take the names that `codings` gave."""
        self._decoders = [_KNOWN[name]() for name in reversed(names)]
        self._read_bytes = 0
        self._given_bytes = 0
        self._encoders: list[Encoder] | None = None
        self.seconds = 0.0  # that coding took so far

    def decode(self, data: bytes) -> Iterator[bytes]:
        """Give what these bytes stand for, in pieces. Errors: CodingError."""
        if not self._decoders:
            yield from _cut(data)
            return
        for start in range(0, len(data), _GULP_BYTES):
            part = data[start : start + _GULP_BYTES]
            self._read_bytes += len(part)
            since = perf_counter()
            for piece in _through(self._decoders, part):
                self.seconds += perf_counter() - since
                self._given_bytes += len(piece)
                if self._given_bytes > max(FREE_BYTES, RATIO * self._read_bytes):
                    raise CodingError("more comes out than any page holds")
                yield piece
                since = perf_counter()
            self.seconds += perf_counter() - since

    @property
    def is_complete(self) -> bool:
        """Say whether every coded stream has come to its own end; else the page is cut short."""
        return all(decoder.is_complete for decoder in self._decoders)

    def encode(self, data: bytes) -> bytes:
        """Code these bytes as the page came, holding nothing back."""
        if not self._decoders:
            return data
        since = perf_counter()
        for encoder in self._encoding():
            data = encoder.encode(data) + encoder.flush()
        self.seconds += perf_counter() - since
        return data

    def finish(self, data: bytes = b"") -> bytes:
        """Code the last bytes and end the stream."""
        if not self._decoders:
            return data
        since = perf_counter()
        for encoder in self._encoding():
            data = encoder.encode(data) + encoder.finish()
        self.seconds += perf_counter() - since
        return data

    def _encoding(self) -> list[Encoder]:
        if self._encoders is None:
            self._encoders = [decoder.encoder() for decoder in reversed(self._decoders)]
        return self._encoders


def _through(decoders: Sequence[Decoder], data: bytes) -> Iterator[bytes]:
    head, *rest = decoders
    for piece in head.decode(data):
        if not rest:
            yield piece
        else:
            yield from _through(rest, piece)


def _cut(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), PIECE_BYTES):
        yield data[start : start + PIECE_BYTES]


class _Zlib:
    """gzip and deflate."""

    def __init__(self, wbits: int | None) -> None:
        """Take the container; None: zlib's or none, to be seen."""
        self._wbits = wbits
        self._object = None if wbits is None else isal_zlib.decompressobj(wbits)
        self._waiting = b""
        self._members = 0
        self._has_ended = False

    @property
    def is_complete(self) -> bool:
        """Say whether the stream has come to its own end."""
        return self._has_ended or (self._members > 0 and self._object is None)

    def decode(self, data: bytes) -> Iterator[bytes]:
        """Give what these bytes stand for."""
        data = self._waiting + data
        self._waiting = b""
        is_full = False  # a full piece: more may be ready though all bytes have been taken
        while (data or is_full) and not self._has_ended:
            if self._object is None and not self._start(data):
                self._waiting = data
                return
            piece, data = self._step(data)
            is_full = len(piece) >= PIECE_BYTES and self._object is not None
            if piece:
                yield piece

    def encoder(self) -> Encoder:
        """Make the coder for the way back."""
        return _ToZlib(_ZLIB if self._wbits is None else self._wbits)

    def _start(self, data: bytes) -> bool:
        """Begin a stream, once its first bytes are here."""
        if len(data) < 2:
            return False
        if self._wbits is None:
            is_zlib = data[0] & 0x0F == 8 and int.from_bytes(data[:2]) % 31 == 0
            self._wbits = _ZLIB if is_zlib else _RAW
        elif self._wbits == _GZIP and data[:2] != b"\x1f\x8b":
            self._has_ended = True  # no further member: what trails is dropped
            return True
        self._object = isal_zlib.decompressobj(self._wbits)
        return True

    def _step(self, data: bytes) -> tuple[bytes, bytes]:
        if self._object is None:
            return b"", b""
        try:
            piece: bytes = self._object.decompress(data, PIECE_BYTES)
        except _ISAL_ERROR as error:
            raise CodingError(str(error)) from error
        if not self._object.eof:
            return piece, self._object.unconsumed_tail
        data = self._object.unused_data
        self._members += 1
        self._object = None
        self._has_ended = self._wbits != _GZIP
        return piece, data


class _ToZlib:
    def __init__(self, wbits: int) -> None:
        """Take the container."""
        self._object = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, wbits)

    def encode(self, data: bytes) -> bytes:
        """Code these bytes."""
        coded: bytes = self._object.compress(data)
        return coded

    def flush(self) -> bytes:
        """Give what is held back."""
        coded: bytes = self._object.flush(isal_zlib.Z_SYNC_FLUSH)
        return coded

    def finish(self) -> bytes:
        """End the stream."""
        coded: bytes = self._object.flush(isal_zlib.Z_FINISH)
        return coded


class _Brotli:
    def __init__(self) -> None:
        """Start a stream."""
        self._object = brotli.Decompressor()

    @property
    def is_complete(self) -> bool:
        """Say whether the stream has come to its own end."""
        return bool(self._object.is_finished())

    def decode(self, data: bytes) -> Iterator[bytes]:
        """Give what these bytes stand for."""
        try:
            while not self._object.is_finished():
                piece = self._object.process(data, output_buffer_limit=PIECE_BYTES)
                data = b""
                yield from _cut(piece)  # the limit is a soft one
                if not piece and self._object.can_accept_more_data():
                    return
        except brotli.error as error:
            raise CodingError("no brotli") from error

    def encoder(self) -> Encoder:
        """Make the coder for the way back."""
        return _ToBrotli()


class _ToBrotli:
    def __init__(self) -> None:
        """Start a stream."""
        self._object = brotli.Compressor(quality=_BROTLI_QUALITY)

    def encode(self, data: bytes) -> bytes:
        """Code these bytes."""
        coded: bytes = self._object.process(data)
        return coded

    def flush(self) -> bytes:
        """Give what is held back."""
        coded: bytes = self._object.flush()
        return coded

    def finish(self) -> bytes:
        """End the stream."""
        coded: bytes = self._object.finish()
        return coded


class _Zstd:
    def __init__(self) -> None:
        """Start a stream, which may have several frames."""
        self._maker = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW_BYTES)
        self._object = self._maker.decompressobj()
        self._is_between = False
        self._has_ended = False

    @property
    def is_complete(self) -> bool:
        """Say whether the stream has come to its own end."""
        return self._is_between or self._has_ended

    def decode(self, data: bytes) -> Iterator[bytes]:
        """Give what these bytes stand for."""
        for start in range(0, len(data), _ZSTD_GULP_BYTES):
            gulp = data[start : start + _ZSTD_GULP_BYTES]
            while gulp and not self._has_ended:
                given, gulp = self._step(gulp)
                yield from _cut(given)

    def encoder(self) -> Encoder:
        """Make the coder for the way back."""
        return _ToZstd()

    def _step(self, data: bytes) -> tuple[bytes, bytes]:
        if self._is_between:
            if data[0] != 0x28 and data[0] >> 4 != 0x5:  # no frame: what trails is dropped
                self._has_ended = True
                return b"", b""
            self._object = self._maker.decompressobj()
            self._is_between = False
        try:
            given = self._object.decompress(data)
        except zstandard.ZstdError as error:
            raise CodingError("no zstd") from error
        self._is_between = self._object.eof
        return given, self._object.unused_data if self._is_between else b""


class _ToZstd:
    def __init__(self) -> None:
        """Start a stream."""
        self._object = zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compressobj()

    def encode(self, data: bytes) -> bytes:
        """Code these bytes."""
        return self._object.compress(data)

    def flush(self) -> bytes:
        """Give what is held back."""
        return self._object.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)

    def finish(self) -> bytes:
        """End the stream."""
        return self._object.flush(zstandard.COMPRESSOBJ_FLUSH_FINISH)


_KNOWN: dict[str, Callable[[], Decoder]] = {
    "gzip": lambda: _Zlib(_GZIP),
    "deflate": lambda: _Zlib(None),
    "br": _Brotli,
    "zstd": _Zstd,
}
_ASKED_FOR = frozenset({*_KNOWN, "x-gzip", "identity"})
