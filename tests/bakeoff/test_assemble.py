"""Assembling a config: plug-ins are built, and their complaints have a file, a line and a key."""

from __future__ import annotations

from pathlib import Path

import pytest

from bakeoff.assemble import assemble, read_config
from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Kind

CONFIG = """\
name: places
dataset: {path: questions.jsonl}
systems:
  fine: {adapter: python, kind: prompt, target: "builtins:ascii"}
  a.bot:
    adapter: python
    kind: rag
    parent: fine
    TARGET
suites: [{reference: {metrics: [token_f1]}}]
"""


def written(folder: Path, target: str) -> Path:
    (folder / "questions.jsonl").write_text('{"question": "q"}\n')
    path = folder / "bakeoff.yaml"
    path.write_text(CONFIG.replace("TARGET", target))
    return path


def test_systems_get_their_common_keys_and_the_runs_settings(tmp_path: Path) -> None:
    plan = assemble(read_config(written(tmp_path, 'target: "builtins:repr"')))
    bot = plan.systems[1]
    assert (bot.name, bot.kind, bot.parent) == ("a.bot", Kind.RAG, "fine")
    assert (plan.baseline, plan.suites[0][0].name) == ("fine", "reference")
    assert [sample.question for sample in plan.samples()] == ["q"]


def test_a_refused_option_is_told_with_file_line_and_key(tmp_path: Path) -> None:
    path = written(tmp_path, 'target: "no_such_module_of_ours:answer"')
    with pytest.raises(InputError) as caught:
        assemble(read_config(path))
    assert str(caught.value).startswith(f"{path}:9: systems.a.bot.target: ")
    assert "no_such_module_of_ours" in str(caught.value)
