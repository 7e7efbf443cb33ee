"""A sampling design as a file: frozen before the draw, kept beside the sample."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from stance._faults import Fault, InputError
from stance.coding._sampling import Wave, frame_hash, sample


class WaveRecord(BaseModel):
    """A wave as ``[[wave]]`` in a design."""

    model_config = ConfigDict(extra="forbid")
    name: str
    n: int = Field(ge=1)
    formula: str | None = None
    floor: float = Field(0.05, gt=0)
    allocation: Literal["proportional", "equal", "weight"] = "proportional"


class Design(BaseModel):
    """Who can be drawn, in which strata and waves.

    Attributes
    ----------
    seed : int
    where : str or None
        An SQL condition that passages of the frame fulfil; None for all.
    strata : list of str
        SQL expressions over the columns of the frame, constant within a document
        (``substr(date, 1, 3)``).
    wave : list of WaveRecord
    """

    model_config = ConfigDict(extra="forbid")
    seed: int
    where: str | None = None
    strata: list[str] = Field(default_factory=list)
    wave: list[WaveRecord] = Field(min_length=1)


def read_design(path: Path) -> Design:
    """Read a design from TOML.

    Raises
    ------
    InputError
        If it is no TOML, or a field is missing, unknown or of another kind.
    """
    try:
        return Design.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(Fault("", str(error), "a design in TOML", file=str(path))) from error
    except ValidationError as error:
        raise InputError(
            Fault(".".join(map(str, e["loc"])), repr(e["input"]), e["msg"], file=str(path))
            for e in error.errors()
        ) from error


def draw(frame: pl.DataFrame, design: Design) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Draw passages by a design.

    Parameters
    ----------
    frame : DataFrame
        Every passage of the population: ``passage, document`` and the columns that the design's
        expressions name.
    design : Design

    Returns
    -------
    sample : DataFrame
        ``passage, document, wave, probability``; see `sample`.
    record : dict
        The design, and the frame it was drawn from: its hash, its passages and documents.

    Raises
    ------
    InputError
        If an expression cannot be computed, or a wave asks for more than there is.
    """
    try:
        population = frame.filter(pl.sql_expr(design.where)) if design.where else frame
        strata = [f"_by{i}" for i in range(len(design.strata))]
        population = population.with_columns(
            pl.sql_expr(expression).alias(name)
            for name, expression in zip(strata, design.strata, strict=True)
        )
        drawn = sample(
            population,
            [Wave(**wave.model_dump()) for wave in design.wave],
            by=strata,
            seed=design.seed,
        )
    except (pl.exceptions.PolarsError, ValueError) as error:
        expected = "a design that the columns and passages of the frame bear"
        raise InputError(Fault("", str(error).splitlines()[0], expected)) from error
    record = design.model_dump(exclude_none=True) | {
        "frame": {
            "passages": population.height,
            "documents": population["document"].n_unique(),
            "sha256": frame_hash(population),
        }
    }
    return drawn, record
