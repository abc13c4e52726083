"""`touches:`, and the judge that a run without secrets takes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from command_line.worlds import write_world

from bakeoff.assemble import known_plugins
from bakeoff.evals.config import load_config
from bakeoff.evals.config_model import Config
from bakeoff.evals.errors import InputError

SYSTEMS = {"bot": {"adapter": "recorded", "kind": "prompt", "path": "bot.jsonl"}}
PAID = {"kind": "openai", "model": "gpt", "api_key": "${JUDGE_KEY}"}


def load(
    folder: Path, environ: Mapping[str, str] | None = None, how: Mapping[str, Any] | None = None, **keys: Any
) -> Config:
    path = write_world(folder, SYSTEMS, questions=1, **keys)
    return load_config(path, known_plugins(), environ or {}, **(how or {}))


def test_suites_are_mapped_to_paths(tmp_path: Path) -> None:
    touches = {"reference": ["docs/**", "bot.py"], "domains": []}
    config = load(tmp_path, suites=["reference", {"domains": {}}], touches=touches)
    assert config.touches == {"reference": ("docs/**", "bot.py"), "domains": ()}
    assert load(tmp_path).touches == {}


@pytest.mark.parametrize(
    ("touches", "message"),
    [
        ({"referense": ["a"]}, "touches.referense: unknown suite; did you mean 'reference'?"),
        ({"ragas": ["a"]}, "touches.ragas: unknown suite; known here: reference"),
        ({"reference": ["../a"]}, "touches.reference[0]: leads out of the repository"),
        ({"reference": ["a", "b/../../c"]}, "touches.reference[1]: leads out of the repository"),
        ({"reference": "a"}, "touches.reference: must be a list"),
        ({"reference": [""]}, "touches.reference[0]: must be printable text, not blank"),
        ({"reference": [3]}, "touches.reference[0]: must be text"),
        (["reference"], "touches: must be a mapping"),
    ],
    ids=str,
)
def test_what_can_touch_nothing_is_told_with_its_line(tmp_path: Path, touches: object, message: str) -> None:
    with pytest.raises(InputError) as raised:
        load(tmp_path, touches=touches)
    (line,) = str(raised.value).splitlines()
    assert message in line
    assert line.startswith(f"{tmp_path / 'bakeoff.yaml'}:")


def test_the_default_suites_may_be_named(tmp_path: Path) -> None:
    path = write_world(tmp_path, SYSTEMS, questions=1, touches={"ragas": ["a"]})
    tree = json.loads(path.read_text())
    del tree["suites"]
    path.write_text(json.dumps(tree))
    assert load_config(path, known_plugins()).touches == {"ragas": ("a",)}


def test_another_judge_needs_no_variable_of_the_configs(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="JUDGE_KEY is not set"):
        load(tmp_path, judge=PAID)
    config = load(tmp_path, how={"judge": "offline"}, judge=PAID)
    assert config.judge.kind == "offline"
    assert config.snapshot["judge"] == PAID


def test_a_reader_needs_no_variable_of_the_judge_and_keeps_it_where_it_is_set(tmp_path: Path) -> None:
    assert load(tmp_path, how={"asks": False}, judge=PAID).judge.kind == "offline"
    assert load(tmp_path, {"JUDGE_KEY": ""}, {"asks": False}, judge=PAID).judge.kind == "offline"
    assert load(tmp_path, {"JUDGE_KEY": "k"}, {"asks": False}, judge=PAID).judge.kind == "openai"
    with pytest.raises(InputError, match=r"judge\.model"):
        load(tmp_path, how={"asks": False}, judge={"kind": "openai"})


def test_a_system_that_needs_the_secret_is_still_told(tmp_path: Path) -> None:
    systems = {"paid": {"adapter": "openai", "kind": "prompt", "model": "gpt", "api_key": "${JUDGE_KEY}"}}
    path = write_world(tmp_path, systems, questions=1, judge=PAID)
    with pytest.raises(InputError) as raised:
        load_config(path, known_plugins(), {}, judge="offline")
    (line,) = str(raised.value).splitlines()
    assert "systems.paid.api_key: environment variable JUDGE_KEY is not set" in line
