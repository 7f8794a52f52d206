"""A filled page as gzip, of which only the numbers are new: the rest was coded once.

A gzip stream is a row of blocks. What stands between the places is coded in blocks that look back
at nothing outside of themselves; what stands in a place is a block of plain bytes. So a page is put
together out of its blocks, and only its check sum is worked out anew.

Pure. Source: RFC 1951 §3.2.3, §3.2.4; RFC 1952 §2.3.
"""

from collections.abc import Sequence

from isal import isal_zlib

from proxy.rewrite import Piece

_LEVEL = 3  # isal's most: it is done once
_RAW = -15
_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_LAST_BLOCK = b"\x03\x00"  # an empty one
_PLAIN_BYTES = 0xFFFF  # what one plain block holds


class SplicedGzip:
    """The blocks of one page."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        """Code what stands between the places."""
        self._blocks = [_coded(p) if isinstance(p, bytes) else None for p in pieces]

    @property
    def size_bytes(self) -> int:
        """Say how much memory the blocks take."""
        return sum(len(block) for block in self._blocks if block is not None)

    def put_together(self, text: bytes, shown: Sequence[bytes]) -> bytes:
        """Give the page as gzip. `text` is all of it, `shown` what its places show, in order."""
        places = iter(shown)
        blocks = [_plain(next(places)) if block is None else block for block in self._blocks]
        end = isal_zlib.crc32(text).to_bytes(4, "little") + (len(text) % 2**32).to_bytes(
            4, "little"
        )
        return b"".join([_HEAD, *blocks, _LAST_BLOCK, end])


def _coded(run: bytes) -> bytes:
    coder = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, _RAW)
    coded: bytes = coder.compress(run) + coder.flush(isal_zlib.Z_FULL_FLUSH)
    return coded


def _plain(data: bytes) -> bytes:
    blocks = []
    for start in range(0, len(data), _PLAIN_BYTES):
        part = data[start : start + _PLAIN_BYTES]
        size = len(part)
        blocks += [b"\x00", size.to_bytes(2, "little"), (size ^ 0xFFFF).to_bytes(2, "little"), part]
    return b"".join(blocks)
