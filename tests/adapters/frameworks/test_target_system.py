"""What the framework adapters share, without a framework: where it is missing, and what is off before it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from loopback.contract_cases import build
from pydantic import JsonValue

from bakeoff.adapters.frameworks import dspy, haystack, langchain, llamaindex
from bakeoff.adapters.frameworks.inputs import filled
from bakeoff.adapters.frameworks.target_system import NO_TELEMETRY, Framework, TargetOptions, build_system
from bakeoff.evals.errors import InputError
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.records import Context, Request, Turn

PLUGINS = (langchain.PLUGIN, llamaindex.PLUGIN, haystack.PLUGIN, dspy.PLUGIN)
FRAMEWORKS = (langchain.LANGCHAIN, llamaindex.LLAMAINDEX, haystack.HAYSTACK, dspy.DSPY)


def test_a_missing_framework_names_the_extra(tmp_path: Path) -> None:
    missing = Framework("fine", "no_such_framework_of_ours", ("fine-framework",), {}, lambda *_: None)  # type: ignore[arg-type]

    def start(options: TargetOptions, wiring: Wiring) -> object:
        return build_system(missing, options, wiring)

    told = r"systems\.candidate\.adapter: this adapter needs fine-framework.*pip install 'bakeoff\[fine\]'"
    with pytest.raises(InputError, match=told):
        build(Plugin("fine", TargetOptions, start), tmp_path, {"target": "m:x"})


@pytest.mark.parametrize("framework", FRAMEWORKS, ids=lambda one: one.extra)
def test_telemetry_is_off_before_the_framework_is_looked_for(
    framework: Framework, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = {**NO_TELEMETRY, **framework.environment}
    for name in wanted:
        monkeypatch.setenv(name, "true")
    plugin = next(one for one in PLUGINS if one.name == framework.extra)
    with pytest.raises(InputError):  # no such module, or no such framework
        build(plugin, tmp_path, {"target": "no_such_module_of_ours:x"})
    assert {name: os.environ[name] for name in wanted} == wanted


def test_no_framework_is_imported_before_a_config_names_it() -> None:
    code = (
        "import sys, bakeoff.adapters.catalogue, bakeoff.adapters.frameworks.langchain,"
        " bakeoff.adapters.frameworks.llamaindex, bakeoff.adapters.frameworks.haystack,"
        " bakeoff.adapters.frameworks.dspy\n"
        "print([m for m in ('langchain_core', 'llama_index', 'haystack', 'dspy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_turns_become_the_frameworks_own_where_they_stand_alone() -> None:
    turns = (Turn(role="user", content="{question}"), Turn(role="assistant", content="Yes?"))
    request = Request(question="Why {seed}?", conversation=turns, contexts=(Context(text="c"),), seed=3)
    template: JsonValue = {
        "a": ["{conversation}", "{messages}"],
        "b": "asked: {question}",
        "c": "{contexts}",
        "d": "{seed}",
    }
    assert filled(template, request, lambda found: [turn.content for turn in found]) == {
        "a": [["{question}", "Yes?"], ["{question}", "Yes?", "Why {seed}?"]],
        "b": "asked: Why {seed}?",
        "c": ["c"],
        "d": 3,
    }
