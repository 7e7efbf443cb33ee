"""The coding scheme: its codes, read from a codebook file, and its rules.

No other module knows a code by name. A codebook of one's own (other targets, facets, stances,
frames, evaluations, in other languages) is a TOML file of the same form; every command takes it
with ``--codebook``.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from stance._faults import Fault, InputError
from stance._paths import data_folder

__all__ = [
    "Code",
    "Codebook",
    "Decision",
    "Evaluation",
    "Example",
    "Facet",
    "Frame",
    "Probabilities",
    "Rule",
    "Stance",
    "Target",
    "load_codebook",
]

Text = dict[str, str]
_SLUG = re.compile(r"[a-z][a-z0-9_]*\Z")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Example(_Strict):
    """A worked example of a code: a short text, what it is an example of, and why."""

    kind: Literal["positive", "negative", "borderline"]
    text: Text
    why: Text


class Code(_Strict):
    """One code: what it is called, what it means, what counts and what does not."""

    code: str
    name: Text
    definition: Text
    include: Text = Field(default_factory=dict)
    exclude: Text = Field(default_factory=dict)
    examples: tuple[Example, ...] = ()


class Facet(Code):
    """A side of a target."""


class Target(Code):
    """An idea that a passage may discuss, with the proposition on which it takes a stance."""

    proposition: Text
    facets: tuple[Facet, ...]


class Stance(Code):
    """A position on a target's proposition; polarity 1 is for it, -1 against it, 0 neither."""

    polarity: Literal[-1, 0, 1]


class Frame(Code):
    """A kind of consideration by which a matter is argued."""


class Evaluation(Code):
    """What a passage does to an actor; polarity 1 speaks for the actor, -1 against."""

    polarity: Literal[-1, 1]


class Rule(_Strict):
    """A boundary rule, which settles where coders differed."""

    name: Text
    text: Text


@dataclass(frozen=True)
class Probabilities:
    """Calibrated probabilities of every code for n passages.

    Attributes
    ----------
    target : array, shape (n, targets)
    stance : array, shape (n, targets, stances)
        Given the target; each row of the last axis sums to 1.
    facet : array, shape (n, facets)
        Given its target, in the order of `Codebook.facet_codes`.
    frame : array, shape (n, frames)
    """

    target: NDArray[np.float64]
    stance: NDArray[np.float64]
    facet: NDArray[np.float64]
    frame: NDArray[np.float64]


class Decision(NamedTuple):
    """Codes decided for n passages under the codebook's rules.

    `target` (n, targets), `facet` (n, facets) and `frame` (n, frames) are Boolean; `stance`
    (n, targets) is an index into `Codebook.stance_codes`, or -1 where the target is absent.
    """

    target: NDArray[np.bool_]
    stance: NDArray[np.int64]
    facet: NDArray[np.bool_]
    frame: NDArray[np.bool_]


class Codebook(_Strict):
    """A coding scheme.

    Attributes
    ----------
    name, version : str, int
        Together they name the scheme; every coding records the version.
    languages : tuple of str
        The languages in which the codebook is written (ISO 639-1); the first is the default.
    title, unit : dict
        By language: the title of the scheme and its unit of coding.
    frames_at_most : int
        The largest number of frames of one passage.
    targets, stances, frames, evaluations, rules, procedure
        The codes and rules themselves.
    """

    name: str
    version: int
    languages: tuple[str, ...] = Field(min_length=1)
    title: Text
    unit: Text
    frames_at_most: int = Field(ge=1)
    targets: tuple[Target, ...] = Field(min_length=1)
    stances: tuple[Stance, ...] = Field(min_length=2)
    frames: tuple[Frame, ...] = Field(min_length=1)
    evaluations: tuple[Evaluation, ...] = Field(min_length=1)
    rules: tuple[Rule, ...] = ()
    procedure: tuple[Text, ...] = ()

    @cached_property
    def target_codes(self) -> tuple[str, ...]:
        """The codes of the targets, in order."""
        return tuple(target.code for target in self.targets)

    @cached_property
    def stance_codes(self) -> tuple[str, ...]:
        """The codes of the stances, in order."""
        return tuple(stance.code for stance in self.stances)

    @cached_property
    def frame_codes(self) -> tuple[str, ...]:
        """The codes of the frames, in order."""
        return tuple(frame.code for frame in self.frames)

    @cached_property
    def evaluation_codes(self) -> tuple[str, ...]:
        """The codes of the evaluations of actors, in order."""
        return tuple(evaluation.code for evaluation in self.evaluations)

    @cached_property
    def facet_codes(self) -> tuple[tuple[str, str], ...]:
        """Pairs of target and facet, in order."""
        return tuple((t.code, facet.code) for t in self.targets for facet in t.facets)

    @cached_property
    def polar_stances(self) -> tuple[int, ...]:
        """Positions in `stance_codes` of the stances that take a side, the favourable first."""
        order = sorted(range(len(self.stances)), key=lambda i: -self.stances[i].polarity)
        return tuple(i for i in order if self.stances[i].polarity)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the codebook's content, shortened to 12 hexadecimal digits."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]

    def facets_of(self, target: str) -> tuple[str, ...]:
        """The codes of the facets of a target."""
        return tuple(facet for owner, facet in self.facet_codes if owner == target)

    def label(self, code: str, lang: str | None = None) -> str:
        """The name of a code in a language; of ``target:stance``, ``target/facet``, ``a&b`` both.

        Raises
        ------
        KeyError
            If no code of this codebook is called that.
        """
        joined = re.split(r"([:&/])", code)
        if len(joined) > 1:
            colon = "\u202f: " if (lang or self.languages[0]) == "fr" else ": "
            names = {":": colon, "/": colon, "&": " & "}
            return "".join(names.get(part) or self.label(part, lang) for part in joined)
        name = self._names[code]
        return name.get(lang or self.languages[0], name[self.languages[0]])

    @cached_property
    def _names(self) -> dict[str, Text]:
        return {code.code: code.name for _, code in self._codes()}

    def _codes(self) -> Iterator[tuple[str, Code]]:
        for layer in ("targets", "stances", "frames", "evaluations"):
            for code in getattr(self, layer):
                yield layer, code
                for facet in getattr(code, "facets", ()):
                    yield "facets", facet

    @model_validator(mode="after")
    def _consistent(self) -> Codebook:
        seen: dict[str, str] = {}
        for layer, code in self._codes():
            if not _SLUG.match(code.code):
                raise ValueError(
                    f"code {code.code!r} in {layer}: expected lower-case letters, digits and _"
                )
            if code.code in seen:
                raise ValueError(f"code {code.code!r} stands in {seen[code.code]} and in {layer}")
            seen[code.code] = layer
            for text in (code.name, code.definition):
                if missing := [lang for lang in self.languages if not text.get(lang)]:
                    raise ValueError(f"code {code.code!r} has no text in {', '.join(missing)}")
        if len({s.polarity for s in self.stances} & {-1, 1}) != 2:
            raise ValueError("stances: expected one with polarity 1 and one with polarity -1")
        return self

    def check(self, coding: Mapping[str, Any]) -> Iterator[Fault]:
        """The faults of one coding under this codebook.

        Parameters
        ----------
        coding : mapping
            With keys ``stance``, ``facets``, ``frames``, ``actors`` and ``codebook``, as in a
            line of ``codings.jsonl``; a layer that was not coded is absent or None.
        """
        if coding.get("codebook") != self.version:
            yield Fault(
                "codebook",
                repr(coding.get("codebook")),
                f"{self.version}, the version of codebook {self.name!r}",
                "Pass the codebook of these codings with --codebook.",
            )
            return
        stance = coding.get("stance") or {}
        for target, value in stance.items():
            yield from self._unknown("stance", target, self.target_codes)
            yield from self._unknown(f"stance.{target}", value, self.stance_codes)
        yield from self._check_facets(stance, coding.get("facets") or {})
        frames = list(coding.get("frames") or ())
        for frame in frames:
            yield from self._unknown("frames", frame, self.frame_codes)
        if len(frames) > self.frames_at_most:
            yield Fault("frames", f"{len(frames)} frames", f"at most {self.frames_at_most}")
        if len(set(frames)) < len(frames):
            yield Fault("frames", "a frame twice", "each frame once")
        for actor in coding.get("actors") or ():
            name = f"actors.{actor['actor']}"
            yield from self._unknown(
                f"{name}.evaluation", actor["evaluation"], self.evaluation_codes
            )
            for target in actor["targets"]:
                yield from self._unknown(f"{name}.targets", target, self.target_codes)

    def _check_facets(
        self, stance: Mapping[str, str], facets: Mapping[str, Sequence[str]]
    ) -> Iterator[Fault]:
        for target, chosen in facets.items():
            if target not in stance:
                yield Fault(f"facets.{target}", "facets", "no facet without its target's stance")
            for facet in chosen:
                if target in self.target_codes:
                    yield from self._unknown(f"facets.{target}", facet, self.facets_of(target))

    def _unknown(self, field: str, found: str, known: Sequence[str]) -> Iterator[Fault]:
        if found not in known:
            yield Fault(field, f'"{found}"', _one_of(known), "See 'stance codebook'.")

    def decide(
        self,
        probabilities: Probabilities,
        *,
        target_thresholds: Sequence[float] | float = 0.5,
        stance_weights: Sequence[float] | float = 1.0,
        facet_thresholds: Sequence[float] | float = 0.5,
        frame_thresholds: Sequence[float] | float = 0.5,
    ) -> Decision:
        """Decide codes from probabilities under the codebook's rules.

        A target is present where its probability reaches its threshold. Stance and facets are
        given only with their target: the stance of the largest weighted probability, the facets
        that reach their threshold and always the most probable one. Of the frames that reach
        their threshold the most probable are kept, `frames_at_most` of them.

        Parameters
        ----------
        probabilities : Probabilities
            For n passages.
        target_thresholds, facet_thresholds, frame_thresholds : float or sequence of float
            One for all codes of the layer, or one a code.
        stance_weights : float or sequence of float
            What a stance's probability is multiplied by; above 1 for one that is rare and would be
            missed.
        """
        p = probabilities
        target = p.target >= np.asarray(target_thresholds)
        stance = np.where(target, (p.stance * stance_weights).argmax(axis=2), -1)
        facet = p.facet >= np.asarray(facet_thresholds)
        start = 0
        for column, code in enumerate(self.target_codes):
            own = slice(start, start + len(self.facets_of(code)))
            start = own.stop
            best = p.facet[:, own].argmax(axis=1)
            facet[np.arange(len(facet)), own.start + best] = True
            facet[:, own] &= target[:, [column]]
        rank = (-p.frame).argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
        frame = (p.frame >= np.asarray(frame_thresholds)) & (rank < self.frames_at_most)
        return Decision(target, stance.astype(np.int64), facet, frame)


def _one_of(codes: Sequence[str]) -> str:
    return ", ".join(codes[:-1]) + " or " + codes[-1] if len(codes) > 1 else codes[0]


@lru_cache
def load_codebook(path: str | Path | None = None) -> Codebook:
    """Read a codebook.

    Parameters
    ----------
    path : path, optional
        A codebook in TOML; by default the project's own.

    Raises
    ------
    InputError
        If the file is not there, is not TOML, or does not describe a codebook.
    """
    file = Path(path) if path is not None else data_folder() / "codebook.toml"
    try:
        content = tomllib.loads(file.read_bytes().decode("utf-8"))
    except OSError as error:
        found = error.strerror or "an unreadable file"
        raise InputError(Fault("", found, "a codebook", file=str(file))) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(Fault("", str(error), "TOML in UTF-8", file=str(file))) from error
    try:
        return Codebook.model_validate(content)
    except ValidationError as error:
        faults = [
            Fault(".".join(map(str, e["loc"])), _shown(e["input"]), e["msg"], file=str(file))
            for e in error.errors()
        ]
        raise InputError(faults) from error


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
