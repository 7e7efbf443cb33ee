"""Corpora: documents, passages and codings, read, checked and written."""

from stance.corpus._anchor import Anchor, Context, anchor, context, hydrate, words_key
from stance.corpus._arrays import facet_indicators, frame_indicators, stance_indices
from stance.corpus._clean import CLEANING, clean_text, decode
from stance.corpus._duplicates import near_duplicates
from stance.corpus._features import (
    Features,
    count_words,
    join_features,
    read_features,
    write_features,
)
from stance.corpus._jsonlines import dump_line, open_input, read_lines, read_records, write_records
from stance.corpus._lines import coding_dicts, coding_lines
from stance.corpus._load import (
    GOLD,
    Corpus,
    corpus_folder,
    corpus_stats,
    list_corpora,
    load_corpus,
    validate_corpus,
)
from stance.corpus._records import ActorCoding, Coding, Document, Passage, text_hash
from stance.corpus._segment import SEGMENTATION, Span, segment, sentence_ends, sentences
from stance.corpus._tables import (
    ACTORS,
    P_ACTORS,
    coding_records,
    codings_schema,
    codings_table,
    documents_table,
    passages_table,
    probability_columns,
)
from stance.corpus._words import Words, read_words
from stance.corpus._write import seal_corpus, write_corpus, write_hydrated

__all__ = [
    "ACTORS",
    "CLEANING",
    "GOLD",
    "P_ACTORS",
    "SEGMENTATION",
    "ActorCoding",
    "Anchor",
    "Coding",
    "Context",
    "Corpus",
    "Document",
    "Features",
    "Passage",
    "Span",
    "Words",
    "anchor",
    "clean_text",
    "coding_dicts",
    "coding_lines",
    "coding_records",
    "codings_schema",
    "codings_table",
    "context",
    "corpus_folder",
    "corpus_stats",
    "count_words",
    "decode",
    "documents_table",
    "dump_line",
    "facet_indicators",
    "frame_indicators",
    "hydrate",
    "join_features",
    "list_corpora",
    "load_corpus",
    "near_duplicates",
    "open_input",
    "passages_table",
    "probability_columns",
    "read_features",
    "read_lines",
    "read_records",
    "read_words",
    "seal_corpus",
    "segment",
    "sentence_ends",
    "sentences",
    "stance_indices",
    "text_hash",
    "validate_corpus",
    "words_key",
    "write_corpus",
    "write_features",
    "write_hydrated",
    "write_records",
]
