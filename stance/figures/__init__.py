"""Figures: each draws one kind of result table and returns the Figure."""

from stance.figures._curves import learning, risk_coverage
from stance.figures._keyness import keyness
from stance.figures._matrix import cooccurrence, frames
from stance.figures._multiples import multiples
from stance.figures._network import network
from stance.figures._prevalence import prevalence
from stance.figures._quality import calibration, quality
from stance.figures._save import save, save_image
from stance.figures._stance import stance
from stance.figures._trend import trend

__all__ = [
    "calibration",
    "cooccurrence",
    "frames",
    "keyness",
    "learning",
    "multiples",
    "network",
    "prevalence",
    "quality",
    "risk_coverage",
    "save",
    "save_image",
    "stance",
    "trend",
]
