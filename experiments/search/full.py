"""The full model: fitted on passages that were sought out, written or translated.

It learns from no document of which a passage was sampled. How its views are weighed, calibrated and
decided on is found on the sampled passages of the development split; these it codes out of fold, by
document. So every sampled passage can be used to score it and to correct shares.
"""

from __future__ import annotations

import copy

import joblib
import numpy as np
import polars as pl

from experiments.project import ROOT, SEED
from experiments.search.pool import tuned_encoder
from experiments.search.texts import SCRATCH, coded
from stance.evaluation import document_folds
from stance.models import Fitted, PassageCoder, full_coder, save_coder
from stance.models._bags import BagClassifier

MODELS = ROOT / "corpora" / "models"


def main() -> None:
    """Fit the model; write it, and its codings of the sampled passages, to ``corpora/models``."""
    SCRATCH.mkdir(parents=True, exist_ok=True)
    passages, gold = coded()
    sampled = passages.filter(pl.col("probability").is_not_null())
    learn = ~passages["document"].is_in(sampled["document"].to_list())
    learn &= passages["split"] != "withheld"
    coder = full_coder(tuned_encoder(), seed=SEED).fit(passages.filter(learn), gold.filter(learn))
    lighten(coder)
    uncalibrated = copy.deepcopy(coder)
    coder.calibrate(sampled.filter(pl.col("split") == "development"), gold)
    (SCRATCH / "taught.parquet").unlink(missing_ok=True)
    joblib.dump(coder, SCRATCH / "full.joblib")
    keep(coder, unseen(coder, uncalibrated, sampled, gold), f"{int(learn.sum())} coded passages")


def unseen(
    coder: PassageCoder, uncalibrated: PassageCoder, sampled: pl.DataFrame, gold: pl.DataFrame
) -> pl.DataFrame:
    """Codings of the sampled passages, those of development by coders calibrated on other ones."""
    looked = sampled.filter(pl.col("split") == "development")
    parts = [coder.code(sampled.filter(pl.col("split") != "development"))]
    for rest, part in document_folds(looked["document"].to_list(), seed=SEED):
        other = copy.deepcopy(uncalibrated).calibrate(looked[rest], gold)
        parts.append(other.code(looked[part]).with_columns(coder=pl.lit(coder.coder)))
    return sampled.select("passage").join(pl.concat(parts), on="passage", maintain_order="left")


def lighten(coder: PassageCoder) -> None:
    """Weights in half precision, those below a fortieth of a row's largest left out: a third off."""
    heads = [*coder.target_heads_, *coder.frame_heads_, *coder.facet_heads_, coder.stance_head_]
    for head in heads:
        for classifier in head.classifiers_:
            if isinstance(classifier, BagClassifier):
                classifier = classifier.classifier_
            weights = classifier.coef_
            least = np.abs(weights).max(axis=1, keepdims=True) / 40
            classifier.coef_ = np.where(np.abs(weights) < least, 0, weights).astype(np.float16)
    layout = coder.features_["vectors"].named_steps["kernel"]
    for name in ("normalization_", "components_"):
        setattr(layout, name, getattr(layout, name).astype(np.float32))


def keep(coder: Fitted, codings: pl.DataFrame, trained_on: str) -> None:
    """Write a model and its codings of the sampled passages to ``corpora/models``."""
    save_coder(coder, MODELS / coder.name, trained_on)
    numbers = pl.col(pl.Float64).round(4).cast(pl.Float32)
    codings.drop("p_actors", "note", "status").with_columns(numbers).write_parquet(
        MODELS / coder.name / "codings.parquet", compression="zstd", compression_level=15
    )


if __name__ == "__main__":
    main()
