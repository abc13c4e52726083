"""A system inside another one: checked as strictly as a config, told with file, line and key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command_line.driver import bakeoff

from bakeoff.assemble import assemble, read_config
from bakeoff.evals.errors import InputError
from bakeoff.evals.registration import Plan

CONFIG = """\
name: inner
dataset: {path: questions.jsonl}
documents: {path: docs}
systems:
  my.rag:
    adapter: rag
    kind: rag
    generator:
GENERATOR
suites: [{reference: {metrics: [token_f1]}}]
"""

OPENAI = {"adapter": "openai", "model": "tiny", "base_url": "http://127.0.0.1:9/v1"}


def written(folder: Path, **keys: Any) -> Path:
    (folder / "docs").mkdir()
    (folder / "docs" / "lamp.md").write_text("The lamp burns for six hours.")
    (folder / "questions.jsonl").write_text('{"question": "How long does the lamp burn?"}\n')
    path = folder / "bakeoff.yaml"
    lines = "\n".join(f"      {key}: {json.dumps(value)}" for key, value in keys.items())
    path.write_text(CONFIG.replace("GENERATOR", lines))
    return path


def assembled(path: Path) -> Plan:
    return assemble(read_config(path))


def test_the_inner_system_is_named_after_the_outer_one(tmp_path: Path) -> None:
    (system,) = assembled(written(tmp_path, adapter="python", target="builtins:ascii")).systems
    inner = system.answerer.system  # type: ignore[attr-defined]
    assert (system.name, inner.name, inner.kind, inner.parent) == (
        "my.rag",
        "my.rag.generator",
        "prompt",
        None,
    )


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (
            {**OPENAI, "modle": "x"},
            ":12: systems.my.rag.generator.modle: unknown key; did you mean 'model'? known",
        ),
        (
            {**OPENAI, "temperature": "hot"},
            ":12: systems.my.rag.generator.temperature: must be a number, not 'hot'",
        ),
        ({"adapter": "openai"}, ":8: systems.my.rag.generator.model: is missing"),
        (
            {"adapter": "opneai"},
            ":9: systems.my.rag.generator.adapter: unknown adapter 'opneai'; did you mean",
        ),
        ({"model": "x"}, ":8: systems.my.rag.generator.adapter: is missing"),
        ({**OPENAI, "kind": "rag"}, ":12: systems.my.rag.generator.kind: unknown key"),
        ({**OPENAI, "capabilities": ["sings"]}, ":12: systems.my.rag.generator.capabilities"),
        (
            {"adapter": "python", "target": "none_such:f"},
            ":10: systems.my.rag.generator.target: there is no module",
        ),
        (
            {**OPENAI, "api_key": "${NO_SUCH_VARIABLE}"},
            ":12: systems.my.rag.generator.api_key: environment variable",
        ),
    ],
)
def test_a_wrong_key_is_one_clear_line(tmp_path: Path, keys: dict[str, Any], said: str) -> None:
    path = written(tmp_path, **keys)
    with pytest.raises(InputError) as caught:
        assembled(path)
    assert str(caught.value).startswith(f"{path}{said}")
    assert "\n" not in str(caught.value)


def test_a_secret_is_shown_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THE_KEY", "sk-very-secret-1234")
    monkeypatch.setenv("THE_HEAT", "sk-other-secret-5678")
    path = written(tmp_path, **OPENAI, api_key="${THE_KEY}", temperature=0.5)
    config = read_config(path)
    plan = assemble(config)
    stored = json.dumps(config.snapshot)
    assert "${THE_KEY}" in stored
    everything = stored + repr(config) + repr(plan.systems[0]) + plan.systems[0].fingerprint
    assert "very-secret" not in everything
    assert "sk-very-secret-1234" in plan.secrets
    path.write_text(path.read_text().replace("0.5", "${THE_HEAT}"))
    with pytest.raises(InputError, match=r"generator\.temperature: must be a number$"):
        assembled(path)


def test_a_literal_secret_is_withheld_at_any_depth(tmp_path: Path) -> None:
    path = written(
        tmp_path, **OPENAI, extra_body={"inner": {"token": "tok-literal-1"}}, api_key="sk-literal-2"
    )
    config = read_config(path)
    stored = json.dumps(config.snapshot)
    assert "-literal-" not in stored
    assert {"tok-literal-1", "sk-literal-2"} <= config.secrets
    assert "-literal-" not in repr(config)


def test_the_environment_gives_numbers_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKENS", "64")
    one = assembled(written(tmp_path, **OPENAI, max_tokens="${TOKENS}")).systems[0]
    (tmp_path / "other").mkdir()
    two = assembled(written(tmp_path / "other", **OPENAI, max_tokens=64)).systems[0]
    assert one.fingerprint == two.fingerprint


def test_the_command_line_ends_with_exit_code_two(tmp_path: Path) -> None:
    written(tmp_path, **OPENAI, modle="x")
    ended = bakeoff("run", cwd=tmp_path)
    assert ended.returncode == 2
    assert "systems.my.rag.generator.modle: unknown key" in ended.stderr
    assert "Traceback" not in ended.stderr
