"""Discourse and stance analysis: from passages to the printed figure, with honest uncertainty.

The submodules are loaded when they are first used, so that ``import stance`` is quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.2.0"

if TYPE_CHECKING:
    from stance import codebook, coding, corpus, evaluation, figures, framing, models, report
    from stance._faults import InputError
    from stance.codebook import Codebook, load_codebook
    from stance.corpus import Corpus, load_corpus
    from stance.models import PassageCoder

__all__ = [
    "Codebook",
    "Corpus",
    "InputError",
    "PassageCoder",
    "codebook",
    "coding",
    "corpus",
    "evaluation",
    "figures",
    "framing",
    "load_codebook",
    "load_corpus",
    "models",
    "report",
]

_HOME = {
    "Codebook": "stance.codebook",
    "Corpus": "stance.corpus",
    "InputError": "stance._faults",
    "PassageCoder": "stance.models",
    "load_codebook": "stance.codebook",
    "load_corpus": "stance.corpus",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    if name in __all__:
        return importlib.import_module(f"stance.{name}")
    raise AttributeError(f"module 'stance' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
