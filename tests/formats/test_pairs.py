"""Readers of public benchmarks, on small files in their published layouts."""

import json
from pathlib import Path

import pytest

from stance import InputError
from stance.formats import read_cic, read_semeval2016, read_xstance

HEAD = "ID\tTarget\tTweet\tStance"


def semeval(folder: Path) -> Path:
    train = "1\tWalking\tI walk to work.\x85 Caf\xe9! #SemST\tFAVOR\r\n2\tWalking\tNo, a car.\tAGAINST\r\n"
    (folder / "WA.train.txt").write_bytes(train.encode("latin-1"))
    test = f"{HEAD}\n3\tWalking\tRain today #SemST\tNONE\n"
    (folder / "WA.test.txt").write_bytes(test.encode("latin-1"))
    return folder


def test_semeval_is_read_with_and_without_head_line(tmp_path: Path) -> None:
    table = read_semeval2016(semeval(tmp_path))
    assert table.select("set", "id", "stance").rows() == [
        ("test", "3", "NONE"),
        ("train", "1", "FAVOR"),
        ("train", "2", "AGAINST"),
    ]
    assert table["text"].to_list() == ["Rain today", "I walk to work.\x85 Café!", "No, a car."]
    assert set(table["lang"]) == {"en"}


def test_a_faulty_line_of_semeval_is_named(tmp_path: Path) -> None:
    semeval(tmp_path)
    (tmp_path / "XX.train.txt").write_text("1\tWalking\tI walk\tPERHAPS\n")
    with pytest.raises(InputError, match=r"XX\.train\.txt:1"):
        read_semeval2016(tmp_path)


def test_a_folder_without_the_files_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no passages of test, train"):
        read_semeval2016(tmp_path)
    with pytest.raises(InputError, match=r"spanish_train\.csv"):
        read_cic(tmp_path)
    with pytest.raises(InputError, match=r"train\.jsonl"):
        read_xstance(tmp_path)


def test_cic_is_read_in_both_languages(tmp_path: Path) -> None:
    for name in ("spanish", "catalan"):
        for part in ("train", "val", "test"):
            rows = 'id_str\tTWEET\tLABEL\n7\t"Dos\nlíneas"\tFAVOR\n'
            (tmp_path / f"{name}_{part}.csv").write_text(rows, "utf-8")
    table = read_cic(tmp_path)
    assert table["text"].unique().to_list() == ["Dos\nlíneas"]
    assert table.group_by("lang", "set").len().height == 6
    (tmp_path / "catalan_val.csv").write_text("id_str\tTWEET\tLABEL\n7\tUna\tMAYBE\n", "utf-8")
    with pytest.raises(InputError, match=r"catalan_val\.csv:2"):
        read_cic(tmp_path)


def test_xstance_takes_the_question_as_target(tmp_path: Path) -> None:
    row = {
        "question": "Plus de trains ?",
        "id": 4,
        "language": "fr",
        "comment": "Oui.",
        "label": "FAVOR",
    }
    for part in ("train", "valid", "test"):
        (tmp_path / f"{part}.jsonl").write_text(json.dumps(row) + "\n", "utf-8")
    table = read_xstance(tmp_path)
    assert table.height == 3
    assert set(table["set"]) == {"train", "development", "test"}
    assert table.row(0)[1:] == ("Plus de trains ?", "fr", "4", "Oui.", "FAVOR")
    (tmp_path / "test.jsonl").write_text(json.dumps(row | {"label": "yes"}) + "\n", "utf-8")
    with pytest.raises(InputError, match=r"test\.jsonl:1"):
        read_xstance(tmp_path)
