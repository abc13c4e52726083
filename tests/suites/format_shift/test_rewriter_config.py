"""The rewriter as a user gets it: named in the config, built from any adapter, its work kept on disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bakeoff.assemble import assemble, read_config
from bakeoff.evals import runner
from bakeoff.evals.errors import InputError
from bakeoff.evals.store import open_store

CONFIG = """\
name: rewritten
dataset: {path: questions.jsonl}
systems:
  bot: {adapter: python, kind: prompt, target: "rewriter_bots:bot"}
suites:
  - format_shift:
      families: [typos]
      crossed: false
      rewriter:
        system: {adapter: ADAPTER, target: "rewriter_bots:plainer"}
        folder: kept
        styles: {plainer: "Write it plainly."}
store: sqlite:///runs.db
"""

BOTS = """
import re
from pathlib import Path


def bot(question):
    return "It is 12 months."


def plainer(question):
    with Path("asked.txt").open("a") as file:
        file.write("asked" + chr(10))
    return "Please tell me: " + re.search(r"<question>\\n(.*)\\n</question>", question, re.S)[1]
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    rows = [
        {"id": f"q{i}", "question": f"What is the warranty of the Arvend{i}?", "reference": f"{i} months"}
        for i in range(8)
    ]
    Path("questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    Path("rewriter_bots.py").write_text(BOTS, encoding="utf-8")
    Path("bakeoff.yaml").write_text(CONFIG.replace("ADAPTER", "python"), encoding="utf-8")
    return Path("bakeoff.yaml")


def variants(path: Path) -> list[str]:
    read = read_config(path)
    store = open_store(read.store)
    try:
        outcome = runner.run(assemble(read), store)
        assert outcome.complete
        keys = [key for key, _, _ in store.sample_keys(outcome.run.id)]
    finally:
        store.close()
    return [str(key.variant) for key in keys if key.variant]


def test_its_styles_are_asked_and_what_it_wrote_is_kept(config: Path) -> None:
    first = variants(config)
    assert first.count("plainer") == 8
    assert any(path.is_file() for path in Path("kept").rglob("*"))
    assert variants(config) == first
    assert Path("asked.txt").read_text().count("asked") == 8


def test_a_wrong_adapter_is_named_where_it_stands(config: Path) -> None:
    # modules stay imported, so another folder's needs another name
    Path("rewriter_bots.py").rename("rewriter_other_bots.py")
    text = CONFIG.replace("ADAPTER", "pyhton").replace("rewriter_bots", "rewriter_other_bots")
    config.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="unknown adapter 'pyhton'") as caught:
        variants(config)
    assert "suites" in str(caught.value)
    assert "rewriter" in str(caught.value)
