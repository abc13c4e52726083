"""Benchmarks, run from the checkout as `python -m benchmarks` (see docs/benchmarks.md)."""

from __future__ import annotations

import sys
from pathlib import Path

# The counting server is the tests' own.
sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
