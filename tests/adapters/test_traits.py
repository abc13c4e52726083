"""What each adapter shows of its system: true, small, and without secrets."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from rag_world.world import built, wired

from bakeoff.adapters import command, http, openai, python, recorded
from bakeoff.adapters.chat_traits import endpoint, plain
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.protocols import Encoder
from bakeoff.evals.records import Kind
from bakeoff.evals.traits import seen_traits

SECRET = "sk-do-not-show-77"


def no_encoder() -> Encoder:
    raise AssertionError("no encoder is needed")


def shown(plugin: Plugin[Any], folder: Path, kind: Kind = Kind.PROMPT, **options: Any) -> dict[str, Any]:
    """The traits of a system built from options."""
    wiring = Wiring(folder=folder, name="bot", kind=kind, encoder=no_encoder)
    found: dict[str, Any] = seen_traits(plugin.build(plugin.options.model_validate(options), wiring))
    assert SECRET not in json.dumps(found)
    return found


# --- openai -----------------------------------------------------------------------------------------


def chat(folder: Path, **options: Any) -> dict[str, Any]:
    local = {"model": "m-1", "base_url": "http://127.0.0.1:1/v1", "api_key": SECRET}
    return shown(openai.PLUGIN, folder, **{**local, **options})


def test_a_chat_system_shows_all_but_what_lies_behind_its_endpoint(tmp_path: Path) -> None:
    found = chat(tmp_path, system_prompt="Answer as a pirate.", top_p=0.9, stop=["\n"])
    assert found["model"] == "m-1"
    assert found["endpoint"] == "127.0.0.1:1/v1"
    assert found["decoding"] == {"temperature": 0.0, "top_p": 0.9, "stop": ["\n"]}
    assert found["system_prompt"]["characters"] == 19
    assert "pirate" not in json.dumps(found)
    assert not found.keys() & {"chat_template", "weights"}


def test_no_system_prompt_is_seen_to_be_none(tmp_path: Path) -> None:
    assert chat(tmp_path)["system_prompt"] is None


@pytest.mark.parametrize(
    "change",
    [
        {"template": "Q: {question}"},
        {"context_template": "{contexts} {question}"},
        {"examples": [{"question": "1+1", "answer": "2"}]},
    ],
)
def test_whatever_shapes_the_message_is_in_the_template(tmp_path: Path, change: dict[str, Any]) -> None:
    assert chat(tmp_path, **change)["template"] != chat(tmp_path)["template"]
    assert chat(tmp_path, **change)["system_prompt"] is None


def test_extra_parameters_are_decoding_and_their_secrets_are_not(tmp_path: Path) -> None:
    extra = {"reasoning_effort": "low", "session_token": SECRET, "logit_bias": {"50256": -100}}
    found = chat(tmp_path, extra_body=extra, max_tokens=9)["decoding"]
    assert (found["reasoning_effort"], found["max_tokens"]) == ("low", 9)
    assert "session_token" not in found
    assert isinstance(found["logit_bias"], str)


# --- code, services, recordings -----------------------------------------------------------------------


def test_a_python_system_shows_its_code_and_arguments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "fair_bot.py").write_text(
        "def make(k, api_key=''):\n    return lambda question: question * k\n", encoding="utf-8"
    )
    target: dict[str, Any] = {"target": "fair_bot:make", "arguments": {"k": 2, "api_key": SECRET}}
    found = shown(python.PLUGIN, tmp_path, **target)
    assert found["code"]["of"] == "fair_bot:make"
    assert found["arguments"] == {"k": 2}
    assert not found.keys() & {"decoding", "template", "model"}
    with (tmp_path / "fair_bot.py").open("a") as file:
        file.write("# changed\n")
    again = shown(python.PLUGIN, tmp_path, **target)
    assert again["code"]["of"] == found["code"]["of"]
    assert again["code"]["content"] != found["code"]["content"]


def test_a_command_shows_its_program_and_hides_its_arguments(tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text("pass\n")
    words = [sys.executable, "bot.py", "--key", SECRET]
    found = shown(command.PLUGIN, tmp_path, command=words)
    assert found["code"]["of"] == f"{Path(sys.executable).name} bot.py"
    assert shown(command.PLUGIN, tmp_path, command=[sys.executable, "-c", "pass"]) == {}


def test_an_http_system_shows_its_address_and_request(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:1/ask?api_key={SECRET}"
    body = {"q": "{question}", "api_key": SECRET}
    found = shown(http.PLUGIN, tmp_path, url=url, request=body, headers={"Authorization": SECRET})
    assert found["endpoint"] == "127.0.0.1:1/ask"
    other = shown(http.PLUGIN, tmp_path, url=url, request={"q": "Short: {question}"})
    assert other["request_template"] != found["request_template"]
    assert found.keys() == {"endpoint", "request_template"}


def test_a_recording_shows_itself_alone(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text('{"question": "q", "answer": "a"}\n')
    found = shown(recorded.PLUGIN, tmp_path, path="log.jsonl")
    assert found.keys() == {"recording"}
    assert found["recording"]["of"] == "log.jsonl"


def test_an_address_without_what_is_nobodys_business() -> None:
    assert endpoint(f"https://me:{SECRET}@host:8/v1?key={SECRET}") == "host:8/v1"


def test_settings_are_small() -> None:
    found = plain({"a": "x" * 500, "b": 1, "c": {"d": 2}, "max_tokens": 3, "e": None, "f": ["x", "y"]})
    assert (found["b"], found["max_tokens"], found["e"], found["f"]) == (1, 3, None, ["x", "y"])
    assert all(len(str(found[name])) == 12 for name in ("a", "c"))


# --- rag --------------------------------------------------------------------------------------------


def test_a_rag_system_shows_its_retrieval_and_its_generators_decoding(tmp_path: Path) -> None:
    generator = {"adapter": "openai", "model": "m-1", "base_url": "http://127.0.0.1:1/v1", "max_tokens": 7}
    system = built(wired(folder=tmp_path), generator=generator, top_k=2, retrieval="bm25")
    found: dict[str, Any] = seen_traits(system)
    assert (found["model"], found["decoding"]) == ("m-1", {"temperature": 0.0, "max_tokens": 7})
    assert found["retrieval"] == {"method": "bm25", "chunks": "words, 60 with overlap 15"}
    assert found["context_budget"] == {"top_k": 2}
    own = built(wired(folder=tmp_path), generator=generator, prompt="{contexts} {question}")
    assert own.traits["template"] != found["template"]
    inner = built(wired(folder=tmp_path), generator={**generator, "template": "Q: {question}"})
    assert inner.traits["template"] != found["template"]
    assert own.traits["documents"] == found["documents"]


def test_an_extractive_reader_decodes_nothing(tmp_path: Path) -> None:
    system = built(wired(folder=tmp_path))
    assert system.traits["decoding"] is None
    assert "extractive" in str(system.traits["model"])
    assert "encoder" in dict(system.traits["retrieval"])  # type: ignore[arg-type]
    fewer = built(wired(documents=wired().documents()[:1], folder=tmp_path))
    assert fewer.traits["documents"] != system.traits["documents"]
