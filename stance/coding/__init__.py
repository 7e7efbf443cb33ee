"""Coding by people or language models: what to code, and how far coders agree."""

from stance.coding._agreement import (
    AGREEMENT,
    agreement,
    masi_distance,
    nominal_alpha,
    specific_agreement,
)
from stance.coding._design import Design, draw, read_design
from stance.coding._sampling import Wave, frame_hash, sample

__all__ = [
    "AGREEMENT",
    "Design",
    "Wave",
    "agreement",
    "draw",
    "frame_hash",
    "masi_distance",
    "nominal_alpha",
    "read_design",
    "sample",
    "specific_agreement",
]
