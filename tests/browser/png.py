"""A smaller PNG with the same picture: 256 colours are enough for a page, and no image library is needed."""

from __future__ import annotations

import struct
import zlib
from collections import Counter

COLOURS = 256
Colour = bytes


def smaller(png: bytes) -> bytes:
    """The picture with its 256 commonest colours; each other one is the nearest of these."""
    width, height, channels, data = _read(png)
    rows = _unfiltered(data, width * channels, channels)
    pixels = [[bytes(row[at : at + 3]) for at in range(0, len(row), channels)] for row in rows]
    counted = Counter(pixel for row in pixels for pixel in row)
    palette = [colour for colour, _ in counted.most_common(COLOURS)]
    number = {colour: _nearest(colour, palette) for colour in counted}
    lines = b"".join(b"\0" + bytes(number[pixel] for pixel in row) for row in pixels)
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = (
        (b"IHDR", head),
        (b"PLTE", b"".join(palette)),
        (b"IDAT", zlib.compress(lines, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _nearest(colour: Colour, palette: list[Colour]) -> int:
    def distance(at: int) -> int:
        return sum((one - other) ** 2 for one, other in zip(colour, palette[at], strict=True))

    return min(range(len(palette)), key=distance)


def _read(png: bytes) -> tuple[int, int, int, bytes]:
    """Width, height, bytes a pixel, and the filtered rows of an 8-bit RGB or RGBA picture."""
    data, at, width, height, kind = b"", 8, 0, 0, 2
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        body = png[at + 8 : at + 8 + length]
        if name == b"IHDR":
            width, height, _, kind = struct.unpack(">IIBB", body[:10])
        elif name == b"IDAT":
            data += body
        at += length + 12
    return width, height, {2: 3, 6: 4}[kind], zlib.decompress(data)


def _unfiltered(data: bytes, stride: int, step: int) -> list[bytearray]:
    rows: list[bytearray] = []
    above = bytearray(stride)
    for start in range(0, len(data), stride + 1):
        row = bytearray(data[start + 1 : start + 1 + stride])
        _unfilter(data[start], row, above, step)
        rows.append(row)
        above = row
    return rows


def _unfilter(how: int, row: bytearray, above: bytearray, step: int) -> None:
    """Undoes PNG's filters: 0 none, 1 left, 2 above, 3 their mean, 4 Paeth's."""
    if how == 0:
        return
    for i in range(len(row)):
        left = row[i - step] if i >= step else 0
        if how == 1:
            guess = left
        elif how == 2:
            guess = above[i]
        elif how == 3:
            guess = (left + above[i]) // 2
        else:
            guess = _paeth(left, above[i], above[i - step] if i >= step else 0)
        row[i] = (row[i] + guess) & 255


def _paeth(left: int, above: int, corner: int) -> int:
    to_left, to_above = abs(above - corner), abs(left - corner)
    to_corner = abs(left + above - 2 * corner)
    if to_left <= to_above and to_left <= to_corner:
        return left
    return above if to_above <= to_corner else corner


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
