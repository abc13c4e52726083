"""One run in a process of its own, for its peak memory: `python -m benchmarks.memory_probe CONFIG`.

Prints one JSON object: the peak resident set in MiB after the run and after the comparison made from it,
and the seconds that each took.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import time
from pathlib import Path

from bakeoff.assemble import read_config
from bakeoff.evals.comparison_builder import compare_run
from bakeoff.evals.store import open_store
from benchmarks.ours import run_config


def peak_mib() -> float:
    """The peak resident set of this process so far, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():
        # Linux hands getrusage's peak on from the parent that started this process; VmHWM is its own.
        return int(re.findall(r"^VmHWM:\s+(\d+) kB", status.read_text(), re.MULTILINE)[0]) / 1024
    unit = 1 if sys.platform == "darwin" else 1024  # macOS counts in bytes, others in KiB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def main() -> None:
    path = Path(sys.argv[1])
    ran = run_config(path)
    found = {"run_mib": peak_mib(), "run_s": ran.seconds}
    store = open_store(read_config(path).store)
    start = time.perf_counter()
    compare_run(store, ran.outcome.run)
    found |= {"compared_mib": peak_mib(), "compared_s": time.perf_counter() - start}
    store.close()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
