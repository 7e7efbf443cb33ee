from pathlib import Path

import polars as pl
import pytest

from stance import InputError
from stance.codebook import Codebook
from stance.corpus import Corpus
from stance.formats import (
    CodingWriter,
    read_codings,
    read_source,
    read_table,
    read_texts,
)


def write(path: Path, content: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(content.encode(encoding))
    return path


def test_csv_as_spreadsheets_write_it(tmp_path: Path) -> None:
    file = write(tmp_path / "x.csv", 'id;text\r\n1;"Été ; ""oui"""\r\n2;État\r\n', "cp1252")
    said: list[str] = []
    (batch,) = read_texts(file, say=said.append)
    assert batch["text"].to_list() == ['Été ; "oui"', "État"]
    assert any("Windows-1252" in s for s in said)
    assert any("semicolons" in s for s in said)


def test_every_format_gives_the_same_passages(tmp_path: Path) -> None:
    rows = pl.DataFrame({"id": ["1", "2"], "text": ["Ein Tal.", "Zwei\nTäler."]})
    rows.write_csv(tmp_path / "a.csv")
    rows.write_csv(tmp_path / "a.tsv", separator="\t")
    rows.write_parquet(tmp_path / "a.parquet")
    rows.write_ndjson(tmp_path / "a.jsonl")
    tables = [next(read_texts(tmp_path / f"a.{e}")) for e in ("csv", "tsv", "parquet", "jsonl")]
    assert all(table.equals(tables[0]) for table in tables)


def test_texts_come_in_batches(tmp_path: Path) -> None:
    lines = "".join(f'{{"id": {i}, "text": "t"}}\n' for i in range(25))
    sizes = [b.height for b in read_texts(write(tmp_path / "a.jsonl", lines), batch=10)]
    assert sizes == [10, 10, 5]


def test_parquet_is_read_in_slices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stance.formats._texts._SLICE", 4)
    rows = pl.DataFrame({"id": [f"{i}" for i in range(12)], "text": [f"t{i}" for i in range(12)]})
    rows.write_parquet(tmp_path / "a.parquet")
    whole = pl.concat(read_texts(tmp_path / "a.parquet", batch=5))
    assert whole["passage"].to_list() == rows["id"].to_list()
    assert whole["text"].to_list() == rows["text"].to_list()
    rows.with_columns(id=pl.lit("1")).write_parquet(tmp_path / "b.parquet")
    with pytest.raises(InputError, match=r"b\.parquet:2 .*again"):
        list(read_texts(tmp_path / "b.parquet"))


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.csv", "", "an empty file"),
        ("a.csv", "id,text\n", "no passage"),
        ("a.csv", "name,text\n1,b\n", "columns name, text"),
        ("a.csv", "id,text\n1,b,c\n", "3 fields"),
        ("a.csv", "id,text\n1,b\n1,c\n", '"1" again'),
        ("a.csv", "id,text\n1,\n", "an empty text"),
        ("a.csv", "id,text\n,b\n", "nothing"),
        ("a.jsonl", '{"id": 1, "text": 5}\n', "5"),
        ("a.jsonl", '{"id": 1}\n', "columns id"),
        ("a.docx", "x", "the ending '.docx'"),
        ("a", "x", "no ending"),
        ("a.parquet", "x", "a.parquet"),
    ],
)
def test_bad_texts_are_told(tmp_path: Path, name: str, content: str, found: str) -> None:
    file = write(tmp_path / name, content)
    with pytest.raises(InputError) as error:
        list(read_texts(file))
    assert found in str(error.value)
    assert str(file) in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("ending", [".jsonl", ".csv", ".parquet"])
def test_codings_round_trip(tmp_path: Path, valley: Corpus, ending: str) -> None:
    file = tmp_path / f"gold{ending}"
    gold = valley.gold.with_columns(document=pl.col("passage"))
    with CodingWriter(file, valley.codebook) as writer:
        writer.write(gold.head(12))
        writer.write(gold.tail(18))
    back = read_codings(file, valley.codebook)
    columns = ["passage", "coder", "dam", "dam_facets", "railway", "cost", "home"]
    assert back.select(columns).equals(gold.select(columns))


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, valley: Corpus) -> None:
    file = write(tmp_path / "old.jsonl", "old")
    with pytest.raises(RuntimeError), CodingWriter(file, valley.codebook) as writer:
        writer.write(valley.gold)
        raise RuntimeError("stopped half-way")
    assert file.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["old.jsonl"]


def test_answers_of_a_language_model_are_one_more_coder(
    tmp_path: Path, valley_book: Codebook
) -> None:
    answer = (
        '{"passage": "v01.1", "coder": "llm", "codebook": 7, "stance": {"dam": "pro"}, '
        '"facets": {"dam": ["current"]}, "frames": ["cost"], "actors": []}\n'
    )
    table = read_codings(write(tmp_path / "a.jsonl", answer), valley_book)
    assert table["coder"].to_list() == ["llm"]
    wrong = answer.replace('"pro"', '"yes"') + answer.replace('"cost"', '"money"')
    with pytest.raises(InputError) as error:
        read_codings(write(tmp_path / "b.jsonl", wrong), valley_book)
    assert len(error.value.faults) == 2


def test_metadata_tables_are_text(tmp_path: Path) -> None:
    table = read_table(write(tmp_path / "m.csv", "id,year\n1,2001\n"))
    assert table.rows() == [("1", "2001")]


def test_speeches_of_the_general_debate(tmp_path: Path) -> None:
    folder = tmp_path / "TXT" / "Session 25 - 1970"
    folder.mkdir(parents=True)
    write(folder / "MLI_25_1970.txt", "\ufeff1. We meet.\r\n2. We part.")
    write(folder / "._MLI_25_1970.txt", "x")
    write(folder / "EU_25_1970.txt", "We speak.")
    write(folder / "notes.txt", "x")
    speeches = list(read_source("ungdc", tmp_path))
    assert [d.id for d, _ in speeches] == ["EU_25_1970", "MLI_25_1970"]
    assert speeches[1][1] == "We meet.\nWe part."
    with pytest.raises(InputError, match="nothing there"):
        list(read_source("ungdc", tmp_path / "none"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no document"):
        list(read_source("ungdc", tmp_path / "empty"))


def test_articles_of_masakhanews(tmp_path: Path) -> None:
    folder = tmp_path / "fra"
    folder.mkdir()
    content = 'category\theadline\ttext\turl\npolitics\tTitre\t"Un ""mot""."\thttps://x.org/1\n'
    write(folder / "test.tsv", content)
    write(folder / "dev.tsv", content)
    ((document, text),) = read_source("masakhanews", tmp_path)
    assert (document.lang, document.title, text) == ("fr", "Titre", 'Un "mot".')
    with pytest.raises(InputError, match="columns"):
        write(folder / "bad.tsv", "a\tb\n")
        list(read_source("masakhanews", tmp_path))


def test_blocks_of_lafand(tmp_path: Path) -> None:
    folder = tmp_path / "text_files" / "fr-mos"
    folder.mkdir(parents=True)
    write(folder / "dev.fr", "".join(f"Phrase {i}.\n" for i in range(40)))
    write(folder / "dev.mos", "x")
    blocks = list(read_source("lafand", tmp_path))
    assert [d.id for d, _ in blocks] == ["lafand-mos-dev-000", "lafand-mos-dev-001"]
    assert blocks[0][0].meta["country"] == "BFA"
    assert blocks[1][1].startswith("Phrase 30. Phrase 31.")
    with pytest.raises(InputError, match="fr-XXX"):
        list(read_source("lafand", folder))


def test_programmes_of_2017(tmp_path: Path) -> None:
    folder = tmp_path / "projets"
    folder.mkdir()
    write(
        folder / "jeanne_doe.csv",
        '"proposition","source"\n"Un pont,\nun port.","x"\n"Une école.","y"\n',
    )
    ((document, text),) = read_source("presidentielles2017", tmp_path)
    assert document.speaker == "Jeanne Doe"
    assert text == "Un pont, un port.\nUne école."
    write(folder / "bad.csv", "a,b\n")
    with pytest.raises(InputError, match=r"bad\.csv:1"):
        list(read_source("presidentielles2017", tmp_path))


@pytest.mark.data
def test_the_whole_general_debate_tiles(data: Path) -> None:
    from stance.corpus import segment

    count = 0
    for _, text in read_source("ungdc", data / "ungdc" / "UNGDC_1946-2024.tar.xz"):
        spans = segment(text)
        assert spans[0].start == 0
        assert spans[-1].end == len(text)
        assert all(a.end == b.start for a, b in zip(spans, spans[1:], strict=False))
        count += 1
    assert count > 10_000
