"""Measures of framing: shares corrected for coder error, keyness, co-occurrence."""

from stance.framing._codes import indicator, prediction
from stance.framing._contrast import contrasts
from stance.framing._cooccurrence import cooccurrence
from stance.framing._keyness import keyness, log_odds
from stance.framing._network import network
from stance.framing._periods import periods
from stance.framing._prevalence import (
    FEWEST_GOLD,
    default_codes,
    prevalence,
    two_phase_share,
    weighted,
)
from stance.framing._readers import reader_contrasts
from stance.framing._recovery import recovery, with_truth
from stance.framing._tipping import TippingPoint, tipping_point
from stance.framing._whole_corpus import cells, corpus_prevalence, document_sums, yearly

__all__ = [
    "FEWEST_GOLD",
    "TippingPoint",
    "cells",
    "contrasts",
    "cooccurrence",
    "corpus_prevalence",
    "default_codes",
    "document_sums",
    "indicator",
    "keyness",
    "log_odds",
    "network",
    "periods",
    "prediction",
    "prevalence",
    "reader_contrasts",
    "recovery",
    "tipping_point",
    "two_phase_share",
    "weighted",
    "with_truth",
    "yearly",
]
