"""What a command costs, as JSON: ``python cost.py COMMAND...``.

A process of its own, and a small one: a command's peak of memory counts from that of the process
which starts it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time


def main() -> None:
    """Run the command; print seconds, CPU seconds and the peak of its largest process in MB."""
    start = time.perf_counter()
    process = subprocess.Popen(sys.argv[1:], stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    cost = {
        "seconds": time.perf_counter() - start,
        "cpu": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3),
    }
    print(json.dumps(cost))
    sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
