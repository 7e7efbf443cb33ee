"""The wheel holds the codebook and the corpus, and works in an empty folder."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_the_wheel_works_in_an_empty_folder(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "wheel"]
    words = ["--no-deps", "--no-build-isolation", "--no-index", "-w", str(tmp_path), str(ROOT)]
    subprocess.run([*pip, *words], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("stance-*.whl")
    installed, empty = tmp_path / "installed", tmp_path / "empty"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    empty.mkdir()
    script = (
        "import stance; from stance._paths import data_folder;"
        "corpus = stance.load_corpus('constructed');"
        "print(data_folder(), corpus.passages.height, corpus.codebook.name)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=empty,
        env=os.environ | {"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(str(installed / "stance" / "_data"))
    assert not (installed / "stance" / "tests").exists()
