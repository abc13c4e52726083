"""The demo's config: its store is the caller's, and `--full` lifts the cap on its samples."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from bakeoff.cli.running import demo_config

PATH = Path(str(files("bakeoff.examples.support"))) / "bakeoff.yaml"


@pytest.mark.parametrize(("full", "capped"), [(False, True), (True, False)])
def test_the_demo_is_capped_unless_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full: bool, capped: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    config = demo_config(PATH, full=full)
    assert (config.dataset.limit is not None) is capped
    assert config.store == f"sqlite:///{(tmp_path / '.bakeoff/demo.db').as_posix()}"
