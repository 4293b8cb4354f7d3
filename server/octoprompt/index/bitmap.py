"""The bitmap of a text: which short pieces are in it, by hash; made in the workers.

A piece is three or four bytes of the text in UTF-8 and in lower case. A text whose bitmap lacks a
piece of a literal does not hold that literal; one that has them all may. At 1 to 2 bits a byte of
text about one text in five is looked into in vain.
"""

import numpy as np
from numpy.typing import NDArray

from octoprompt.index.needles import plain

SHORTEST = 3
MIN_BITS, MAX_BITS = 9, 20
"""Logarithms of the size of a bitmap."""
STRETCH = 64 * 1024
"""So many bytes are hashed at a time: 20 times as much memory is needed for them."""
FACTOR = np.uint32(0x9E3779B1)
EVERYTHING = b"\xff"
"""The bitmap of a text that is not known: it may hold anything."""
NOTHING = b""
"""The bitmap of what is no text."""
Hashes = NDArray[np.uint32]


def bitmap(source: bytes) -> bytes:
    """Give the bitmap of a text in UTF-8."""
    if len(source) < SHORTEST:
        return EVERYTHING if source else NOTHING
    lower = plain(source)
    bits = min(max(MIN_BITS, (len(source) - 1).bit_length()), MAX_BITS)
    marks = np.zeros(1 << bits, np.bool_)
    for begin in range(0, len(lower), STRETCH):
        pieces = hashes(lower[begin : begin + STRETCH + SHORTEST])
        marks[pieces >> np.uint32(32 - bits)] = True
    return np.packbits(marks, bitorder="little").tobytes()


def hashes(lower: bytes) -> Hashes:
    """Give the hashes of all pieces, in no order, some of them several times."""
    signs = np.frombuffer(lower, np.uint8)
    if len(signs) < SHORTEST:
        return np.zeros(0, np.uint32)
    wide = signs.astype(np.uint32)
    three = (wide[:-2] << np.uint32(16)) | (wide[1:-1] << np.uint32(8)) | wide[2:]
    four = (three[:-1] << np.uint32(8)) | wide[3:]
    return np.concatenate((three, four)) * FACTOR
