"""How many threads torch takes inside, and that others find it as it was."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import threading, torch
torch.set_num_threads(2)
from bakeoff.evals.torch_threads import torch_threads
seen = []
with torch_threads(small=True):
    seen.append(torch.get_num_threads())
    other = threading.Thread(target=lambda: torch.ones(8).sum())
    other.start(); other.join()
seen.append(torch.get_num_threads())
with torch_threads(small=False):
    seen.append(torch.get_num_threads())
try:
    with torch_threads(small=True):
        raise OSError
except OSError:
    seen.append(torch.get_num_threads())
print(seen)
"""


def test_small_work_takes_one_thread_and_leaves_the_rest_as_it_was() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[1, 2, 2, 2]", done.stderr
