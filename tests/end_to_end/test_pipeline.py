"""An edit in a script's import closure makes it run again, an edit elsewhere does not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SCRIPT = '''"""What is two and two?"""

from pathlib import Path
from typing import Annotated

from experiments.project import BUILD, code_of
from pytask import Product

from stance.coding import nominal_alpha


def task_sum(
    code: list[Path] = code_of(__file__),
    out: Annotated[Path, Product] = BUILD / "sum.txt",
) -> None:
    with (BUILD / "runs.txt").open("a") as runs:
        runs.write("run\\n")
    out.write_text(nominal_alpha.__name__)
'''


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("stance", "corpora"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    folder = tmp_path / "experiments"
    folder.mkdir()
    for name in ("__init__.py", "__main__.py", "cards.py", "project.py", "snapshot.py"):
        shutil.copy(ROOT / "experiments" / name, folder)
    (folder / "sum.py").write_text(SCRIPT, "utf-8")
    (tmp_path / "build").mkdir()
    return tmp_path


def runs(project: Path) -> int:
    environment = os.environ | {"PYTHONPATH": str(project)}
    done = subprocess.run(
        [sys.executable, "-m", "experiments"],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return len((project / "build" / "runs.txt").read_text().splitlines())


def append(file: Path) -> None:
    file.write_text(file.read_text("utf-8") + "\n# changed\n", "utf-8")


def test_only_edits_in_the_closure_run_a_script_again(project: Path) -> None:
    assert runs(project) == 1
    assert runs(project) == 1
    append(project / "stance" / "figures" / "_style.py")
    assert runs(project) == 1
    append(project / "stance" / "coding" / "_agreement.py")
    assert runs(project) == 2
    append(project / "stance" / "_resampling.py")
    assert runs(project) == 3
    append(project / "experiments" / "sum.py")
    assert runs(project) == 4
    (project / "build" / "sum.txt").unlink()
    assert runs(project) == 5


def test_a_failed_script_leaves_no_result_and_runs_again(project: Path) -> None:
    script = project / "experiments" / "sum.py"
    good = script.read_text("utf-8")
    script.write_text(
        good.replace("out.write_text", "raise ValueError\n    out.write_text"), "utf-8"
    )
    with pytest.raises(AssertionError):
        runs(project)
    assert not (project / "build" / "sum.txt").exists()
    script.write_text(good, "utf-8")
    assert runs(project) == 2
