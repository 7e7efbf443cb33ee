"""``python -m experiments``: run what has changed, build the paper, say where everything is."""

from __future__ import annotations

import sys
import time

import pytask

from experiments import snapshot
from experiments.project import BUILD, FIGURES, RESULTS, ROOT


def main() -> int:
    """Run the experiments; ``--snapshot`` keeps the results, ``--check`` compares with them."""
    start = time.monotonic()
    BUILD.mkdir(exist_ok=True)
    session = pytask.build(
        paths=ROOT / "experiments", config=ROOT / "pyproject.toml", n_entries_in_table=40
    )
    if session.exit_code != pytask.ExitCode.OK:
        print("\nSomething failed; what is done is kept, the next run resumes.", file=sys.stderr)
        return 1
    for name, seconds in snapshot.timings().items():
        print(f"{name:>16}  {seconds:6.1f} s when it last ran")
    print(f"{'this run':>16}  {time.monotonic() - start:6.1f} s")
    print(f"\nPaper    {BUILD / 'paper.pdf'}\nFigures  {FIGURES}\nResults  {RESULTS}")
    if "--snapshot" in sys.argv:
        snapshot.write()
    if "--check" in sys.argv and (apart := snapshot.differences()):
        print("\nThe results differ from paper/results:", *apart[:20], sep="\n  ", file=sys.stderr)
        print("If the change is meant: make snapshot", file=sys.stderr)
        return 1
    return 0


sys.exit(main())
