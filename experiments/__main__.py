"""``python -m experiments``: run what has changed, build the paper, say where everything is."""

from __future__ import annotations

import json
import shutil
import sys
import time

import pytask

from experiments.project import BUILD, FIGURES, RESULTS, ROOT

SNAPSHOT = ROOT / "paper" / "results"


def main() -> int:
    """Run the experiments; with ``--snapshot`` copy what the paper cites beside it."""
    start = time.monotonic()
    session = pytask.build(
        paths=ROOT / "experiments", config=ROOT / "pyproject.toml", verbose=1, n_entries_in_table=40
    )
    if session.exit_code != pytask.ExitCode.OK:
        print("\nSomething failed; what is done is kept, the next run resumes.", file=sys.stderr)
        return 1
    if "--snapshot" in sys.argv:
        snapshot()
    timings = BUILD / "timings.json"
    for name, seconds in json.loads(timings.read_text("utf-8")).items() if timings.exists() else ():
        print(f"{name:>16}  {seconds:6.1f} s when it last ran")
    print(f"{'this run':>16}  {time.monotonic() - start:6.1f} s")
    print(f"\nPaper    {BUILD / 'paper.pdf'}\nFigures  {FIGURES}\nResults  {RESULTS}")
    return 0


def snapshot() -> None:
    """Copy results and manifest to ``paper/results``."""
    shutil.rmtree(SNAPSHOT, ignore_errors=True)
    shutil.copytree(RESULTS, SNAPSHOT)


sys.exit(main())
