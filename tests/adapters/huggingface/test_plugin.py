"""Building from a config: what the fingerprint covers, what is claimed, and that folders stay offline."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from pydantic import ValidationError
from tiny_models.language import CHAT, write_adapter, write_llama

from bakeoff.adapters.huggingface.options import Options
from bakeoff.adapters.huggingface.system import HuggingFaceSystem
from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Capability

Build = Callable[..., HuggingFaceSystem]


@pytest.fixture
def own(models: Path, tmp_path: Path) -> Path:
    """A copy of model and adapter that a test may change."""
    for name in ("llama", "llama-lora"):
        shutil.copytree(models / name, tmp_path / name)
    return tmp_path


DIFFERENT: list[dict[str, Any]] = [
    {"system_prompt": "Be brief."},
    {"template": "{question}!"},
    {"context_template": "{contexts}{question}"},
    {"examples": [{"question": "1+1?", "answer": "2"}]},
    {"chat_template": "raw"},
    {"max_new_tokens": 9},
    {"temperature": 0.5},
    {"temperature": 0.5, "top_p": 0.9},
    {"stop": "."},
    {"logprobs": True},
    {"dtype": "float16"},
    {"peft": "llama-lora"},
    {"peft": "llama-ia3"},
]


def test_the_fingerprint_tells_everything_that_changes_an_answer(build: Build) -> None:
    fingerprints = [build().fingerprint, *(build(**options).fingerprint for options in DIFFERENT)]
    assert len(set(fingerprints)) == len(fingerprints)


@pytest.mark.parametrize(
    "same", [{"batch_size": 3}, {"device": "cpu"}, {"task": "causal"}, {"dtype": "float32"}]
)
def test_what_changes_no_answer_is_not_in_it(build: Build, same: dict[str, Any]) -> None:
    assert build(**same).fingerprint == build().fingerprint


def test_in_halves_the_size_of_the_batch_is_in_it(build: Build) -> None:
    """There it was seen to decide near ties."""
    halves = build(dtype="bfloat16").fingerprint
    assert build(dtype="bfloat16", batch_size=3).fingerprint != halves


def test_the_place_of_a_folder_is_not_in_it_but_its_files_are(build: Build, own: Path) -> None:
    tuned = build(peft="llama-lora").fingerprint
    assert build(own, peft="llama-lora").fingerprint == tuned
    write_adapter(own / "llama-lora", own / "llama", "lora", seed=77)
    assert build(own, peft="llama-lora").fingerprint != tuned
    (own / "llama" / "chat_template.jinja").write_text(CHAT + " ")
    assert build(own).fingerprint != build().fingerprint


def test_folders_are_content_addressed(build: Build, own: Path) -> None:
    assert build().content_addressed
    assert build(peft="llama-lora").content_addressed
    dated = "{{ strftime_now('%d %b %Y') }}" + CHAT
    write_llama(own / "llama", chat_template=dated)
    assert not build(own).content_addressed


def test_capabilities_are_those_of_the_prompt(build: Build) -> None:
    always = {Capability.LIVE, Capability.LOGPROBS, Capability.ACCEPTS_RENDERING}
    assert build().capabilities == always
    assert build(template="{contexts}{question}").capabilities == always | {Capability.ACCEPTS_CONTEXTS}
    fewer = build(wiring={"capabilities": frozenset({Capability.LOGPROBS})})
    assert fewer.capabilities == {Capability.LIVE, Capability.LOGPROBS}


def test_claims_beyond_them_are_refused(build: Build) -> None:
    with pytest.raises(InputError, match=r"systems\.local\.capabilities: capabilities claim retrieves"):
        build(wiring={"capabilities": frozenset({Capability.RETRIEVES})})


def test_a_revision_of_no_adapter_is_refused(build: Build) -> None:
    with pytest.raises(InputError, match="peft_revision without peft"):
        build(peft_revision="main")


def test_a_system_prompt_may_be_a_file(build: Build, own: Path) -> None:
    (own / "prompt.txt").write_text("Be brief.\n")
    assert build(own, system_prompt="prompt.txt").fingerprint == build(system_prompt="Be brief.").fingerprint


@pytest.mark.parametrize(
    "wrong",
    [
        {"temperature": -1},
        {"top_p": 0},
        {"max_new_tokens": 0},
        {"batch_size": 0},
        {"quantization": "8bit"},
        {"device": "tpu"},
        {"template": "no place"},
        {"context_template": "{question}"},
        {"stop": ""},
        {"trust_remote_code": True},
    ],
)
def test_options_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Options.model_validate({"model": "llama", **wrong})


SOCKETS = """
    import socket, sys
    def refuse(*args, **kwargs):
        raise AssertionError(f"asked the network: {args}")
    socket.socket.connect = socket.getaddrinfo = refuse
"""

BUILDS = """
    from pathlib import Path
    from tiny_models.asking import local_system, texts
    system = local_system(Path("."), **OPTIONS)
    print(system.content_addressed, texts(system, "the cat"))
"""


def run(folder: Path, options: dict[str, Any], **environ: str) -> str:
    """The last line of a new process that builds a system where every connection is an error."""
    code = f"{dedent(SOCKETS)}\nOPTIONS = {options!r}\n{dedent(BUILDS)}"
    root = Path(__file__).parents[3]
    hidden = {
        name: value for name, value in os.environ.items() if not name.startswith(("HF_", "TRANSFORMERS_"))
    }
    path = os.pathsep.join(str(root / part) for part in ("src", "tests"))
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**hidden, "PYTHONPATH": path, "HF_HOME": str(folder / "home"), **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.splitlines()[-1]


def test_a_folder_never_touches_the_network(own: Path) -> None:
    """Also where no environment variable forbids it, and with an adapter that names a hub id as its base."""
    place = own / "llama-lora" / "adapter_config.json"
    place.write_text(place.read_text().replace(str(own), "org"))
    assert run(own, {"peft": "llama-lora"}).startswith("True ['")


def cached(folder: Path, model: str, name: str, commit: str) -> None:
    """A repository as huggingface_hub keeps it in its cache."""
    place = folder / "home" / "hub" / f"models--{name.replace('/', '--')}"
    shutil.copytree(folder / model, place / "snapshots" / commit)
    (place / "refs").mkdir()
    (place / "refs" / "main").write_text(commit)


@pytest.mark.slow  # three processes, each of which imports torch and transformers
def test_a_hub_id_loads_and_is_content_addressed_only_at_a_commit(own: Path) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    cached(own, "llama", "org/tiny", commit)
    cached(own, "llama-lora", "org/tiny-lora", commit)
    hub = {"model": "org/tiny", "peft": "org/tiny-lora"}
    loose = run(own, hub, HF_HUB_OFFLINE="1")
    pinned = run(own, {**hub, "revision": commit, "peft_revision": commit}, HF_HUB_OFFLINE="1")
    assert loose.startswith("False ['")
    assert pinned == loose.replace("False", "True")
    assert run(own, {"peft": "llama-lora"}) == pinned


def test_a_hub_id_that_is_not_there_is_told_in_one_sentence(own: Path) -> None:
    with pytest.raises(
        AssertionError, match=r"InputError: systems\.local\.model: the model no/such does not"
    ):
        run(own, {"model": "no/such"}, HF_HUB_OFFLINE="1")
