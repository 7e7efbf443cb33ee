"""Coding by people or language models: agreement of coders."""

from stance.coding._agreement import (
    AGREEMENT,
    agreement,
    masi_distance,
    nominal_alpha,
    specific_agreement,
)

__all__ = ["AGREEMENT", "agreement", "masi_distance", "nominal_alpha", "specific_agreement"]
