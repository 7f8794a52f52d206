"""Bodies of requests: bounded in length, in time, and in the memory that all of them take.

A body has at most 64 KB and comes within three seconds. What is being read takes a bounded room in
memory: it is bytes that are counted, not requests, so that hundreds who send next to nothing,
slowly, keep nobody out. What is packed is refused: nobody who asks here packs.

Errors: web.HTTPException with the status to answer.
"""

import asyncio
from dataclasses import dataclass

from aiohttp import web

LARGEST_BYTES = 64 * 1024
ROOM_BYTES = 64 * 1024 * 1024
BODY_SECONDS = 3.0


@dataclass(slots=True)
class Room:
    """The memory that bodies under way take."""

    taken_bytes: int = 0


def refuse_packed(request: web.BaseRequest) -> None:
    """Refuse a body in a content coding."""
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise web.HTTPUnsupportedMediaType


async def read_body(request: web.BaseRequest, room: Room) -> bytes:
    """Read a body. One that says it is too long is not read at all."""
    told = request.content_length
    if told is not None and told > LARGEST_BYTES:
        raise web.HTTPRequestEntityTooLarge(LARGEST_BYTES, told)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _read(request, room)
    except TimeoutError as error:
        raise web.HTTPRequestTimeout from error


async def _read(request: web.BaseRequest, room: Room) -> bytes:
    body = bytearray()
    try:
        async for part in request.content.iter_any():
            body += part
            room.taken_bytes += len(part)
            if len(body) > LARGEST_BYTES:
                raise web.HTTPRequestEntityTooLarge(LARGEST_BYTES, len(body))
            if room.taken_bytes > ROOM_BYTES:
                raise web.HTTPServiceUnavailable
    finally:
        room.taken_bytes -= len(body)
    return bytes(body)
