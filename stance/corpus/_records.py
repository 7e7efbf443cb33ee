"""The records of a corpus on disk: documents, passages, codings; one JSON object a line."""

from __future__ import annotations

import datetime
import hashlib
import re
import unicodedata
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

Id = Annotated[str, Field(min_length=1, max_length=200)]
Lang = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?\Z")


def _date(value: str) -> str:
    if not _DATE.match(value):
        raise ValueError("expected YYYY, YYYY-MM or YYYY-MM-DD")
    datetime.date.fromisoformat((value + "-01-01")[:10])
    return value


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Document(_Record):
    """A speech, an article, a post: what passages are cut from.

    `actor` is the side that speaks, a state by its ISO 3166 alpha-3 code; `meta` holds what a
    corpus adds (genre, outlet), as strings.
    """

    id: Id
    lang: Lang
    date: Annotated[str, AfterValidator(_date)]
    source: str
    url: str | None = None
    title: str | None = None
    author: str | None = None
    speaker: str | None = None
    actor: str | None = None
    original_language: Lang | None = None
    meta: dict[str, str] = Field(default_factory=dict)


class Passage(_Record):
    """A stretch of a document that is coded as one.

    `start` and `end` count code points of the cleaned document. `text` is absent where the
    corpus is held without its text; `sha256` is of the UTF-8 bytes of the text in any case.
    `before` and `after` are hashes of the neighbouring words, `words` is that of its own words,
    of which there are `n_words`: by these it is found again in another copy. `probability` is the
    inclusion probability of a sampled passage.
    """

    id: Id
    document: Id
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=1)]
    lang: Lang
    text: str | None = None
    sha256: Sha256
    before: str | None = None
    after: str | None = None
    words: str | None = None
    n_words: Annotated[int, Field(ge=0)] | None = None
    probability: Annotated[float, Field(gt=0, le=1)] | None = None

    @model_validator(mode="after")
    def _text_fits(self) -> Passage:
        if self.end <= self.start:
            raise ValueError(f"end {self.end} is not after start {self.start}")
        if self.text is None:
            return self
        if not self.text.strip():
            raise ValueError("the text is empty")
        if len(self.text) != self.end - self.start:
            raise ValueError(
                f"the text has {len(self.text)} code points, start and end say "
                f"{self.end - self.start}"
            )
        if self.sha256 != text_hash(self.text):
            raise ValueError(f"sha256 is not that of the text, {text_hash(self.text)}")
        if not unicodedata.is_normalized("NFC", self.text):
            raise ValueError("the text is not in Unicode normal form C")
        return self


class ActorCoding(_Record):
    """Praise or blame of an actor, and the targets it belongs to."""

    actor: Id
    evaluation: str
    targets: list[str] = Field(default_factory=list)


class Coding(_Record):
    """What one coder recorded of one passage; a layer that was not coded is None.

    `p` holds a model's probabilities, as `stance predict` writes them.
    """

    passage: Id
    coder: Id
    codebook: int
    stance: dict[str, str]
    facets: dict[str, list[str]] | None = None
    frames: list[str] | None = None
    actors: list[ActorCoding] | None = None
    status: Literal["adjudicated", "single"] | None = None
    note: str | None = None
    p: dict[str, Any] | None = None


def text_hash(text: str) -> str:
    """SHA-256 of a text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
