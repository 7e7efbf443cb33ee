import hashlib
import io
import json
import random
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import polars as pl
import pooch
import pytest

from stance import InputError
from stance.formats import Source, _sources, download, read_source, sources, store_source

SPEECHES = {
    "TXT/Session 25 - 1970/MLI_25_1970.txt": "\ufeff1. We meet again.\r\n2. We part as friends.",
    "TXT/Session 25 - 1970/SEN_25_1970.txt": "The harvest was good this year, we are told. " * 30,
    "TXT/Session 25 - 1970/._SEN_25_1970.txt": "x",
    "TXT/notes.txt": "Not a speech.",
}


def archive(path: Path) -> Path:
    with tarfile.open(path / "UNGDC_1946-1970.tar.xz", "w:xz") as tar:
        for name, text in SPEECHES.items():
            raw = text.encode()
            info = tarfile.TarInfo(name)
            info.size = len(raw)
            tar.addfile(info, io.BytesIO(raw))
    return path / "UNGDC_1946-1970.tar.xz"


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's hashes, of a folder of our own."""
    (tmp_path / "ungdc").mkdir()
    monkeypatch.setattr(_sources, "data_folder", lambda: tmp_path)
    file = tmp_path / "ungdc" / "ungdc.csv"
    text = "We meet again.\nWe part as friends."
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    file.write_text(
        f"document,characters,sha256\nMLI_25_1970,35,{digest}\nSEN_25_1970,9,{'0' * 16}\nX,1,aa\n"
    )
    return file


def test_the_sources_say_where_they_come_from() -> None:
    for source in sources().values():
        assert source.licence
        assert source.citation
        assert source.doi or (source.base and source.files)


@pytest.mark.usefixtures("known")
def test_a_stored_copy_is_compared_document_by_document(tmp_path: Path) -> None:
    stored = store_source("ungdc", archive(tmp_path), tmp_path / "out", workers=1)
    assert (stored.documents, stored.differing, stored.unknown, stored.missing) == (
        2,
        ["SEN_25_1970"],
        [],
        ["X"],
    )
    documents = pl.read_parquet(tmp_path / "out" / "documents.parquet")
    passages = pl.read_parquet(tmp_path / "out" / "passages.parquet")
    assert passages.height == stored.passages
    texts = dict(documents.select("document", "text").iter_rows())
    for row in passages.iter_rows(named=True):
        assert texts[row["document"]][row["start"] : row["end"]] == row["text"]
    assert passages["passage"].is_unique().all()
    assert set(documents["session"]) == {"25"}


@pytest.mark.usefixtures("known")
def test_workers_and_repeats_do_not_change_a_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_sources, "_CHUNK", 10)
    path = archive(tmp_path)
    for out, workers in (("one", 1), ("two", 2)):
        store_source("ungdc", path, tmp_path / out, workers=workers)
    for table in ("documents.parquet", "passages.parquet"):
        assert (tmp_path / "one" / table).read_bytes() == (tmp_path / "two" / table).read_bytes()


@pytest.mark.usefixtures("known")
def test_ids_stay_when_the_text_around_changes(tmp_path: Path) -> None:
    ids = []
    for i, text in enumerate(("First words here. " * 50, "A heading\n  FIRST words — here. " * 50)):
        folder = tmp_path / str(i)
        folder.mkdir()
        (folder / "MLI_25_1970.txt").write_text(text.replace("A heading\n", "", i), "utf-8")
        store_source("ungdc", folder, folder / "out", workers=1)
        ids.append(pl.read_parquet(folder / "out" / "passages.parquet")["passage"][0])
    assert ids[0].startswith("MLI_25_1970.")
    assert len(ids[0]) == len("MLI_25_1970.") + 8


def test_an_article_in_two_files_is_read_once(tmp_path: Path) -> None:
    for name in ("dev", "test"):
        file = tmp_path / "eng" / f"{name}.tsv"
        file.parent.mkdir(exist_ok=True)
        file.write_text("category\theadline\ttext\turl\nhealth\tA title\tSome text.\tu\n")
    assert len(list(read_source("masakhanews", tmp_path))) == 1


class Fake(BaseHTTPRequestHandler):
    """A Dataverse and a file server in one; the first answer of a file breaks off half-way."""

    files: dict[str, bytes]
    broken: set[str]
    ranges: list[str]

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        if self.path.startswith("/api/datasets/"):
            files = [
                {
                    "dataFile": {
                        "filename": n,
                        "id": n,
                        "md5": hashlib.md5(c, usedforsecurity=False).hexdigest(),
                    }
                }
                for n, c in self.files.items()
            ]
            self._answer(json.dumps({"data": {"latestVersion": {"files": files}}}).encode())
            return
        name = self.path.removeprefix("/api/access/datafile/").removeprefix("/")
        if name not in self.files:
            self.send_error(404)
            return
        content, start = self.files[name], 0
        if asked := self.headers.get("Range"):
            self.ranges.append(asked)
            start = int(asked.removeprefix("bytes=").rstrip("-"))
        if name in self.broken:
            self.broken.discard(name)
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2])
            return
        self._answer(content[start:], 206 if start else 200)

    def _answer(self, body: bytes, code: int = 200) -> None:
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def server() -> Iterator[str]:
    Fake.files, Fake.broken, Fake.ranges = {}, set(), []
    service = ThreadingHTTPServer(("127.0.0.1", 0), Fake)
    thread = threading.Thread(target=service.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{service.server_port}/"
    service.shutdown()
    service.server_close()
    thread.join()


@pytest.fixture
def dataverse(server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(pooch.downloaders, "doi_to_url", lambda *_, **__: server)
    return server


@pytest.mark.usefixtures("dataverse")
def test_a_broken_download_goes_on_where_it_stopped(tmp_path: Path) -> None:
    content = random.Random(1).randbytes(600_000)
    Fake.files = {"UNGDC_1946-1970.tar.xz": content, "readme.md": b"x"}
    Fake.broken = {"UNGDC_1946-1970.tar.xz"}
    done: list[tuple[int, int]] = []
    path = download("ungdc", tmp_path / "copy", tick=lambda a, b: done.append((a, b)))
    assert path.read_bytes() == content
    (asked,) = Fake.ranges
    assert 100_000 < int(asked[6:-1]) <= 300_000
    assert done[-1] == (len(content), len(content))
    assert [p.name for p in (tmp_path / "copy").iterdir()] == [path.name]
    Fake.files["UNGDC_1946-1970.tar.xz"] = content
    download("ungdc", tmp_path / "copy")
    assert len(Fake.ranges) == 1


@pytest.mark.usefixtures("dataverse")
def test_a_data_set_without_an_archive_is_told(tmp_path: Path) -> None:
    Fake.files = {"readme.md": b"x"}
    with pytest.raises(InputError, match=r"readme\.md"):
        download("ungdc", tmp_path)


@pytest.mark.parametrize("sound", [True, False])
def test_files_are_checked_against_the_hashes(
    tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch, sound: bool
) -> None:
    Fake.files = {"projets/a.csv": b"proposition,source\nUn pont.,x\n"}
    digest = hashlib.sha256(Fake.files["projets/a.csv"]).hexdigest()
    entry: dict[str, Any] = {
        "name": "presidentielles2017",
        "title": "t",
        "licence": "l",
        "citation": "c",
        "corpus": "programmes",
        "suffix": ".csv",
        "layout": "l",
        "base": server,
        "files": {"projets/a.csv": digest if sound else "0" * 64},
    }
    monkeypatch.setattr(
        "stance.formats._download.sources", lambda: {"presidentielles2017": Source(**entry)}
    )
    if sound:
        folder = download("presidentielles2017", tmp_path / "copy")
        ((document, text),) = read_source("presidentielles2017", folder)
        assert (document.id, text) == ("pr17-a", "Un pont.")
    else:
        with pytest.raises(InputError, match="--from"):
            download("presidentielles2017", tmp_path / "copy")


def test_a_server_that_is_not_there_is_told(tmp_path: Path, server: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pooch.downloaders, "doi_to_url", lambda *_, **__: server + "none")
        patch.setattr(Fake, "do_GET", lambda self: self.send_error(500))
        with pytest.raises(InputError, match="doi:10"):
            download("ungdc", tmp_path)


@pytest.mark.data
def test_the_whole_general_debate_is_the_projects_edition(tmp_path: Path, data: Path) -> None:
    stored = store_source("ungdc", data / "ungdc" / "UNGDC_1946-2024.tar.xz", tmp_path)
    assert stored.documents > 10_000
    assert stored.passages > 300_000
    assert not stored.differing
    assert not stored.unknown


@pytest.mark.data
@pytest.mark.parametrize("name", ["masakhanews", "lafand", "presidentielles2017"])
def test_the_other_sources_are_the_projects_edition(tmp_path: Path, data: Path, name: str) -> None:
    stored = store_source(name, data / name, tmp_path)
    assert not stored.differing
    assert not stored.unknown
    assert not stored.missing
    for file, digest in sources()[name].files.items():
        assert hashlib.sha256((data / name / file).read_bytes()).hexdigest() == digest
