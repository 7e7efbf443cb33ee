"""The commands as a user types them, with a codebook of one's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

FIXTURES = Path(__file__).parent.parent / "fixtures"
BOOK, VALLEY = FIXTURES / "codebook.toml", FIXTURES / "valley"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("run")
    command = Path(sys.executable).with_name("stance")

    def call(*words: object, code: int = 0) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"STANCE_CACHE": str(folder / "cache"), "NO_COLOR": "1"}
        done = subprocess.run(
            [command, *map(str, words)],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, (words, done.stdout, done.stderr)
        return done

    call.folder = folder  # type: ignore[attr-defined]
    return call


@pytest.fixture(scope="module")
def folder(run: Run) -> Path:
    return run.folder  # type: ignore[attr-defined, no-any-return]


@pytest.fixture(scope="module")
def model(run: Run, folder: Path) -> Path:
    run("train", "--corpus", VALLEY, "--codebook", BOOK, "--out", folder / "model")
    return folder / "model"


@pytest.fixture(scope="module")
def predicted(run: Run, folder: Path, model: Path) -> Path:
    out = folder / "predicted.jsonl"
    run("predict", VALLEY / "passages.jsonl", "--model", model, "--out", out)
    return out


def test_help_comes_at_once(run: Run) -> None:
    assert "predict" in run("--help").stdout


def test_the_codebook_is_printed_and_exported(run: Run, folder: Path) -> None:
    assert "Staudamm" in run("codebook", "--codebook", BOOK).stdout
    assert "Diga" in run("codebook", "--codebook", BOOK, "--lang", "it").stdout
    prompt = run("codebook", "--codebook", BOOK, "--prompt").stdout
    assert '"codebook": 7' in prompt
    assert "thanks|reproach" in prompt
    run("codebook", "--html", folder / "handbook.html")
    page = (folder / "handbook.html").read_text("utf-8")
    assert page.count("<section") == 2
    assert 'lang="fr"' in page


def test_a_benchmark_says_first_what_the_task_scores(run: Run, folder: Path) -> None:
    kinds = {"FAVOR": "walks are lovely", "AGAINST": "walking is awful", "NONE": "it rained"}
    files = folder / "semeval"
    files.mkdir()
    for target in ("Walking", "Swimming"):
        for part, n in (("train", 24), ("test", 9)):
            rows = [
                f"{i}\t{target}\t{text} {i}\t{stance}"
                for i in range(n // 3)
                for stance, text in kinds.items()
            ]
            (files / f"{target[:2]}.{part}.txt").write_text("\n".join(rows), "latin-1")
    lines = run("benchmark", "semeval2016", "--data", files, "--words").stdout.splitlines()
    assert lines[0] == "pooled F_avg 100.00 [100.00, 100.00] (n-grams, en)"
    assert lines[1].startswith("mean F_avg over targets 100.00 [")
    assert any("TimeLMs-2021" in line for line in lines)


def test_models_have_cards(run: Run, model: Path, folder: Path) -> None:
    shipped = run("model", "full").stdout
    assert shipped.startswith("# Model card: full")
    assert "Coder against coder" in shipped
    assert run("model").stdout.startswith("# Model card: student")
    own = run("model", model).stdout
    assert "Trained on valley@" in own
    assert "None came with this model" in own
    assert "no-such-model" in run("model", folder / "no-such-model", code=1).stderr


def test_a_corpus_is_validated_counted_exported(run: Run, folder: Path) -> None:
    assert "no fault" in run("corpus", "validate", VALLEY, "--codebook", BOOK).stderr
    assert "railway:pro" in run("corpus", "stats", VALLEY, "--codebook", BOOK).stdout
    out = folder / "b.csv"
    run("corpus", "export", VALLEY, "--codebook", BOOK, "--coder", "b", "--out", out)
    assert pl.read_csv(out).height == 30
    assert "constructed" in run("corpus", "list").stdout


def test_predictions_keep_the_contract(predicted: Path) -> None:
    records = [json.loads(line) for line in predicted.read_text("utf-8").splitlines()]
    assert len(records) == 30
    ids = [
        json.loads(line)["id"]
        for line in (VALLEY / "passages.jsonl").read_text("utf-8").splitlines()
    ]
    assert [r["id"] for r in records] == ids
    for record in records:
        assert record["codebook"] == 7
        assert record["coder"].startswith("model:base@")
        assert set(record["p"]) == {"target", "stance", "facet", "frame"}
        assert set(record["facets"]) == set(record["stance"])
        assert len(record["frames"]) <= 2
        for target in record["stance"]:
            assert record["facets"][target]


def test_predicting_twice_gives_the_same_bytes(
    run: Run, folder: Path, model: Path, predicted: Path
) -> None:
    again = folder / "again.jsonl"
    run("predict", VALLEY / "passages.jsonl", "--model", model, "--out", again)
    assert again.read_bytes() == predicted.read_bytes()


@pytest.mark.slow
def test_processes_do_not_change_a_byte(run: Run, folder: Path, model: Path) -> None:
    """Five batches of 500, for which processes are started."""
    texts = pl.read_ndjson(VALLEY / "passages.jsonl")["text"]
    many = pl.DataFrame({"id": range(2001), "text": texts.gather([i % 30 for i in range(2001)])})
    many.write_csv(folder / "many.csv")
    for ending in ("jsonl", "csv"):
        outs = [folder / f"by-{workers}.{ending}" for workers in (1, 2)]
        for workers, out in enumerate(outs, 1):
            words = ("--model", model, "--workers", workers, "--out", out)
            run("predict", folder / "many.csv", *words)
        assert outs[0].read_bytes() == outs[1].read_bytes()
        assert len(outs[0].read_text("utf-8").splitlines()) == 2001 + (ending == "csv")


def test_a_folder_is_coded_and_resumed(run: Run, folder: Path, model: Path) -> None:
    inside = folder / "inside"
    inside.mkdir()
    for name in ("one", "two"):
        (inside / f"{name}.csv").write_text("id,text\n1,Der Staudamm im Tal.\n", "utf-8")
    run("predict", inside, "--model", model, "--out", folder / "coded")
    first = (folder / "coded" / "one.jsonl").stat().st_mtime_ns
    (folder / "coded" / "two.jsonl").unlink()
    done = run("predict", inside, "--model", model, "--out", folder / "coded")
    assert "two.jsonl" in done.stderr
    assert (folder / "coded" / "one.jsonl").stat().st_mtime_ns == first


def test_predictions_agree_and_are_scored(run: Run, folder: Path, predicted: Path) -> None:
    coder = json.loads(predicted.read_text("utf-8").splitlines()[0])["coder"]
    words = ("agree", VALLEY, predicted, "--codebook", BOOK, "--coders", f"gold,{coder}")
    out = folder / "agree.csv"
    run(*words, "--by-language", "--out", out)
    assert set(pl.read_csv(out)["lang"]) == {"all", "de", "it"}
    out = folder / "scores.csv"
    run("evaluate", predicted, "--corpus", VALLEY, "--codebook", BOOK, "--out", out)
    assert {"macro-F1", "F_avg", "alpha", "Brier score"} <= set(pl.read_csv(out)["statistic"])


def test_from_codings_to_a_printed_figure(run: Run, folder: Path, predicted: Path) -> None:
    meta = folder / "meta.csv"
    lines = [f"v{i:02}.1;{2001 + i % 3}" for i in range(1, 31)]
    meta.write_text("id;year\n" + "\n".join(lines) + "\n", "utf-8")
    shares = folder / "shares.csv"
    words = ("measure", "prevalence", predicted, "--codebook", BOOK, "--metadata", meta)
    gold = ("--gold", VALLEY / "codings.jsonl", "--gold-source", "human")
    done = run(*words, "--by", "year", *gold, "--out", shares)
    assert "semicolons" in done.stderr
    table = pl.read_csv(shares)
    assert set(table["method"]) == {"count", "ppi"}
    assert "gold:human" in table.filter(pl.col("method") == "ppi")["signature"][0]
    for figure in ("prevalence", "stance"):
        out = folder / f"{figure}.pdf"
        run("figure", figure, shares, "--codebook", BOOK, "--out", out)
        assert out.read_bytes().startswith(b"%PDF")
    run("figure", "prevalence", shares, "--codebook", BOOK, "--out", folder / "set")
    assert len(list(folder.glob("set.*"))) == 5


def test_frames_keyness_and_cooccurrence_are_drawn(run: Run, folder: Path, predicted: Path) -> None:
    codes = ",".join(f"{f}|dam:{s}" for f in ("cost", "home") for s in ("pro", "contra", "open"))
    gold = folder / "gold.jsonl"
    run("corpus", "export", VALLEY, "--codebook", BOOK, "--out", gold)
    table = folder / "frames.csv"
    run("measure", "prevalence", gold, "--codebook", BOOK, "--codes", codes, "--out", table)
    run("figure", "frames", table, "--codebook", BOOK, "--out", folder / "frames.svg")
    run("measure", "cooccurrence", gold, "--codebook", BOOK, "--out", folder / "pairs.csv")
    run(
        "figure",
        "cooccurrence",
        folder / "pairs.csv",
        "--codebook",
        BOOK,
        "--out",
        folder / "c.png",
    )
    words = ("--code", "dam", "--against", "railway", "--texts", VALLEY / "passages.jsonl")
    run("measure", "keyness", gold, "--codebook", BOOK, *words, "--out", folder / "words.csv")
    run(
        "figure",
        "keyness",
        folder / "words.csv",
        "--names",
        "dam,railway",
        "--out",
        folder / "k.pdf",
    )
    assert all((folder / name).stat().st_size for name in ("frames.svg", "c.png", "k.pdf"))


BAD: list[tuple[str, list[str], str]] = [
    (
        "directory for a file",
        ["predict", "{dir}", "--model", "{model}", "--out", "o.jsonl"],
        "folder",
    ),
    ("no such file", ["predict", "none.csv", "--model", "{model}", "--out", "o.jsonl"], "none.csv"),
    ("broken lines", ["predict", "{bad}", "--model", "{model}", "--out", "o.jsonl"], "bad.jsonl:2"),
    ("bad ending", ["predict", "{good}", "--model", "{model}", "--out", "o.txt"], ".jsonl, .csv"),
    ("no model", ["predict", "{good}", "--model", "{dir}", "--out", "o.jsonl"], "stance train"),
    ("unwritable", ["predict", "{good}", "--model", "{model}", "--out", "/proc/o.jsonl"], "/proc"),
    (
        "no column",
        ["measure", "prevalence", "{coded}", "--codebook", "{book}", "--by", "year"],
        "--by",
    ),
    ("other codebook", ["measure", "prevalence", "{coded}"], "codebook"),
    (
        "unknown code",
        ["measure", "prevalence", "{coded}", "--codebook", "{book}", "--codes", "x"],
        '"x"',
    ),
    (
        "no texts",
        ["measure", "keyness", "{coded}", "--code", "dam", "--against", "railway"],
        "--texts",
    ),
    ("not a table", ["figure", "prevalence", "{good}", "--out", "o.pdf"], "a column code"),
    (
        "figure ending",
        ["figure", "prevalence", "{shares}", "--codebook", "{book}", "--out", "o.gif"],
        ".pdf, .svg",
    ),
    ("unknown coder", ["agree", "{valley}", "--codebook", "{book}", "--coders", "a,z"], '"z"'),
    ("no corpus", ["corpus", "validate", "nowhere"], "no corpus"),
    ("no codebook", ["codebook", "--codebook", "none.toml"], "none.toml"),
]


@pytest.mark.parametrize(("name", "words", "found"), BAD, ids=[b[0] for b in BAD])
def test_bad_input_is_one_clear_line_and_writes_nothing(
    run: Run, folder: Path, model: Path, predicted: Path, name: str, words: list[str], found: str
) -> None:
    (folder / "dir").mkdir(exist_ok=True)
    (folder / "bad.jsonl").write_text('{"id": 1, "text": "a"}\n{"id": 2, "text"\n', "utf-8")
    (folder / "good.csv").write_text("id,text\n1,Der Staudamm.\n", "utf-8")
    shares = folder / "made.csv"
    shares.write_text("code,estimate,low,high,method\ndam,0.5,0.4,0.6,ppi\n", "utf-8")
    places = {
        "dir": folder / "dir",
        "bad": folder / "bad.jsonl",
        "good": folder / "good.csv",
        "model": model,
        "shares": shares,
        "coded": predicted,
        "book": BOOK,
        "valley": VALLEY,
    }
    before = {p.name for p in folder.iterdir()}
    done = run(*(word.format(**places) for word in words), code=1)
    assert found in done.stderr, name
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 30
    assert {p.name for p in folder.iterdir()} == before


def test_wrong_usage_exits_with_2(run: Run) -> None:
    run("predict", code=2)
    run("measure", "prevalance", code=2)


def test_the_default_model_codes_french_and_english(run: Run, folder: Path) -> None:
    texts = folder / "own.csv"
    texts.write_text(
        "id,text\n"
        "1,Nul ne dictera ses choix à notre pays : la souveraineté nationale ne se négocie pas et "
        "nous n’acceptons aucune ingérence dans nos affaires intérieures.\n"
        "2,The market opened at eight and the fish sold out before noon.\n",
        "utf-8",
    )
    run("predict", texts, "--out", folder / "own.jsonl")
    first, second = map(json.loads, (folder / "own.jsonl").read_text("utf-8").splitlines())
    assert "sovereignty" in first["stance"]
    assert second["stance"] == {}
