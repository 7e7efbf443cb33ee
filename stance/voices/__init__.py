"""Voices: which actors a text names."""

from stance.voices._mentions import (
    Mention,
    Names,
    bare_letters,
    find_mentions,
    load_names,
    replace_mentions,
)

__all__ = ["Mention", "Names", "bare_letters", "find_mentions", "load_names", "replace_mentions"]
