"""The config: what a whole one becomes, its defaults, and how its errors are told."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from malformed.cases import CONFIG
from malformed.plugins import Chat, Http, NamedModel, Reference, shipped_names
from pydantic import BaseModel

from bakeoff.evals.config import CheckConfig, Config, ConfigError, Limits, load_config
from bakeoff.evals.config_model import resolve_store
from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Capability, Kind

WHOLE = """\
name: support-bot
dataset: {hub: org/name, split: test, config: en, revision: v1, columns: {question: prompt}, limit: 200}
judge: {kind: openai, model: big, base_url: "http://127.0.0.1:9/v1", api_key: "${OPENAI_API_KEY}"}
systems:
  prompt: {adapter: openai, kind: prompt, model: small, system_prompt: prompts/base.txt}
  rag:
    adapter: http
    kind: rag
    parent: prompt
    url: http://127.0.0.1:8080/ask
    answer: answer
    contexts: "chunks[].text"
    capabilities: [retrieves, accepts_contexts]
    headers: {Authorization: "Bearer ${TOKEN}", Accept: text/plain}
    retry: {codes: [429, 503], wait_s: 2}
  tuned: {adapter: openai, kind: fine_tuned, parent: prompt, model: "ft:small:acme::abc"}
  logged: {adapter: recorded, kind: hybrid, parent: tuned, path: logs/answers.jsonl}
documents: {path: docs/, as_of: updated}
training: {path: data/finetune.jsonl}
encoder: org/model
seed: 7
repeats: 3
suites: [ragas, {reference: {metrics: [bertscore, exact_match]}}]
baseline: tuned
store: postgresql+psycopg://user:${DB_PASSWORD}@host/runs
limits: {concurrency: 8, timeout_s: 30, max_cost_usd: 5, retries: 1, stall_s: 120}
on_system_failure: exclude
alpha: 0.1
gate:
  candidate: rag
  allow_offline_judge: true
  coverage: 0.9
  inconclusive: fail
  checks:
    - {metric: faithfulness, at_least: 0.85}
    - {metric: bertscore_f1, not_worse_than: baseline, margin: 0.02}
    - {metric: exact_match, better_than: tuned}
    - {finding: forgetting.change, at_least: -0.02}
    - {metric: latency_p95_s, at_most: 2.0}
    - {manual: privacy review}
"""
ENVIRON = {"OPENAI_API_KEY": "sk-live-4711", "TOKEN": "t0k3n-value", "DB_PASSWORD": "hunter22"}


def load(folder: Path, text: str, **environ: str) -> Config:
    path = folder / "bakeoff.yaml"
    path.write_text(text, encoding="utf-8")
    return load_config(path, shipped_names(), environ)


def problems(folder: Path, text: str, **environ: str) -> list[str]:
    """The problems of a config, without the folder in front."""
    with pytest.raises(ConfigError) as caught:
        load(folder, text, **environ)
    assert str(caught.value) == "\n".join(caught.value.problems)
    return [problem.removeprefix(f"{folder}/") for problem in caught.value.problems]


def test_every_key_of_a_whole_config(tmp_path: Path) -> None:
    config = load(tmp_path, WHOLE, **ENVIRON)
    assert (config.name, config.seed, config.repeats, config.alpha) == ("support-bot", 7, 3, 0.1)
    assert (config.baseline, config.on_system_failure) == ("tuned", "exclude")
    data = config.dataset
    assert (data.path, data.hub, data.split, data.config, data.revision) == (
        None,
        "org/name",
        "test",
        "en",
        "v1",
    )
    assert (dict(data.columns), data.limit) == ({"question": "prompt"}, 200)
    assert config.judge.kind == "openai"
    assert config.judge.options == Chat(model="big", base_url="http://127.0.0.1:9/v1", api_key="sk-live-4711")
    assert config.encoder.kind == "sentence_transformers"
    assert config.encoder.options == NamedModel(model="org/model")
    assert [(suite.name, suite.options) for suite in config.suites][1] == (
        "reference",
        Reference(metrics=("bertscore", "exact_match")),
    )
    assert config.limits == Limits(concurrency=8, timeout_s=30, max_cost_usd=5, retries=1, stall_s=120)
    assert config.documents is not None
    assert (config.documents.path, config.documents.as_of) == ("docs/", "updated")
    assert config.training is not None
    assert config.training.path == "data/finetune.jsonl"
    assert config.store == "postgresql+psycopg://user:hunter22@host/runs"
    assert (config.folder, config.path) == (tmp_path, tmp_path / "bakeoff.yaml")


def test_systems_keep_their_order_and_their_own_options(tmp_path: Path) -> None:
    systems = load(tmp_path, WHOLE, **ENVIRON).systems
    assert list(systems) == ["prompt", "rag", "tuned", "logged"]
    assert [system.kind for system in systems.values()] == [
        Kind.PROMPT,
        Kind.RAG,
        Kind.FINE_TUNED,
        Kind.HYBRID,
    ]
    assert [system.parent for system in systems.values()] == [None, "prompt", "prompt", "tuned"]
    assert systems["prompt"].capabilities is None
    assert systems["rag"].capabilities == frozenset({Capability.RETRIEVES, Capability.ACCEPTS_CONTEXTS})
    options = systems["rag"].options
    assert isinstance(options, Http)
    assert options.headers == {"Authorization": "Bearer t0k3n-value", "Accept": "text/plain"}
    assert options.retry is not None
    assert (options.retry.codes, options.retry.wait_s) == ((429, 503), 2.0)


def test_the_gate_is_checked_whole(tmp_path: Path) -> None:
    gate = load(tmp_path, WHOLE, **ENVIRON).gate
    assert gate is not None
    assert (gate.candidate, gate.allow_offline_judge, gate.coverage, gate.inconclusive) == (
        "rag",
        True,
        0.9,
        "fail",
    )
    assert gate.checks[1] == CheckConfig(metric="bertscore_f1", not_worse_than="baseline", margin=0.02)
    assert [check.manual for check in gate.checks][-1] == "privacy review"


def test_defaults_of_the_shortest_config(tmp_path: Path) -> None:
    config = load(tmp_path, CONFIG)
    assert (config.judge.kind, config.encoder.kind) == ("offline", "embedded")
    assert [suite.name for suite in config.suites] == ["ragas", "reference"]
    assert (config.seed, config.repeats, config.alpha, config.on_system_failure) == (0, 1, 0.05, "worst")
    assert config.limits == Limits(concurrency=32, timeout_s=60, max_cost_usd=None, retries=4, stall_s=None)
    assert (config.baseline, config.gate, config.documents, config.training) == ("logged", None, None, None)
    assert config.store == f"sqlite:///{tmp_path}/.bakeoff/runs.db"


def test_a_config_is_frozen(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="frozen"):
        load(tmp_path, CONFIG).seed = 3  # type: ignore[misc]  # that is the point


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:///runs.db", "sqlite:////home/me/runs.db"),
        ("sqlite:///../runs.db", "sqlite:////home/me/../runs.db"),
        ("sqlite:////var/runs.db", "sqlite:////var/runs.db"),
        ("postgresql+psycopg://me@host/runs", "postgresql+psycopg://me@host/runs"),
    ],
)
def test_a_relative_store_starts_at_the_config(url: str, expected: str) -> None:
    assert resolve_store(url, Path("/home/me")) == expected


def test_a_folder_that_no_url_can_name_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "what?"
    folder.mkdir()
    assert "the config's folder has a ? or #" in problems(folder, CONFIG)[0]


def test_all_problems_are_told_in_the_files_order(tmp_path: Path) -> None:
    text = """\
name: x
datset: {path: q.jsonl}
systems:
  rag: {adaptor: http, kind: rag}
  bot: {adapter: openai, kind: promt, modle: m, temperature: hot}
limits:
  retries: many
  concurency: 3
"""
    found = [re.sub(r"(known here: |; \{path).*", "", problem) for problem in problems(tmp_path, text)]
    assert found == [
        "bakeoff.yaml:1: dataset: is missing",
        "bakeoff.yaml:2: datset: unknown key; did you mean 'dataset'? ",
        "bakeoff.yaml:4: systems.rag.adaptor: unknown key; did you mean 'adapter'? ",
        "bakeoff.yaml:5: systems.bot.kind: must be 'prompt', 'rag', 'fine_tuned' or 'hybrid', not 'promt'",
        "bakeoff.yaml:5: systems.bot.model: is missing",
        "bakeoff.yaml:5: systems.bot.temperature: must be a number, not 'hot'",
        "bakeoff.yaml:5: systems.bot.modle: unknown key; did you mean 'model'? ",
        "bakeoff.yaml:7: limits.retries: must be a whole number, not 'many'",
        "bakeoff.yaml:8: limits.concurency: unknown key; did you mean 'concurrency'? ",
    ]


UNKNOWN_WAIT = (
    "bakeoff.yaml:14: systems.rag.retry.wait: unknown key; did you mean 'wait_s'? known here: codes, wait_s"
)
TWO_FORMS = (
    "bakeoff.yaml:15: systems.rag.stop: must be text (in quotes, where it looks like a number), not 5 "
    "or must be a list, not 5"
)


def test_errors_inside_a_plugins_options_find_their_line(tmp_path: Path) -> None:
    text = (
        CONFIG
        + """\
  rag:
    adapter: http
    kind: rag
    url: http://127.0.0.1/
    answer: a
    retry:
      codes:
        - 429
        - often
      wait: 3
    stop: 5
"""
    )
    assert problems(tmp_path, text) == [
        "bakeoff.yaml:13: systems.rag.retry.codes[1]: must be a whole number, not 'often'",
        UNKNOWN_WAIT,
        TWO_FORMS,
    ]


def test_the_known_keys_of_a_system_are_the_common_ones_and_its_adapters(tmp_path: Path) -> None:
    text = CONFIG + "  bot: {adapter: openai, kind: prompt, model: m, colour: red}\n"
    (problem,) = problems(tmp_path, text)
    assert problem == (
        "bakeoff.yaml:5: systems.bot.colour: unknown key; known here: adapter, kind, parent, capabilities, "
        "traits, matrix, model, base_url, api_key, system_prompt, temperature, max_tokens"
    )


@pytest.mark.parametrize(
    ("value", "fits"),
    [("true", False), ('"3"', False), ("3.5", False), ("1_000", False), ("007", False), ("3", True)],
)
def test_a_plugins_whole_number_takes_nothing_else(value: str, fits: bool, tmp_path: Path) -> None:
    text = CONFIG + f"  bot: {{adapter: openai, kind: prompt, model: m, max_tokens: {value}}}\n"
    if fits:
        assert load(tmp_path, text).systems["bot"].options == Chat(model="m", max_tokens=3)
    else:
        assert "systems.bot.max_tokens: must be a whole number" in problems(tmp_path, text)[0]


@pytest.mark.parametrize("word", ["no", "on", "12:30", "2024-01-01", "0x1F", "1_000", "007"])
def test_plain_words_stay_text(word: str, tmp_path: Path) -> None:
    text = CONFIG.replace("support-bot", word)
    config = load(tmp_path, text)
    assert config.name == word
    assert config.snapshot["name"] == word


def test_anchors_and_merges_are_resolved(tmp_path: Path) -> None:
    text = (
        CONFIG
        + """\
  base: &base {adapter: openai, kind: prompt, model: small, temperature: 0.5}
  warm:
    <<: *base
    temperature: 1.0
"""
    )
    systems = load(tmp_path, text).systems
    assert systems["base"].options == Chat(model="small", temperature=0.5)
    assert systems["warm"].options == Chat(model="small", temperature=1.0)


def test_an_error_in_merged_keys_points_to_their_text(tmp_path: Path) -> None:
    text = CONFIG + "  base: &b {adapter: openai, kind: prompt, model: 5}\n  warm:\n    <<: *b\n"
    found = problems(tmp_path, text)
    assert [problem.split(": must")[0] for problem in found] == [
        "bakeoff.yaml:5: systems.base.model",
        "bakeoff.yaml:5: systems.warm.model",
    ]


def test_windows_lines_and_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "bakeoff.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + CONFIG.replace("\n", "\r\n").encode() + b"seed: x\r\n")
    with pytest.raises(ConfigError, match=r"bakeoff.yaml:5: seed: must be a whole number"):
        load_config(path, shipped_names(), {})


@pytest.mark.parametrize("name", ["a", "A-1_b.c", "9"])
def test_names_of_systems(name: str, tmp_path: Path) -> None:
    text = CONFIG.replace("logged:", f'"{name}":')
    assert list(load(tmp_path, text).systems) == [name]


def test_a_chain_of_parents_is_no_circle_and_a_circle_is_told_once(tmp_path: Path) -> None:
    def chain(**parents: str) -> str:
        lines = [
            f"  {n}: {{adapter: recorded, kind: rag, path: a, parent: {p}}}\n" for n, p in parents.items()
        ]
        return CONFIG + "".join(lines)

    assert load(tmp_path, chain(a="b", b="c", c="logged")).systems["a"].parent == "b"
    (found,) = problems(tmp_path, chain(a="b", b="c", c="b"))
    assert found.startswith("bakeoff.yaml:6: systems.b.parent: a circle of parents: b → c → b; a parent is")


def test_the_encoder_by_kind_and_by_name(tmp_path: Path) -> None:
    by_kind = load(tmp_path, CONFIG + "encoder: {kind: sentence_transformers, model: m}\n")
    by_name = load(tmp_path, CONFIG + "encoder: m\n")
    assert by_kind.encoder == by_name.encoder


def test_a_suite_without_options_may_be_written_as_a_key(tmp_path: Path) -> None:
    config = load(tmp_path, CONFIG + "suites:\n  - reference:\n")
    assert [(suite.name, suite.options) for suite in config.suites] == [("reference", Reference())]


def test_a_config_error_is_an_input_error() -> None:
    assert issubclass(ConfigError, InputError)
    assert ConfigError(["a"]).exit_code == 2


def test_the_process_environment_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAKEOFF_TEST_NAME", "from outside")
    (tmp_path / "bakeoff.yaml").write_text(CONFIG.replace("support-bot", "${BAKEOFF_TEST_NAME}"))
    assert load_config(tmp_path / "bakeoff.yaml", shipped_names()).name == "from outside"


def test_a_relative_path_gives_an_absolute_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bakeoff.yaml").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)
    config = load_config(Path("bakeoff.yaml"), shipped_names(), {})
    assert (config.path, config.folder) == (Path("bakeoff.yaml"), tmp_path)


def test_options_are_models_and_stay_what_the_plugin_made(tmp_path: Path) -> None:
    config = load(tmp_path, WHOLE, **ENVIRON)
    parts: list[Any] = [config.judge, config.encoder, *config.suites, *config.systems.values()]
    assert all(isinstance(part.options, BaseModel) for part in parts)
    json.dumps(config.snapshot, allow_nan=False)
