"""Corpora: a folder with documents, passages and codings, checked as it is read."""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import polars as pl
from pydantic import BaseModel

from stance._faults import Fault, InputError
from stance._paths import data_folder
from stance.codebook import Codebook, load_codebook
from stance.corpus._jsonlines import read_records
from stance.corpus._records import Coding, Document, Passage
from stance.corpus._tables import codings_table, documents_table, passages_table

R = TypeVar("R", bound=BaseModel)

FILES = ("documents.jsonl", "passages.jsonl", "codings.jsonl")
GOLD = "gold"
"""The coder whose codings are the adjudicated ones."""


@dataclass(frozen=True)
class Corpus:
    """A corpus in memory.

    Attributes
    ----------
    name : str
    folder : Path
    codebook : Codebook
    documents : DataFrame
        One row a document.
    passages : DataFrame
        One row a passage, in the order of the file.
    codings : DataFrame
        One row a passage and coder, all coders.
    about : dict
        What ``corpus.toml`` says.
    """

    name: str
    folder: Path
    codebook: Codebook
    documents: pl.DataFrame
    passages: pl.DataFrame
    codings: pl.DataFrame
    about: dict[str, Any]

    @cached_property
    def gold(self) -> pl.DataFrame:
        """The adjudicated codings, one row a coded passage, in the order of the passages."""
        return self.coded_by(GOLD)

    def coded_by(self, coder: str) -> pl.DataFrame:
        """The codings of one coder, in the order of the passages.

        Raises
        ------
        KeyError
            If the corpus has no such coder.
        """
        table = self.codings.filter(pl.col("coder") == coder)
        if table.is_empty():
            coders = ", ".join(self.codings["coder"].unique().sort())
            raise KeyError(f"{self.name} has no coder {coder!r}; its coders: {coders}")
        order = self.passages.select("passage").with_row_index("_order")
        return table.join(order, on="passage").sort("_order").drop("_order")

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the corpus's files, shortened to 12 hexadecimal digits."""
        digest = hashlib.sha256()
        for name in FILES:
            digest.update((self.folder / name).read_bytes())
        return digest.hexdigest()[:12]


def corpus_folder(name: str | Path) -> Path:
    """The folder of a corpus, given the name of one of the project's or a path.

    Raises
    ------
    InputError
        If there is none.
    """
    own = data_folder() / str(name)
    for folder in (own, Path(name)):
        if (folder / "documents.jsonl").is_file():
            return folder
    known = ", ".join(list_corpora())
    expected = f"a folder with {', '.join(FILES)}, or one of: {known}"
    raise InputError(Fault("", "no corpus", expected, file=str(name)))


def list_corpora() -> list[str]:
    """The names of the corpora that come with the project."""
    return sorted(file.parent.name for file in data_folder().glob("*/documents.jsonl"))


def load_corpus(name: str | Path, codebook: Codebook | None = None) -> Corpus:
    """Read a corpus, checking every record.

    Parameters
    ----------
    name : str or path
        A corpus of the project (``"constructed"``) or a folder.
    codebook : Codebook, optional
        The codebook of its codings; by default the project's.

    Raises
    ------
    InputError
        At the first fault. `validate_corpus` collects them all.
    """
    reading = _Reading(corpus_folder(name), codebook or load_codebook())
    for fault in reading.faults():
        raise InputError(fault)
    return reading.corpus()


def validate_corpus(name: str | Path, codebook: Codebook | None = None) -> list[Fault]:
    """All faults of a corpus: of its records, between them, and against ``corpus.toml``."""
    try:
        return list(_Reading(corpus_folder(name), codebook or load_codebook()).faults())
    except InputError as error:
        return list(error.faults)


class _Reading:
    """One pass over a corpus's files; `faults` must be exhausted before `corpus`."""

    def __init__(self, folder: Path, codebook: Codebook) -> None:
        self.folder, self.codebook = folder, codebook
        self.documents: dict[str, Document] = {}
        self.passages: dict[str, Passage] = {}
        self.codings: list[Coding] = []
        self.about: dict[str, Any] = {}

    def faults(self) -> Iterator[Fault]:
        yield from self._read("documents.jsonl", Document, self._take_document)
        last_end: dict[str, tuple[int, str]] = {}
        yield from self._read("passages.jsonl", Passage, lambda p: self._take_passage(p, last_end))
        seen: set[tuple[str, str]] = set()
        yield from self._read("codings.jsonl", Coding, lambda c: self._take_coding(c, seen))
        coded = {coding.passage for coding in self.codings}
        gold = {coding.passage for coding in self.codings if coding.coder == GOLD}
        for passage in sorted(coded - gold):
            yield Fault(
                passage, "no gold coding", "a line of coder gold for every coded passage"
            ).at(self.folder / "codings.jsonl")
        yield from self._check_about()

    def _read(
        self, name: str, model: type[R], take: Callable[[R], Iterator[Fault]]
    ) -> Iterator[Fault]:
        file = self.folder / name
        for line, record in read_records(file, model):
            if isinstance(record, Fault):
                yield record
            else:
                for fault in take(record):
                    yield fault.at(file, line)

    def _take_document(self, document: Document) -> Iterator[Fault]:
        if document.id in self.documents:
            yield Fault("id", f'"{document.id}" again', "an id once")
        self.documents[document.id] = document

    def _take_passage(
        self, passage: Passage, last_end: dict[str, tuple[int, str]]
    ) -> Iterator[Fault]:
        if passage.id in self.passages:
            yield Fault("id", f'"{passage.id}" again', "an id once")
        if passage.document not in self.documents:
            yield Fault("document", f'"{passage.document}"', "the id of a line of documents.jsonl")
        end, previous = last_end.get(passage.document, (0, ""))
        if passage.start < end:
            yield Fault(
                "start", str(passage.start), f"at least {end}, where passage {previous} ends"
            )
        last_end[passage.document] = (passage.end, passage.id)
        self.passages[passage.id] = passage

    def _take_coding(self, coding: Coding, seen: set[tuple[str, str]]) -> Iterator[Fault]:
        if coding.passage not in self.passages:
            yield Fault("passage", f'"{coding.passage}"', "the id of a line of passages.jsonl")
        if (coding.passage, coding.coder) in seen:
            yield Fault("passage", f"{coding.passage} by {coding.coder} again", "one line a coder")
        seen.add((coding.passage, coding.coder))
        yield from self.codebook.check(coding.model_dump())
        self.codings.append(coding)

    def _check_about(self) -> Iterator[Fault]:
        file = self.folder / "corpus.toml"
        try:
            self.about = tomllib.loads(file.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            yield Fault("", str(error), "a description of the corpus in TOML").at(file)
            return
        for name in FILES:
            stated = self.about.get("sha256", {}).get(name)
            found = hashlib.sha256((self.folder / name).read_bytes()).hexdigest()
            if stated != found:
                yield Fault(
                    f"sha256.{name}",
                    str(stated),
                    f"{found}, that of the file",
                    "If the change is meant, write the new hash.",
                ).at(file)

    def corpus(self) -> Corpus:
        document_of = {passage.id: passage.document for passage in self.passages.values()}
        return Corpus(
            name=self.about.get("name", self.folder.name),
            folder=self.folder,
            codebook=self.codebook,
            documents=documents_table(self.documents.values()),
            passages=passages_table(self.passages.values()),
            codings=codings_table(self.codings, self.codebook, document_of),
            about=self.about,
        )


def corpus_stats(corpus: Corpus, coder: str = GOLD) -> pl.DataFrame:
    """How often each code stands in a corpus, by language of the passage.

    Returns
    -------
    DataFrame
        ``code, lang, n``: passages with the code; code ``(passages)`` counts all coded ones and
        ``(none)`` those with no target.
    """
    codebook = corpus.codebook
    lang = corpus.passages.select("passage", "lang")
    counts: Counter[tuple[str, str]] = Counter()
    for row in corpus.coded_by(coder).join(lang, on="passage").iter_rows(named=True):
        present = [t for t in codebook.target_codes if row[t] is not None]
        codes = ["(passages)"] if present else ["(passages)", "(none)"]
        for target in present:
            codes += [target, f"{target}:{row[target]}"]
            codes += [f"{target}/{facet}" for facet in row[f"{target}_facets"] or ()]
        codes += [frame for frame in codebook.frame_codes if row[frame]]
        counts.update((code, row["lang"]) for code in codes)
    order = ["(passages)", "(none)"]
    for target in codebook.target_codes:
        order += [target, *(f"{target}:{stance}" for stance in codebook.stance_codes)]
        order += [f"{target}/{facet}" for facet in codebook.facets_of(target)]
    order += codebook.frame_codes
    languages = sorted(corpus.passages["lang"].unique())
    rows = [(code, lang, counts[code, lang]) for code in order for lang in languages]
    return pl.DataFrame(
        rows, schema={"code": pl.String, "lang": pl.String, "n": pl.Int64}, orient="row"
    )
