"""Which actors a text names: states, their governments, organisations, kinds of powers.

Names come from ``corpora/names.toml``: of states with demonyms, capitals and seats of government,
of organisations with acronyms, in English and French. A text is read once, word by word, and the
longest name that begins at a word counts; so the time it takes does not grow with the list. Many
texts are read at once: only where a name may begin is a word looked at by itself.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stance._faults import Fault, InputError
from stance._paths import data_folder
from stance.actors import states
from stance.corpus import Words, read_words

Integers = NDArray[np.int64]

_TOKEN = re.compile(r"\w+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_STOP = re.compile(r"[^\W\d_]{3}[.!?;:]\s")
"""What ends a sentence within what would be a name."""
_KINDS = ("names", "demonyms", "capitals", "seats")


class Mention(NamedTuple):
    """An actor named in a text, from code point `start` to `end`."""

    start: int
    end: int
    actor: str


class Named(NamedTuple):
    """An actor named in a text by `size` words, of which `first` is the first of all words."""

    first: int
    size: int
    actor: str


class Names(NamedTuple):
    """Names of actors, ready to be looked up.

    Attributes
    ----------
    actor_of : dict
        The actor of every name, a name as its words joined by blanks.
    longest : dict
        By first word: the number of words of its longest name.
    openings, second : frozenset
        The first two words of the names of several, joined by a blank; the second of them.
    cased, capitals : frozenset
        Names that count only where they begin with a capital ("Turkey", "Polish"), and only where
        they stand in capitals ("UN", which is not the French "Un").
    """

    actor_of: Mapping[str, str]
    longest: Mapping[str, int]
    openings: frozenset[str]
    second: frozenset[str]
    cased: frozenset[str]
    capitals: frozenset[str]


@cache
def load_names(path: Path | None = None) -> Names:
    """Names of actors, both languages together; a name of two actors is left out.

    Parameters
    ----------
    path : path, optional
        By default the project's own list.

    Raises
    ------
    InputError
        If the file is not TOML.
    """
    file = path or data_folder() / "names.toml"
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(Fault("", str(error), "names in TOML", file=str(file))) from error
    named: dict[str, set[str]] = {}
    spellings: dict[str, set[str]] = {}
    for actor, name in _named(content, file):
        key = _key(name)
        named.setdefault(key, set()).add(actor)
        spellings.setdefault(key, set()).add(name)
    actor_of = {key: actors.pop() for key, actors in named.items() if len(actors) == 1}
    longest: dict[str, int] = {}
    openings: set[str] = set()
    for key in actor_of:
        words = key.split()
        longest[words[0]] = max(longest.get(words[0], 0), len(words))
        if len(words) > 1:
            openings.add(" ".join(words[:2]))
    return Names(
        actor_of,
        longest,
        openings=frozenset(openings),
        second=frozenset(opening.split()[1] for opening in openings),
        cased=frozenset(k for k, forms in spellings.items() if all(f[0].isupper() for f in forms)),
        capitals=frozenset(k for k, forms in spellings.items() if all(f.isupper() for f in forms)),
    )


def _named(content: Mapping[str, Any], file: Path) -> Iterator[tuple[str, str]]:
    """Pairs of actor and name: those of the file, and those of the states that it does not name."""
    own: set[str] = set()
    for actor, entry in content.items():
        for field, names in entry.items() if isinstance(entry, dict) else [("", entry)]:
            known = field.rpartition("_")[0] in _KINDS
            if not known or not isinstance(names, list) or not all(map(_is_name, names)):
                expected = "lists of names, " + ", ".join(f"{kind}_en" for kind in _KINDS)
                raise InputError(
                    Fault(f"{actor}.{field}", repr(names)[:60], expected, "", str(file))
                )
            own.update(map(_key, names))
            yield from ((actor, name) for name in names)
    for actor, en, fr in states().select("actor", "en", "fr").iter_rows():
        yield from ((actor, name) for name in (*en, *fr) if _key(name) not in own)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(_TOKEN.search(value))


def bare_letters(text: str) -> str:
    """Lower case without accents, as many code points as before."""
    if text.isascii():
        return text.lower()
    return _NOT_ASCII.sub(lambda found: _bare_char(found[0]), text).lower()


def bare_words(texts: Sequence[str]) -> Words:
    """The words of texts with `bare_letters`."""
    return read_words(texts, _bare_char)


@cache
def _bare_char(char: str) -> str:
    lower = unicodedata.normalize("NFKD", char.lower()).lower()
    return lower[0] if lower else char


def _key(name: str) -> str:
    return " ".join(_TOKEN.findall(bare_letters(name)))


def find_mentions(text: str, names: Names | None = None) -> list[Mention]:
    """The actors that a text names, in order.

    Accents and the case of letters within words do not matter; a name written with a capital in the
    list counts only where the text has one too.

    Parameters
    ----------
    text : str
        In Unicode normal form C, as documents are: a letter and its accent are one code point.
    names : Names, optional
        By default the project's own.

    Examples
    --------
    >>> [m.actor for m in find_mentions("Le Quai d’Orsay a répondu à Bamako et à la CEDEAO.")]
    ['FRA', 'MLI', 'ECOWAS']
    """
    words = bare_words([text])
    return [
        Mention(int(words.starts[first]), int(words.ends[first + size - 1]), actor)
        for first, size, actor in find_named(words, [text], names)
    ]


def find_named(words: Words, texts: Sequence[str], names: Names | None = None) -> Iterator[Named]:
    """The actors that texts name, in order.

    Parameters
    ----------
    words : Words
        The `bare_words` of the texts.
    texts : sequence of str
        In Unicode normal form C.
    names : Names, optional
        By default the project's own.
    """
    names = names or load_names()
    text, each = "\n".join(texts), words.each
    places = _places(words, names)
    stops = np.searchsorted(words.rows, words.rows[places], side="right")
    after = 0
    for first, stop in zip(places.tolist(), stops.tolist(), strict=True):
        if first < after:
            continue
        several = " ".join(each[first : first + 2]) in names.openings
        most = min(names.longest[each[first]], stop - first) if several else 1
        for size in range(most, 0, -1):
            key = " ".join(each[first : first + size])
            actor = names.actor_of.get(key)
            if actor is None:
                continue
            found = text[words.starts[first] : words.ends[first + size - 1]]
            if _spelt(found, key, names):
                yield Named(first, size, actor)
                after = first + size
                break


def _places(words: Words, names: Names) -> Integers:
    """Where a name may begin: at one of a single word, or at a first word before a second."""
    alone = np.array([word in names.actor_of for word in words.distinct], dtype=bool)
    first = np.array([names.longest.get(word, 0) > 1 for word in words.distinct], dtype=bool)
    second = np.array([word in names.second for word in words.distinct], dtype=bool)
    begins = alone[words.ids]
    begins[:-1] |= first[words.ids[:-1]] & second[words.ids[1:]]
    return np.flatnonzero(begins)


def _spelt(found: str, key: str, names: Names) -> bool:
    # Between words of a name a sentence ends with a mark and a space, which is more than a blank.
    if len(found) > len(key) and _STOP.search(found):
        return False
    if key in names.capitals:
        return found.isupper()
    return key not in names.cased or found[0].isupper()


def replace_mentions(text: str, new: Mapping[str, str], other: str | None = None) -> str:
    """The text with the names of some actors replaced.

    Parameters
    ----------
    text : str
    new : mapping
        What stands for the names of an actor.
    other : str, optional
        What stands for the names of all other actors; None: they stay.
    """
    parts, last = [], 0
    for start, end, actor in find_mentions(text):
        name = new.get(actor, other)
        if name is not None:
            parts += [text[last:start], name]
            last = end
    return "".join([*parts, text[last:]])
