"""Published data sets that become corpora: what they are, and their documents cut into passages."""

from __future__ import annotations

import hashlib
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import polars as pl
from joblib import Parallel, delayed

from stance._faults import Fault, InputError
from stance._paths import data_folder, replacing
from stance.actors import states
from stance.corpus import Document, documents_table, segment, words_key
from stance.formats._archive import members
from stance.formats._lafand import parse_lafand
from stance.formats._masakhanews import parse_masakhanews
from stance.formats._presidentielles import parse_presidentielles
from stance.formats._ungdc import parse_ungdc

Parse = Callable[[PurePosixPath, bytes], Iterable[tuple[Document, str]]]

_PARSE: dict[str, Parse] = {
    "ungdc": parse_ungdc,
    "masakhanews": parse_masakhanews,
    "lafand": parse_lafand,
    "presidentielles2017": parse_presidentielles,
}
_CHUNK = 4_000_000
"""Bytes of raw files that one task cleans and cuts."""


@dataclass(frozen=True)
class Source:
    """A published data set, as ``corpora/sources.toml`` describes it.

    Attributes
    ----------
    name, title, licence, citation : str
    corpus : str
        The corpus of the project that its codings belong to.
    suffix, layout : str
        The ending of its files, and the layout as published.
    doi : str or None
        Where it is published on a Dataverse.
    base : str or None
        The address its files are published below, if not by DOI.
    files : dict
        SHA-256 by path below `base`.
    """

    name: str
    title: str
    licence: str
    citation: str
    corpus: str
    suffix: str
    layout: str
    doi: str | None = None
    base: str | None = None
    files: dict[str, str] = field(default_factory=dict)

    @property
    def hashes(self) -> Path:
        """The table with a hash of every document: ``document, characters, sha256``."""
        return data_folder() / self.corpus / f"{self.name}.csv"


class Stored(NamedTuple):
    """What `store_source` wrote, and how the copy compares with the project's hashes."""

    documents: int
    passages: int
    differing: list[str]
    unknown: list[str]
    missing: list[str]


@cache
def sources() -> dict[str, Source]:
    """The data sets that can be fetched, by name."""
    content = tomllib.loads((data_folder() / "sources.toml").read_text("utf-8"))
    return {name: Source(name=name, **entry) for name, entry in content.items()}


def read_source(name: str, path: Path) -> Iterator[tuple[Document, str]]:
    """The documents of a data set with their cleaned text, in the order of the files' names.

    A document that stands in two files is given once.

    Parameters
    ----------
    name : str
        One of `sources`.
    path : Path
        The folder or archive as published.

    Raises
    ------
    InputError
        If `path` holds no document.
    """
    source, seen = sources()[name], set()
    for file, raw in members(path, source.suffix):
        for document, text in _PARSE[name](file, raw):
            if document.id not in seen:
                seen.add(document.id)
                yield document, text
    if not seen:
        raise InputError(Fault("", "no document", source.layout, file=str(path)))


def store_source(
    name: str,
    path: Path,
    out: Path,
    *,
    workers: int = 2,
    tick: Callable[[int], None] = lambda done: None,
) -> Stored:
    """Clean and cut a data set; write ``documents.parquet`` and ``passages.parquet``.

    ``documents`` has the fields of `Document`, the ``region`` of a state, ``text`` and ``sha256``;
    ``passages`` has ``passage, document, start, end, lang, text``, only spans of kind passage. The
    id of a passage is made of its words, so that it stays when cleaning or cutting change around
    it.

    Parameters
    ----------
    name : str
        One of `sources`.
    path : Path
        The folder or archive as published.
    out : Path
        A folder.
    workers : int
        Processes. The result does not depend on their number.
    tick : callable
        Called with the bytes done; how many there are is known only at the end, as an archive is
        read while its files are cleaned.

    Raises
    ------
    InputError
        If `path` holds no document.
    """
    files, done = members(path, sources()[name].suffix), 0
    with tempfile.TemporaryDirectory(prefix="stance-") as scratch:
        tasks = (
            delayed(_store_chunk)(name, chunk, Path(scratch) / f"{i:05}")
            for i, chunk in enumerate(_chunks(files))
        )
        parallel = Parallel(n_jobs=workers, return_as="generator", pre_dispatch=2 * workers)
        for size in parallel(tasks):
            done += size
            tick(done)
        parts = sorted(Path(scratch).glob("*.documents.parquet"))
        if not parts:
            raise InputError(Fault("", "no document", sources()[name].layout, file=str(path)))
        out.mkdir(parents=True, exist_ok=True)
        for table in ("documents", "passages"):
            key = ["document"] if table == "documents" else ["document", "passage"]
            rows = pl.scan_parquet(sorted(Path(scratch).glob(f"*.{table}.parquet")))
            with replacing(out / f"{table}.parquet") as temporary:
                rows.unique(key, keep="first", maintain_order=True).sink_parquet(temporary)
    return _compared(sources()[name], out)


def _chunks(
    files: Iterable[tuple[PurePosixPath, bytes]],
) -> Iterator[list[tuple[PurePosixPath, bytes]]]:
    chunk: list[tuple[PurePosixPath, bytes]] = []
    size = 0
    for file in files:
        chunk.append(file)
        size += len(file[1])
        if size >= _CHUNK:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _store_chunk(name: str, files: list[tuple[PurePosixPath, bytes]], stem: Path) -> int:
    """Write the documents and passages of some files; return the bytes that were read."""
    documents: list[Document] = []
    texts: list[str] = []
    rows: list[tuple[str, str, int, int, str, str]] = []
    for file, raw in files:
        for document, text in _PARSE[name](file, raw):
            documents.append(document)
            texts.append(text)
            rows += _passage_rows(document, text)
    if documents:
        hashes = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
        table = documents_table(documents).with_columns(
            text=pl.Series(texts, dtype=pl.String), sha256=pl.Series(hashes)
        )
        regions = states().select("actor", "region")
        table = table.join(regions, on="actor", how="left", maintain_order="left")
        table.write_parquet(f"{stem}.documents.parquet")
        schema = {
            "passage": pl.String,
            "document": pl.String,
            "start": pl.Int64,
            "end": pl.Int64,
            "lang": pl.String,
            "text": pl.String,
        }
        pl.DataFrame(rows, schema=schema, orient="row").write_parquet(f"{stem}.passages.parquet")
    return sum(len(raw) for _, raw in files)


def _passage_rows(document: Document, text: str) -> Iterator[tuple[str, str, int, int, str, str]]:
    seen: dict[str, int] = {}
    for span in segment(text):
        if span.kind != "passage":
            continue
        own = text[span.start : span.end]
        key = words_key(own)
        seen[key] = seen.get(key, 0) + 1
        again = f"-{seen[key]}" if seen[key] > 1 else ""
        passage = f"{document.id}.{key}{again}"
        yield passage, document.id, span.start, span.end, document.lang, own


def _compared(source: Source, out: Path) -> Stored:
    """Compare every document of the copy with the hash the project has of it."""
    own = pl.scan_parquet(out / "documents.parquet").select("document", "sha256").collect()
    passages = pl.scan_parquet(out / "passages.parquet").select(pl.len()).collect().item()
    known = pl.read_csv(source.hashes)
    both = own.join(known, on="document", suffix="_known")
    differing = both.filter(~pl.col("sha256").str.starts_with(pl.col("sha256_known")))
    return Stored(
        documents=own.height,
        passages=passages,
        differing=differing["document"].to_list(),
        unknown=own.join(known, on="document", how="anti")["document"].to_list(),
        missing=known.join(own, on="document", how="anti")["document"].to_list(),
    )


def renew_hashes(name: str, out: Path) -> None:
    """Write the project's hashes of a data set anew, from what `store_source` wrote to `out`.

    To be done when the cleaning changes or an edition is added, from a copy that is known to be
    sound.
    """
    documents = pl.scan_parquet(out / "documents.parquet")
    table = documents.select(
        "document",
        characters=pl.col("text").str.len_chars(),
        sha256=pl.col("sha256").str.slice(0, 16),
    )
    with replacing(sources()[name].hashes) as temporary:
        table.sort("document").collect().write_csv(temporary)
