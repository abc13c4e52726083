"""`${NAME}`: substituted, missing, and never shown or stored."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from malformed.cases import CONFIG
from malformed.plugins import Chat, shipped_names

from bakeoff.evals.config import ConfigError, load_config
from bakeoff.evals.environment import WITHHELD, is_secret_key, redact, reveals, secrets_in, substitute

SECRET = "sk-live-1234567890"


def test_values_are_put_in_wherever_they_are_named() -> None:
    tree = {"a": "${X}", "b": ["-${X}-${Y}-", 5, None], "${X}": True}
    result = substitute(tree, {"X": "ex", "Y": "why"})
    assert result.tree == {"a": "ex", "b": ["-ex-why-", 5, None], "${X}": True}
    assert result.origins == {("a",): ("ex",), ("b", 0): ("ex", "why")}
    assert not result.problems


def test_what_is_put_in_is_not_read_again() -> None:
    assert substitute("${X}", {"X": "${Y}", "Y": "no"}).tree == "${Y}"


@pytest.mark.parametrize("text", ["$NAME", "{NAME}", "costs $5", "$", "{question}", "$(x)"])
def test_other_dollars_and_braces_stay(text: str) -> None:
    assert substitute(text, {"NAME": "x"}).tree == text


def test_a_doubled_dollar_is_a_literal() -> None:
    assert substitute("$${NAME} ${NAME}", {"NAME": "x"}).tree == "${NAME} x"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("${GONE}", "environment variable GONE is not set"),
        ("${EMPTY}", "environment variable EMPTY is empty"),
        ("${BYTES}", "environment variable BYTES is not UTF-8"),
        ("${}", "names no environment variable"),
        ("${A", "names no environment variable"),
        ("${A-b}", "names no environment variable"),
        ("${A:-b}", "names no environment variable"),
    ],
)
def test_what_cannot_be_put_in_is_a_problem(text: str, what: str) -> None:
    result = substitute({"key": [text]}, {"EMPTY": "", "BYTES": "\udcff", "A": "a"})
    assert [problem.path for problem in result.problems] == [("key", 0)]
    assert what in result.problems[0].what
    assert result.problems[0].todo
    assert result.tree == {"key": [text]}


def test_a_missing_variable_names_file_line_key_and_remedy(tmp_path: Path) -> None:
    path = tmp_path / "bakeoff.yaml"
    path.write_text(CONFIG + "judge:\n  kind: openai\n  model: m\n  api_key: ${OPENAI_API_KEY}\n")
    with pytest.raises(ConfigError) as caught:
        load_config(path, shipped_names(), {})
    assert str(caught.value) == (
        f"{path}:8: judge.api_key: environment variable OPENAI_API_KEY is not set; "
        "set it (export OPENAI_API_KEY=…), or take ${OPENAI_API_KEY} out of the config"
    )


def test_a_number_from_the_environment_is_a_number_where_one_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "bakeoff.yaml"
    path.write_text(
        CONFIG.replace("support-bot", "${N}")
        + "  bot: {adapter: openai, kind: prompt, model: '${N}', max_tokens: '${N}', temperature: '${T}'}\n"
        + "seed: ${N}\n"
    )
    config = load_config(path, shipped_names(), {"N": "42", "T": "0.5"})
    assert (config.name, config.seed) == ("42", 42)
    assert config.systems["bot"].options == Chat(model="42", max_tokens=42, temperature=0.5)


def test_the_snapshot_keeps_names_and_no_values(tmp_path: Path) -> None:
    path = tmp_path / "bakeoff.yaml"
    path.write_text(
        CONFIG
        + "  web: {adapter: http, kind: rag, url: 'http://h/?key=${KEY}', answer: a,\n"
        + "        headers: {Authorization: 'Bearer ${KEY}', X-Api-Key: written-here, Accept: text/plain}}\n"
        + "judge: {kind: openai, model: '${MODEL}', api_key: '${KEY}'}\n"
        + "store: postgresql+psycopg://me:clear@host/runs\n"
    )
    config = load_config(path, shipped_names(), {"KEY": SECRET, "MODEL": "big-model"})
    assert config.snapshot["judge"] == {"kind": "openai", "model": "${MODEL}", "api_key": "${KEY}"}
    assert config.snapshot["systems"]["web"] == {
        "adapter": "http",
        "kind": "rag",
        "url": "http://h/?key=${KEY}",
        "answer": "a",
        "headers": {"Authorization": "Bearer ${KEY}", "X-Api-Key": WITHHELD, "Accept": "text/plain"},
    }
    assert config.snapshot["store"] == f"postgresql+psycopg://me:{WITHHELD}@host/runs"
    assert config.secrets == {SECRET, "big-model", "written-here", f"Bearer {SECRET}", "clear"}
    stored = json.dumps(config.snapshot)
    assert not any(secret in stored for secret in (SECRET, "big-model", "written-here", "clear"))
    assert SECRET not in repr(config) + config.model_dump_json()


@pytest.mark.parametrize(
    "section",
    [
        "judge: {kind: openai, model: m, api_key: '${KEY}'}",
        "judge: {kind: openai, model: m, api_key: SECRETSECRET}",
        "judge: {kind: openai, model: m, api_key: [SECRETSECRET]}",
        "judge: {kind: openai, model: m, base_url: ['http://me:SECRETSECRET@host']}",
        "judge: {kind: '${KEY}'}",
        "encoder: {kind: '${KEY}'}",
        "seed: ${KEY}",
        "baseline: ${KEY}",
        "on_system_failure: ${KEY}",
        "store: ${KEY}",
        "store: mysql://me:SECRETSECRET@host/runs",
        "suites: ['${KEY}']",
        "systems: {a: {adapter: '${KEY}', kind: rag}}",
        "systems: {a: {adapter: recorded, path: a, kind: '${KEY}', parent: '${KEY}'}}",
        "systems: {a: {adapter: http, kind: rag, url: u, answer: a, headers: {Cookie: [SECRETSECRET]}}}",
        "gate: {candidate: '${KEY}', checks: [{manual: '${KEY}', metric: m}]}",
    ],
)
def test_no_error_shows_a_secret(section: str, tmp_path: Path) -> None:
    key = section.split(":")[0]
    kept = [line for line in CONFIG.splitlines() if key != "systems" or line.startswith(("name", "dataset"))]
    path = tmp_path / "bakeoff.yaml"
    path.write_text("\n".join([*kept, section, ""]))
    with pytest.raises(ConfigError) as caught:
        load_config(path, shipped_names(), {"KEY": "SECRETSECRET"})
    assert "SECRETSECRET" not in str(caught.value)
    assert all(f"bakeoff.yaml:{len(kept) + 1}: {key}" in problem for problem in caught.value.problems)


def test_a_plugins_reason_that_quotes_a_secret_is_withheld(tmp_path: Path) -> None:
    path = tmp_path / "bakeoff.yaml"
    path.write_text(CONFIG + "judge: {kind: openai, model: m, api_key: '${KEY}'}\n")
    with pytest.raises(ConfigError, match=r"judge\.api_key: is not accepted; the reason would quote"):
        load_config(path, shipped_names(), {"KEY": "4711-wrong"})


@pytest.mark.parametrize(
    ("key", "secret"),
    [
        ("api_key", True), ("apikey", True), ("apiKey", True), ("key", True), ("access_token", True),
        ("Authorization", True), ("X-Api-Key", True), ("db_password", True), ("client-secret", True),
        ("credentials", True), ("Cookie", True), ("max_tokens", False), ("tokenizer", False), ("keys", False),
        ("monkey", False), ("author", False), ("model", False), (3, False),
    ],
)  # fmt: skip
def test_which_keys_are_secret(key: str | int, secret: bool) -> None:
    assert is_secret_key(key) is secret


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ({"api_key": "sk-1"}, {"api_key": WITHHELD}),
        ({"api_key": "${KEY}"}, {"api_key": "${KEY}"}),
        ({"api_key": "sk-${REST}"}, {"api_key": WITHHELD}),
        ({"token": {"inner": ["a", 5, None]}}, {"token": {"inner": [WITHHELD, 5, None]}}),
        ("http://me:pass@host/x", f"http://me:{WITHHELD}@host/x"),
        ("http://me:${PASS}@host/x", "http://me:${PASS}@host/x"),
        ("http://host:80/x?q=1&api_key=abc&z=2", f"http://host:80/x?q=1&api_key={WITHHELD}&z=2"),
        ("http://host:80/x@y", "http://host:80/x@y"),
        ({"max_tokens": 5, "model": "m"}, {"max_tokens": 5, "model": "m"}),
    ],
)
def test_what_a_snapshot_stores(written: object, stored: object) -> None:
    assert redact(written) == stored


@given(st.text(min_size=1, max_size=20), st.text(max_size=10), st.text(max_size=10))
def test_a_whole_secret_is_always_recognised(secret: str, before: str, after: str) -> None:
    assert reveals(before + secret + after, secret)


def test_secrets_are_found_by_key_and_by_origin() -> None:
    values = substitute({"model": "${M}", "headers": {"Cookie": ["c1"]}, "n": {"key": 5}}, {"M": "gpt"})
    assert secrets_in(values) == {("model",): ("gpt",), ("headers", "Cookie", 0): ("c1",)}
