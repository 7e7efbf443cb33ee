"""Evaluation: scores with intervals, cross-validation by document, the coders' ceiling."""

from stance.evaluation._actors import actor_scores
from stance.evaluation._benchmarks import (
    BENCHMARKS,
    Benchmark,
    benchmark,
    published,
    stance_cells,
    stance_scores,
)
from stance.evaluation._calibration import calibration
from stance.evaluation._ceiling import MARGIN, ceiling
from stance.evaluation._confusions import CONFUSIONS, confusions
from stance.evaluation._crossvalidation import (
    code_split,
    cross_validate,
    document_folds,
    transfer,
)
from stance.evaluation._flips import flips
from stance.evaluation._leaks import name_leak
from stance.evaluation._metrics import (
    SCORES,
    class_f1,
    differences,
    f1,
    f_avg,
    scores,
)
from stance.evaluation._risk import risk_coverage
from stance.evaluation._unpaired import unpaired_differences

__all__ = [
    "BENCHMARKS",
    "CONFUSIONS",
    "MARGIN",
    "SCORES",
    "Benchmark",
    "actor_scores",
    "benchmark",
    "calibration",
    "ceiling",
    "class_f1",
    "code_split",
    "confusions",
    "cross_validate",
    "differences",
    "document_folds",
    "f1",
    "f_avg",
    "flips",
    "name_leak",
    "published",
    "risk_coverage",
    "scores",
    "stance_cells",
    "stance_scores",
    "transfer",
    "unpaired_differences",
]
