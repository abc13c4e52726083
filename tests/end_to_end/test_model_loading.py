"""Models that load in two threads at once: a run's encoder and its BERTScore do."""

from __future__ import annotations

from pathlib import Path

from command_line.driver import python

TOGETHER = """
from pathlib import Path
from threading import Barrier, Thread
from bakeoff.adapters.encoders.embedded import EmbeddedEncoder
from bakeoff.suites.reference.bertscore_choice import choose
from bakeoff.suites.reference.bertscore_model import load
from bakeoff.suites.reference.options import Options

encoder, choice, both = EmbeddedEncoder(), choose(Options(), Path()), Barrier(2)

def encode():
    both.wait()
    print(encoder.encode(["one text"]).shape, flush=True)

def match():
    both.wait()
    print(type(load(choice)).__name__, flush=True)

threads = [Thread(target=encode), Thread(target=match)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def test_the_encoder_and_bertscore_load_at_the_same_time(tmp_path: Path) -> None:
    """transformers cannot be imported by two threads at once; see `bakeoff.evals.model_loading`."""
    done = python("-c", TOGETHER, cwd=tmp_path)
    assert "Error" not in done.stderr, done.stderr
    assert sorted(done.stdout.splitlines()) == ["(1, 384)", "Matcher"]
