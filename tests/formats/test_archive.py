import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from stance import InputError
from stance.formats import _archive
from stance.formats._archive import members

FILES = {"b/two.txt": b"2", "a/one.txt": b"1", "a/._one.txt": b"x", "a/one.md": b"m"}


def folder(path: Path) -> Path:
    for name, content in FILES.items():
        file = path / "folder" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return path / "folder"


def zipped(path: Path, files: dict[str, bytes] = FILES) -> Path:
    with zipfile.ZipFile(path / "a.zip", "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path / "a.zip"


def tarred(path: Path, files: dict[str, bytes] = FILES, mode: str = "w:xz") -> Path:
    with tarfile.open(path / "a.tar", mode) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path / "a.tar"


@pytest.mark.parametrize("make", [folder, zipped, tarred])
def test_every_container_gives_the_same_files(tmp_path: Path, make: object) -> None:
    found = [(str(name), raw) for name, raw in members(make(tmp_path), ".txt")]
    assert found == [("a/one.txt", b"1"), ("b/two.txt", b"2")]


@pytest.mark.parametrize("make", [zipped, tarred])
@pytest.mark.parametrize("name", ["../out.txt", "/etc/out.txt", "a/../../out.txt"])
def test_no_name_leaves_the_archive(tmp_path: Path, make: object, name: str) -> None:
    with pytest.raises(InputError, match="inside the archive"):
        list(members(make(tmp_path, {name: b"x"}), ".txt"))


def test_a_member_too_large_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_archive, "LARGEST", 3)
    with pytest.raises(InputError, match=r"5 bytes in big\.txt"):
        list(members(zipped(tmp_path, {"big.txt": b"12345"}), ".txt"))


def test_what_is_no_archive_is_told(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x")
    with pytest.raises(InputError, match="another file"):
        list(members(tmp_path / "x", ".txt"))
    with pytest.raises(InputError, match="nothing there"):
        list(members(tmp_path / "y", ".txt"))


def test_a_folder_that_holds_the_archive_stands_for_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "published.zip", "w") as archive:
        archive.writestr("TXT/a.txt", "one")
    (tmp_path / "speakers.xlsx").write_bytes(b"PK")
    assert [(str(name), raw) for name, raw in members(tmp_path, ".txt")] == [("TXT/a.txt", b"one")]
