"""LAFAND (Adelani et al. 2022, NAACL; CC BY-NC 4.0): French press of West and Central Africa.

``fr-XXX/{train,dev,test}.fr``, a sentence a line in source order; articles are not marked. Read:
runs of sentences as one paragraph. Lost: where an article ends, so that a "document" here is a
block of 30 sentences, within which several articles may meet; split by block, not by passage.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from stance.corpus import Document, clean_text, decode

BLOCK = 30
_COUNTRIES = {
    "fr-bam": "MLI",
    "fr-bbj": "CMR",
    "fr-ewe": "TGO",
    "fr-fon": "BEN",
    "fr-mos": "BFA",
    "fr-wol": "SEN",
}


def parse_lafand(name: PurePosixPath, raw: bytes) -> Iterator[tuple[Document, str]]:
    """The blocks of sentences of one file with their cleaned text, in source order."""
    if name.parent.name not in _COUNTRIES:
        return
    lines = [clean_text(line) for line in decode(raw).splitlines() if line.strip()]
    for start in range(0, len(lines), BLOCK):
        document = Document(
            id=f"lafand-{name.parent.name[3:]}-{name.stem}-{start // BLOCK:03}",
            lang="fr",
            date="2020",
            source="LAFAND",
            meta={"country": _COUNTRIES[name.parent.name], "genre": "news report"},
        )
        yield document, " ".join(lines[start : start + BLOCK])
