"""Figures: each draws one kind of result table and returns the Figure."""

from stance.figures._keyness import keyness
from stance.figures._matrix import cooccurrence, frames
from stance.figures._prevalence import prevalence
from stance.figures._quality import calibration, quality
from stance.figures._save import save, save_image
from stance.figures._stance import stance

__all__ = [
    "calibration",
    "cooccurrence",
    "frames",
    "keyness",
    "prevalence",
    "quality",
    "save",
    "save_image",
    "stance",
]
