"""PyPI's ragas: loaded when first needed, its telemetry off."""

from __future__ import annotations

import atexit
import functools
import os
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from bakeoff.evals.errors import InputError
from bakeoff.evals.identity import digest, file_digest


def load() -> None:
    """Import ragas (about 3 s the first time) such that it neither sends nor stores anything.

    ragas reports to its makers unless told otherwise before it is imported, and starts a thread for it
    in either case: that thread is told to end (it does within a second).
    """
    os.environ["RAGAS_DO_NOT_TRACK"] = "true"
    _silence()


@functools.cache
def _silence() -> None:
    from ragas import _analytics

    # Another part of the program may have imported ragas before, with the telemetry on.
    _analytics.do_not_track.cache_clear()
    batcher = getattr(_analytics, "_analytics_batcher", None)
    if batcher is not None:
        atexit.unregister(batcher.shutdown)
        batcher.shutdown()


@functools.cache
def ragas_version() -> str:
    """The installed version, read without importing ragas."""
    return version("ragas")


@functools.cache
def source_digest(folder: str) -> str:
    """Hash of the ragas sources that make one metric: its prompts with their examples, and its formula.

    Reads files and imports nothing, so that a fingerprint costs no three seconds.
    """
    root = _root()
    files = [
        *(root / "metrics" / "collections" / folder).glob("*.py"),
        *(root / "prompt" / "metrics").glob("*.py"),
        root / "metrics" / "collections" / "base.py",
        root / "metrics" / "utils.py",
    ]
    return digest({file.relative_to(root).as_posix(): file_digest(file) for file in files})


def _root() -> Path:
    spec = find_spec("ragas")
    if spec is None or not spec.submodule_search_locations:
        raise InputError("ragas is not installed", todo="pip install 'ragas>=0.4.3,<0.5'")
    return Path(spec.submodule_search_locations[0])
