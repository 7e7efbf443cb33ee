import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stance import InputError
from stance.codebook import Codebook
from stance.corpus import (
    Corpus,
    coding_records,
    codings_table,
    corpus_stats,
    load_corpus,
    seal_corpus,
    validate_corpus,
)

VALLEY = Path(__file__).parent.parent / "fixtures" / "valley"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(VALLEY, tmp_path / "valley")
    return tmp_path / "valley"


def edit(file: Path, line: int, change: Callable[[dict[str, Any]], None]) -> None:
    lines = file.read_text("utf-8").splitlines()
    record = json.loads(lines[line - 1])
    change(record)
    lines[line - 1] = json.dumps(record, ensure_ascii=False)
    file.write_text("\n".join(lines) + "\n", "utf-8")
    seal_corpus(file.parent, {"name": "valley"})


def test_the_fixture_has_no_fault(valley_book: Codebook) -> None:
    assert validate_corpus(VALLEY, valley_book) == []


CHANGES: dict[str, tuple[str, Callable[[dict[str, Any]], None], str, str]] = {
    "unknown label": ("codings", lambda r: r["stance"].update(dam="pros"), "stance.dam", '"pros"'),
    "missing field": ("codings", lambda r: r.pop("coder"), "coder", "no such field"),
    "unknown field": ("codings", lambda r: r.update(mood="sad"), "mood", "an unknown field"),
    "wrong offsets": ("passages", lambda r: r.update(end=r["end"] + 3), "", "code points"),
    "changed text": (
        "passages",
        lambda r: r.update(text=r["text"].replace("e", "a")),
        "",
        "sha256 is not that of the text",
    ),
    "empty text": ("passages", lambda r: r.update(text=" " * len(r["text"])), "", "text is empty"),
    "unknown document": ("passages", lambda r: r.update(document="nix"), "document", '"nix"'),
    "duplicate id": ("passages", lambda r: r.update(id="v01.1"), "id", "again"),
    "duplicate coding": (
        "codings",
        lambda r: r.update(coder="gold", passage="v01.1"),
        "passage",
        "again",
    ),
    "bad date": ("documents", lambda r: r.update(date="2001-13"), "date", "2001-13"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_fault_names_file_line_and_field(folder: Path, valley_book: Codebook, name: str) -> None:
    stem, change, field, found = CHANGES[name]
    file = folder / f"{stem}.jsonl"
    edit(file, 4, change)
    faults = [str(fault) for fault in validate_corpus(folder, valley_book)]
    told = [f for f in faults if f.startswith(f"{file}:4") and field in f and found in f]
    assert told, faults
    with pytest.raises(InputError):
        load_corpus(folder, valley_book)


def test_validate_collects_what_load_raises_at_first(folder: Path, valley_book: Codebook) -> None:
    for line in (2, 5, 8):
        edit(folder / "codings.jsonl", line, lambda r: r["stance"].update(dam="pros"))
    assert len(validate_corpus(folder, valley_book)) == 3
    with pytest.raises(InputError) as error:
        load_corpus(folder, valley_book)
    assert len(error.value.faults) == 1


def test_a_changed_file_breaks_the_seal(folder: Path, valley_book: Codebook) -> None:
    with (folder / "documents.jsonl").open("a") as out:
        out.write("\n")
    (fault,) = validate_corpus(folder, valley_book)
    assert fault.field == "sha256.documents.jsonl"


def test_coded_passages_need_gold(folder: Path, valley_book: Codebook) -> None:
    edit(folder / "codings.jsonl", 3, lambda r: r.update(coder="c"))
    assert any("no gold coding" in str(f) for f in validate_corpus(folder, valley_book))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "an empty file"),
        (b"{\n", "malformed JSON"),
        (b'["a"]\n', "a JSON list"),
        (b'{"id": "\xff"}\n', "byte 0xff"),
        (b'{"id": "' + b"x" * 5_000_000 + b'"}\n', "more than 1 MB"),
        (b"[" * 100_000 + b"\n", "nested too deeply"),
    ],
)
def test_a_broken_file_is_one_clear_line(
    folder: Path, valley_book: Codebook, content: bytes, found: str
) -> None:
    (folder / "documents.jsonl").write_bytes(content)
    faults = validate_corpus(folder, valley_book)
    assert found in str(faults[0])
    assert str(folder / "documents.jsonl") in str(faults[0])
    assert len(str(faults[0])) < 400


def test_a_byte_order_mark_is_read(folder: Path, valley_book: Codebook) -> None:
    file = folder / "documents.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    seal_corpus(folder, {"name": "valley"})
    assert load_corpus(folder, valley_book).documents.height == 30


def test_codings_survive_the_way_to_a_table_and_back(valley: Corpus) -> None:
    records = coding_records(valley.codings, valley.codebook)
    document_of = dict(valley.passages.select("passage", "document").iter_rows())
    assert codings_table(records, valley.codebook, document_of).equals(valley.codings)


def test_stats_count_by_hand(valley: Corpus) -> None:
    counts = {(code, lang): n for code, lang, n in corpus_stats(valley).iter_rows()}
    assert counts["(passages)", "de"] == counts["(passages)", "it"] == 15
    assert counts["dam:open", "de"] == 2
    assert counts["railway", "it"] == 6


def test_no_corpus_names_those_there_are(valley_book: Codebook) -> None:
    with pytest.raises(InputError, match="constructed"):
        load_corpus("no-such", valley_book)
