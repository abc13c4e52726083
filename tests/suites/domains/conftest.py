"""What the tests of suite `domains` build with."""

from __future__ import annotations

from pathlib import Path

import pytest

from bakeoff.evals.plugins import Wiring
from bakeoff.evals.protocols import Encoder


def no_encoder() -> Encoder:
    raise AssertionError("this suite builds without an encoder")


@pytest.fixture
def wiring(tmp_path: Path) -> Wiring:
    """Nothing but a folder."""
    return Wiring(folder=tmp_path, encoder=no_encoder)
