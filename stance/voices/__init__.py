"""Voices: which actors a text names."""

from stance.voices._mentions import (
    Mention,
    Named,
    Names,
    bare_letters,
    bare_words,
    find_mentions,
    find_named,
    load_names,
    replace_mentions,
)

__all__ = [
    "Mention",
    "Named",
    "Names",
    "bare_letters",
    "bare_words",
    "find_mentions",
    "find_named",
    "load_names",
    "replace_mentions",
]
