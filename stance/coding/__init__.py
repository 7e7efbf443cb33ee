"""Coding by people or language models: what to code, and how far coders agree."""

from stance.coding._agreement import (
    AGREEMENT,
    agreement,
    masi_distance,
    nominal_alpha,
    specific_agreement,
)
from stance.coding._sampling import Wave, frame_hash, sample

__all__ = [
    "AGREEMENT",
    "Wave",
    "agreement",
    "frame_hash",
    "masi_distance",
    "nominal_alpha",
    "sample",
    "specific_agreement",
]
