"""Server-Sent Events, out of the bytes as they come."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable


async def events(chunks: AsyncIterable[bytes]) -> AsyncGenerator[tuple[str, str]]:
    """Name and data of each event; comments, which only keep the connection alive, are left out.

    Lines are cut here: one with a whole answer is longer than any reader of lines allows.
    """
    kind, data = "message", list[str]()
    async for raw in _lines(chunks):
        line = raw.decode()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if data or kind != "message":
                yield kind, "\n".join(data)
            kind, data = "message", []
        elif name == "event":
            kind = value
        elif name == "data":
            data.append(value)


async def _lines(chunks: AsyncIterable[bytes]) -> AsyncGenerator[bytes]:
    parts = list[bytes]()
    async for chunk in chunks:
        first, *others = chunk.split(b"\n")
        parts.append(first)
        for other in others:
            yield b"".join(parts).removesuffix(b"\r")
            parts = [other]
